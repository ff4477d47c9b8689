import type { Connection } from './connection.ts'
import { noteRefusal } from './handle/note-refusal.ts'
import { deliverFrames } from './routing/deliver.ts'
import { findRoute } from './routing/find-route.ts'
import { refusedOutcome } from './routing/read-outcome.ts'
import { type Route, sameTopic } from './routing/route.ts'
import { PUBLISH_QOS_0 } from './wire/frame.ts'

/**
 * The hot path: routes the plain PUBLISH packets at the beginning of bytes[start, end). They are never made into
 * objects; a run of packets with one topic name is handed on as one range of bytes.
 *
 * Returns where it stopped: at `end`, or at the first packet that is incomplete, is anything else (another type,
 * QoS 1 or 2, retained, with version 5 properties), breaks a rule, or must wait for the access policy.
 */
export function routePublishes(sender: Connection, bytes: Buffer, start: number, end: number): number {
  const propertiesLength = sender.version === 5 ? 1 : 0
  const { packetBytesMax } = sender.core.limits
  let route: Route | undefined
  let payloadBytesMax = 0
  let runStart = start
  let frames = 0
  let at = start
  while (end - at >= 4 && bytes[at] === PUBLISH_QOS_0) {
    let body = at + 2
    let length = bytes[at + 1] as number
    if (length > 127) {
      length = (length & 127) | ((bytes[body++] as number) << 7)
      // Longer than it needs to be [MQTT-1.5.5-1]: nobody else must get such bytes; the careful path says so.
      if (length < 128) break
      if (length > 16_383) {
        length = (length & 16_383) | ((bytes[body++] as number) << 14)
        if (length < 16_384 || length > 2_097_151 || body > end) break
      }
    }
    const next = body + length
    if (next > end || next - at > packetBytesMax) break
    const topicStart = body + 2
    const topicEnd = topicStart + (((bytes[body] as number) << 8) | (bytes[body + 1] as number))
    const payloadStart = topicEnd + propertiesLength
    if (payloadStart > next || topicEnd === topicStart) break
    if (propertiesLength === 1 && bytes[topicEnd] !== 0) break

    if (route === undefined || !sameTopic(bytes, topicStart, topicEnd, route.topicName)) {
      if (frames > 0) deliverFrames(sender, route as Route, bytes, runStart, at, frames)
      runStart = at
      frames = 0
      route = findRoute(sender, bytes, topicStart, topicEnd)
      if (route === undefined) return at
      payloadBytesMax = 'refused' in route.decision ? Infinity : route.decision.payloadBytesMax
    }
    if (next - payloadStart > payloadBytesMax) {
      if (frames > 0) deliverFrames(sender, route, bytes, runStart, at, frames)
      sender.core.counters.messagesReceived++
      sender.messagesReceived++
      sender.core.counters.drop('payload_too_large', 1)
      logOversize(sender, route.topicName)
      if (route.recorder?.take(1) === 1)
        route.recorder.record(bytes.subarray(payloadStart, next), refusedOutcome(oversize))
      runStart = next
      frames = 0
    } else {
      frames++
    }
    at = next
  }
  if (frames > 0) deliverFrames(sender, route as Route, bytes, runStart, at, frames)
  return at
}

export const oversize = {
  reason: 'payload_too_large',
  text: 'Its payload is larger than its topic allows.',
} as const

export function logOversize(sender: Connection, topicName: Buffer): void {
  const topic = topicName.toString()
  sender.log(
    'warn',
    { topic, reason: oversize.reason },
    'message dropped: its payload is larger than its topic allows',
  )
  noteRefusal(sender, { packet: 'publish', topic, ...oversize })
}
