import type { Identity, PublishDecision } from '@pillion/broker'
import { type MessageRecord, parsePortalTopic } from '@pillion/schema'

/** What the records of one sender and topic name have in common. */
export type RouteFields = Pick<MessageRecord, 'kind' | 'from' | 'topic' | 'uid' | 'vin' | 'subtopic'>

/** Between whom a message goes. */
export interface PortalPlace {
  readonly kind: 'downlink' | 'uplink'
  readonly uid: string
  readonly vin: string
  /** '' if there is none. */
  readonly subtopic: string
}

export interface TopicReading {
  /** Topic root of the portal (W 2.3). */
  readonly root: string
  /** What a canonical topic says, if it is one of the portal. */
  readonly readTopic: (topic: string) => PortalPlace | undefined
}

/** undefined: it is no message of anybody's, but talk between a head unit and its server. */
export function readRoute(
  identity: Identity,
  topic: string,
  decision: PublishDecision,
  { root, readTopic }: TopicReading,
): RouteFields | undefined {
  const { role, name } = identity
  const from = identity.everybody ? 'anybody' : `${role}:${name}`
  if ('refused' in decision) return { from, topic, ...readRefused(identity, topic, root) }
  const place = readTopic(decision.topic)
  if (place === undefined) return role === 'vehicle' ? undefined : { kind: 'other', from, topic }
  const { kind, uid, vin, subtopic } = place
  return { kind, from, topic, uid, vin, ...(subtopic === '' ? {} : { subtopic }) }
}

/** It stands under the sender alone: whom it named in vain is not to learn of it. */
function readRefused(
  { role, name }: Identity,
  topic: string,
  root: string,
): Pick<RouteFields, 'kind' | 'uid' | 'vin'> {
  if (role === 'vehicle') return { kind: 'uplink', vin: name }
  if (role !== 'partner') return { kind: 'other' }
  const place = parsePortalTopic(topic, root)
  const isOwn = typeof place !== 'string' && place.uid === name
  return { kind: 'downlink', uid: name, ...(isOwn ? { vin: place.vin } : {}) }
}
