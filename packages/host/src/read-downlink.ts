import {
  type AppWithoutPackage,
  type DownlinkMessage,
  type Payload,
  parseDownlink,
  parsePortalTopic,
  type Uid,
} from '@pillion/schema'
import type { DropReason } from './drop-reasons.ts'
import { findApp, type HostState, isAllowedOnline } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'

export interface Downlink {
  readonly app: HostedApp
  readonly message: DownlinkMessage
  /** The payload as it came. */
  readonly text: string
  readonly subtopic: string
}

export interface Refusal {
  readonly reason: DropReason
  /** As far as it is known. */
  readonly idApp?: string
  readonly detail: unknown
  /** Of what could be read: who sent it, for a receipt. */
  readonly sent?: { readonly uid: Uid; readonly payload: Payload }
}

/** Is this a message for one of our apps, from the partner that owns it (W 3.1, 3.2)? The topic name says who sent it. */
export function readDownlink(host: HostState, topicName: string, bytes: Uint8Array): Downlink | Refusal {
  if (!isAllowedOnline(host.vehicle)) return { reason: 'vehicle_offline', detail: topicName }
  const topic = parsePortalTopic(topicName, host.root)
  if (typeof topic === 'string') return { reason: topic, detail: topicName }
  if (topic.vin !== host.vin) return { reason: 'vin_of_other_vehicle', detail: topicName }
  if (bytes.length > host.limits.portalPayloadBytesMax)
    return { reason: 'payload_too_large', detail: topicName }
  const text = decodeText(bytes)
  if (text === undefined) return { reason: 'payload_not_json', detail: topicName }
  const message = parseDownlink(text)
  if (typeof message === 'string') return { reason: message, detail: text, ...readSender(topic.uid, text) }
  const { idApp, payload } = message
  const sent = { uid: topic.uid, payload }
  const app = findApp(host, idApp)
  if (!app) return { reason: missingReason(host, idApp, topic.uid), idApp, detail: payload, sent }
  if (app.uid !== topic.uid) return { reason: 'app_of_other_partner', idApp, detail: payload, sent }
  return { app, message, text, subtopic: topic.subtopic }
}

/** Which apps other partners have is not theirs to learn. */
function missingReason({ subscribed, withoutPackage }: HostState, idApp: string, uid: Uid): DropReason {
  const isIt = (app: AppWithoutPackage) => app.idApp === idApp && app.uid === uid
  if (withoutPackage.some(isIt)) return 'app_without_package'
  return subscribed.some(isIt) ? 'app_not_offered' : 'id_app_unknown'
}

/** A malformed message may still ask for a receipt. */
function readSender(uid: Uid, text: string): Pick<Refusal, 'sent'> {
  if (!text.includes('"receipt"')) return {}
  try {
    const payload: unknown = JSON.parse(text)
    return typeof payload === 'object' && payload !== null
      ? { sent: { uid, payload: payload as Payload } }
      : {}
  } catch {
    return {}
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
