import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { MqttClient, Packet } from 'mqtt'
import type { Check } from '../checks.ts'
import { PATIENCE_MILLISECONDS } from './check-network.ts'
import { trusted } from './check-tls.ts'
import { isSecure, type Setup } from './setup.ts'

interface Answer {
  readonly code: number
  readonly text: string
}

const NO_MATCHING_SUBSCRIBERS = 0x10
const REFUSALS = 0x80

/** Signs in, subscribes, and publishes an empty message if a topic is given, each as MQTT 5 says why not. */
export async function checkMqtt(
  setup: Setup,
  filter: string | undefined,
  topic: string | undefined,
): Promise<Check[]> {
  // Loaded only now: it is large, and who never gets as far does not need it.
  const { default: mqtt } = await import('mqtt')
  const { protocol, host, port, path, username, password, ca, certificate, privateKey } = setup
  const client = mqtt.connect({
    protocol,
    host,
    port,
    path,
    protocolVersion: 5,
    // Nobody’s connection is taken over by it.
    clientId: `pillion-doctor-${randomBytes(8).toString('hex')}`,
    reconnectPeriod: 0,
    connectTimeout: PATIENCE_MILLISECONDS,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isSecure(setup) ? { ca: trusted(ca) } : {}),
    ...(isSecure(setup) && certificate !== undefined ? { cert: certificate } : {}),
    ...(isSecure(setup) && privateKey !== undefined ? { key: privateKey } : {}),
    ...(isSecure(setup) && isIP(host) === 0 ? { servername: host } : {}),
  })
  client.on('error', () => {})
  try {
    const checks = [await checkSignIn(client, setup)]
    if (!checks[0]?.isPassed) return checks
    if (filter !== undefined) checks.push(await checkSubscribe(client, filter))
    if (topic !== undefined) checks.push(await checkPublish(client, topic))
    return checks
  } finally {
    client.end(true)
  }
}

async function checkSignIn(client: MqttClient, setup: Setup): Promise<Check> {
  const connack = await answerOf(client, 'connack')
  if (connack !== undefined) {
    const who = setup.username === undefined ? '' : ` as ${setup.username}`
    return connack.code < REFUSALS
      ? { isPassed: true, text: `Signing in${who} works.` }
      : explain('Signing in was refused', connack)
  }
  return {
    isPassed: false,
    text: 'The server hung up without an answer to the sign-in.',
    fix: isSecure(setup)
      ? setup.certificate === undefined
        ? 'This port may want a client certificate: --cert FILE. Or there were too many wrong passwords, and the server keeps silent for some minutes.'
        : 'The client certificate may have expired, been revoked, or be of another authority. Or there were too many wrong passwords, and the server keeps silent for some minutes.'
      : 'It may be a port with TLS: leave out mqtt:// or write mqtts://. Or there were too many wrong passwords, and the server keeps silent for some minutes.',
  }
}

async function checkSubscribe(client: MqttClient, filter: string): Promise<Check> {
  const suback = answerOf(client, 'suback')
  client.subscribe(filter, { qos: 0 }, () => {})
  const answer = await suback
  if (answer === undefined)
    return { isPassed: false, text: `There was no answer to subscribing to ${filter}.` }
  if (answer.code < REFUSALS) return { isPassed: true, text: `Subscribing to ${filter} is granted.` }
  return explain(`Subscribing to ${filter} was refused`, answer)
}

async function checkPublish(client: MqttClient, topic: string): Promise<Check> {
  const puback = answerOf(client, 'puback')
  client.publish(topic, '', { qos: 1 }, () => {})
  const answer = await puback
  if (answer === undefined) return { isPassed: false, text: `There was no answer to publishing to ${topic}.` }
  if (answer.code === NO_MATCHING_SUBSCRIBERS)
    return { isPassed: true, text: `Publishing to ${topic} is granted; nobody is subscribed to it now.` }
  if (answer.code < REFUSALS)
    return {
      isPassed: true,
      text: `Publishing to ${topic} is granted; the message was empty, so no app sees it.`,
    }
  return explain(`Publishing to ${topic} was refused`, answer)
}

/** Undefined: the connection ended, or time was up. */
async function answerOf(
  client: MqttClient,
  cmd: 'connack' | 'suback' | 'puback',
): Promise<Answer | undefined> {
  const { promise, resolve } = Promise.withResolvers<Answer | undefined>()
  const receive = (packet: Packet) => {
    if (packet.cmd === cmd) resolve(readAnswer(packet))
  }
  const end = () => resolve(undefined)
  const timer = setTimeout(end, PATIENCE_MILLISECONDS)
  client.on('packetreceive', receive).on('close', end)
  const answer = await promise
  clearTimeout(timer)
  client.off('packetreceive', receive).off('close', end)
  return answer
}

function readAnswer(packet: Packet): Answer {
  const { reasonCode, returnCode, granted, properties } = packet as {
    reasonCode?: number
    returnCode?: number
    granted?: readonly (number | { qos: number })[]
    properties?: { reasonString?: string }
  }
  const [first] = granted ?? []
  const code = reasonCode ?? returnCode ?? (typeof first === 'object' ? first.qos : first) ?? 0
  return { code, text: properties?.reasonString ?? '' }
}

/** The server says a sentence; what to do about it stands in the table of reasons. */
async function explain(what: string, { code, text }: Answer): Promise<Check> {
  const { findReasonByText } = await import('@pillion/server')
  const known = await findReasonByText(text)
  const shown = `${what}: ${text === '' ? 'no reason was given.' : text} [0x${code.toString(16)}]`
  const fix = known?.fix ?? fixes[code]
  return {
    isPassed: false,
    text: shown,
    ...(known === undefined ? {} : { reason: known.reason }),
    ...(fix === undefined ? {} : { fix }),
  }
}

/** MQTT 5 section 2.4, where the sentence says too little on purpose. */
const fixes: Readonly<Record<number, string>> = {
  134: 'Check user name (a partner’s UID) and password; capital letters count. A lost password is replaced by the operator, who also sees the reason: `pillion explain refusals`.',
  135: 'Ask the operator, who sees the reason: `pillion explain refusals`.',
  136: 'Try again in a moment.',
  137: 'Try again in a moment.',
}
