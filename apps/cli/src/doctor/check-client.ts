import {
  adviseTopic,
  formatPortalTopic,
  PORTAL_ROOT,
  parsePortalTopic,
  parseUid,
  parseVin,
} from '@pillion/schema'
import type { Check } from '../checks.ts'
import { checkClientCertificate } from './check-certificates.ts'
import { checkMqtt } from './check-mqtt.ts'
import { checkName, checkPort } from './check-network.ts'
import { checkTls } from './check-tls.ts'
import { checkWebSocket } from './check-web-socket.ts'
import { isSecure, type Setup } from './setup.ts'

export interface ClientQuestion {
  /** Name or filter that the client uses, as it writes it. */
  readonly topic?: string | undefined
  readonly vin?: string | undefined
  readonly root?: string | undefined
  /** Milliseconds since 1970. */
  readonly now?: number
}

/**
 * A client’s set-up, from the name of the server to a message that is granted. What cannot be looked at because of what was
 * found before is left out; a password is sent to nobody but a server that is trusted.
 */
export async function checkClient(setup: Setup, question: ClientQuestion): Promise<Check[]> {
  const { host, port, username, certificate, privateKey } = setup
  const now = question.now ?? Date.now()
  const spelling = checkTopics(question, username)
  const own =
    certificate === undefined ? [] : checkClientCertificate(certificate, privateKey ?? '', username, now)
  const checks = [...own, ...spelling.checks]
  const isGood = (added: readonly Check[]) => {
    checks.push(...added)
    return added.every(isUsable)
  }
  // One that is none, or whose key is another’s, is refused by TLS itself.
  const isOwnGood = own.every(isUsable)
  const shown = isOwnGood ? setup : { ...setup, certificate: undefined, privateKey: undefined }
  if (!isGood([await checkName(host)]) || !isGood([await checkPort(host, port)])) return checks
  if (!isGood(isSecure(setup) ? await checkTls(shown, now) : [warnOfPlain(setup)])) return checks
  if (setup.protocol.startsWith('ws') && !isGood(await checkWebSocket(setup, now))) return checks
  // With a certificate that is not right, why it was refused would only be guessed at.
  if (isOwnGood) isGood(await checkMqtt(setup, spelling.filter, spelling.topic))
  return checks
}

function isUsable({ isPassed, isWarning }: Check): boolean {
  return isPassed || isWarning === true
}

function warnOfPlain({ host }: Setup): Check {
  if (/^(localhost|127\.|::1$)/.test(host))
    return { isPassed: true, text: 'The connection is not encrypted, and stays on this machine.' }
  return {
    isPassed: false,
    isWarning: true,
    text: 'The connection is not encrypted: others on the way can read the password.',
    fix: 'Use TLS: mqtts:// and port 8883, or 8886 for partners.',
  }
}

interface Spelled {
  readonly checks: Check[]
  /** What is tried, once it is spelled well. */
  readonly filter: string | undefined
  readonly topic: string | undefined
}

/** What a partner publishes and subscribes to: as given, or as it should be. */
function checkTopics(
  { topic, vin, root = PORTAL_ROOT }: ClientQuestion,
  username: string | undefined,
): Spelled {
  const uid = parseUid(username)
  const filter = uid === undefined ? undefined : `${root}/from/uid/${uid}/opa/#`
  if (topic !== undefined) return { ...checkTopic(topic, root, uid, filter) }
  if (vin === undefined) return { checks: [], filter, topic: undefined }
  const parsed = parseVin(vin)
  if (parsed === undefined || uid === undefined) {
    const text = `A VIN has 17 letters or digits; this one, ${JSON.stringify(vin)}, has ${vin.length} characters.`
    return {
      checks: [{ isPassed: false, text, reason: 'vin_malformed', fix: 'Write the VIN in full.' }],
      filter,
      topic: undefined,
    }
  }
  return {
    checks: [],
    filter,
    topic: formatPortalTopic({ word: 'to', uid, vin: parsed, subtopic: '' }, root),
  }
}

function checkTopic(
  topic: string,
  root: string,
  uid: string | undefined,
  filter: string | undefined,
): Spelled {
  const isFilter = /[+#]/.test(topic)
  const advice = adviseTopic(topic, { root, ...(uid === undefined ? {} : { uid }) })
  const parsed = isFilter ? undefined : parsePortalTopic(topic, root)
  const reason = typeof parsed === 'string' ? parsed : undefined
  if (advice !== undefined || reason !== undefined) {
    const text = `${topic} is not spelled as portal topics are.`
    const fix = advice ?? 'A subtopic has no wildcards and no empty levels, and at most 256 bytes.'
    return {
      checks: [{ isPassed: false, text, ...(reason ? { reason } : {}), fix }],
      filter,
      topic: undefined,
    }
  }
  const checks = [{ isPassed: true, text: `${topic} is spelled as portal topics are.` }]
  return isFilter ? { checks, filter: topic, topic: undefined } : { checks, filter, topic }
}
