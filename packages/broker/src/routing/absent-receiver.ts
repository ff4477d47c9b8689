import { readClock } from '../clock.ts'
import type { Connection } from '../connection.ts'
import type { Core } from '../core.ts'
import type { Subscription } from '../subscriptions.ts'
import type { Message } from './deliver.ts'
import type { Audience } from './route.ts'

/** Is this topic for somebody who gets its messages neither here nor on another node? Holds for as long as the audience does. */
export function missesReceiver(core: Core, topic: string, { groups }: Audience): boolean {
  const key = core.absentReceivers?.receiverOf(topic)
  if (key === undefined) return false
  const isHere = groups.some(({ members }) => members.some(({ identity }) => identity.key === key))
  return !isHere && !core.relay.wants(receiverTopic(key))
}

/**
 * A receiver that is subscribed to anything is wanted under this topic. That somebody wants a message of it says little: it
 * may be an observer.
 */
export function receiverTopic(key: string): string {
  return `$receiver/${key}`
}

/** Lets the other nodes know what a connection is subscribed to, and that its identity is here. */
export function addInterest({ core, identity }: Connection, { filter, share }: Subscription): void {
  if (!isOwn(filter)) core.relay.addInterest(filter)
  if (share !== undefined) core.relay.addInterest(share.interest)
  if (!core.absentReceivers?.isReceiver(identity)) return
  core.localReceivers.enter(identity.key)
  core.relay.addInterest(receiverTopic(identity.key))
}

export function dropInterest({ core, identity }: Connection, { filter, share }: Subscription): void {
  if (!isOwn(filter)) core.relay.dropInterest(filter)
  if (share !== undefined) core.relay.dropInterest(share.interest)
  if (!core.absentReceivers?.isReceiver(identity)) return
  core.localReceivers.leave(identity.key, readClock())
  core.relay.dropInterest(receiverTopic(identity.key))
}

/** Nothing below `$` travels, and no client may look to other nodes like a receiver or a share. */
function isOwn(filter: string): boolean {
  return filter.startsWith('$')
}

/** Has it gone from here while messages for it were on their way? Then it misses them, and no other node knows. */
export function hasLeftReceiver(core: Core, topic: string, audience: Audience): boolean {
  const key = core.absentReceivers?.receiverOf(topic)
  return (
    key !== undefined &&
    core.localReceivers.wasHere(key, readClock()) &&
    missesReceiver(core, topic, audience)
  )
}

/** What another node has kept for the receiver, it gets from there, though it has come here meanwhile. */
export function withoutReceiver(core: Core, topic: string, audience: Audience): Audience {
  const key = core.absentReceivers?.receiverOf(topic)
  if (key === undefined) return audience
  const groups = audience.groups
    .map((group) => ({ ...group, members: group.members.filter(({ identity }) => identity.key !== key) }))
    .filter(({ members }) => members.length > 0)
  return { ...audience, groups }
}

/** What a receiver misses goes to whoever keeps it. Returns whether that was so. */
export function keepIfMissed(core: Core, topic: string, audience: Audience, message: Message): boolean {
  if (!missesReceiver(core, topic, audience)) return false
  keepMessage(core, topic, message.payload, message.properties?.messageExpirySeconds)
  return true
}

export function keepMessage(
  { absentReceivers, counters }: Core,
  topic: string,
  payload: Uint8Array,
  expirySeconds: number | undefined,
): void {
  counters.messagesKept++
  absentReceivers?.keep(topic, payload, { expirySeconds })
}
