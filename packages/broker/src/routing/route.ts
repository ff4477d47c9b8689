import type { Connection } from '../connection.ts'
import type { PublishDecision } from '../ports/access-policy.ts'
import type { RouteRecorder } from '../ports/message-recorder.ts'
import type { InProcessReceiver, Subscription } from '../subscriptions.ts'
import { createGroup, type Group } from './group.ts'
import { type Share, servesShare } from './shares.ts'

/**
 * What becomes of one topic name on one connection: the access policy's answer, and everybody who gets it.
 * Decided once, cached on the connection, stale when an epoch grew.
 */
export interface Route {
  /** The topic name's bytes as published, to recognise the next message of the same topic. */
  readonly topicName: Buffer
  readonly decision: PublishDecision
  /** Epoch of the access policy when it was asked; -1 = ask again. */
  policyEpoch: number
  /** Of its canonical topic in the subscription tree. */
  readonly neighbourhood: number
  /** Epoch of the neighbourhood the audience was matched at; 0 = not yet. */
  subscriptionsEpoch: number
  audience: Audience
  interestEpoch: number
  /** Does another node want it? */
  relayed: boolean
  /** Is it for somebody who does not get it, neither here nor there, so that it is kept? */
  missesReceiver: boolean
  /** undefined: nothing of it is recorded. */
  readonly recorder: RouteRecorder | undefined
}

/** Does the topic name in bytes[start, end) equal this one? From the end: the topics of one sender differ there. */
export function sameTopic(bytes: Buffer, start: number, end: number, topicName: Buffer): boolean {
  let i = topicName.length
  if (end - start !== i) return false
  while (--i >= 0) {
    if (bytes[start + i] !== topicName[i]) return false
  }
  return true
}

/** Who gets a message of one canonical topic, from one sender. */
export interface Audience {
  readonly groups: readonly Group[]
  /** Of each shared subscription one member gets it. */
  readonly shares: readonly SharedAudience[]
  /** Is there a shared subscription with members here that another node serves? */
  readonly isServedElsewhere: boolean
  readonly receivers: readonly InProcessReceiver[]
}

/** Groups of one connection each, and whose turn it is. */
export interface SharedAudience {
  readonly share: Share
  readonly members: Group[]
}

export const emptyAudience: Audience = { groups: [], shares: [], isServedElsewhere: false, receivers: [] }

export interface Sender {
  readonly connection: Connection
  readonly topicName: string
}

/** `sender` is undefined for the server itself and for messages from other nodes. */
export function gatherAudience(
  topic: string,
  matches: readonly Subscription[],
  sender: Sender | undefined,
): Audience {
  if (matches.length === 0) return emptyAudience
  const receivers: InProcessReceiver[] = []
  const copies = new Map<Connection, Copy[]>()
  const shares = new Map<Share, SharedAudience>()
  let isServedElsewhere = false
  for (const subscription of matches) {
    const { receiver, share } = subscription
    if (typeof receiver === 'function') {
      if (!receivers.includes(receiver)) receivers.push(receiver)
    } else if (share !== undefined) {
      if (servesShare(receiver.core.relay, share, topic))
        addShare(shares, share, receiver, subscription, topic, sender)
      else isServedElsewhere = true
    } else if (!subscription.noLocal || receiver !== sender?.connection)
      addCopy(copies, receiver, subscription, topic)
  }
  return { groups: groupCopies(copies, sender), shares: [...shares.values()], isServedElsewhere, receivers }
}

/** What one receiver gets of one message, once per form. */
export interface Copy {
  readonly form: string
  readonly topicName: string
  readonly retainAsPublished: boolean
  /** Subscription Identifiers of all that match [MQTT-3.3.4-4]. */
  readonly identifiers: readonly number[]
}

/** One copy per form; of several spellings the longest, which is the one with the trailing slash (W 2.5 points 3 and 4). */
function addCopy(
  copies: Map<Connection, Copy[]>,
  receiver: Connection,
  subscription: Subscription,
  topic: string,
): void {
  const copy = copyFor(subscription, topic)
  if (copy === undefined) return
  const held = copies.get(receiver)
  if (held === undefined) {
    copies.set(receiver, [copy])
    return
  }
  const index = held.findIndex(({ form }) => form === copy.form)
  if (index < 0) held.push(copy)
  else held[index] = merge(held[index] as Copy, copy)
}

function merge(held: Copy, more: Copy): Copy {
  const topicName = more.topicName.length > held.topicName.length ? more.topicName : held.topicName
  return {
    form: held.form,
    topicName,
    retainAsPublished: held.retainAsPublished,
    identifiers: [...held.identifiers, ...more.identifiers],
  }
}

function addShare(
  shares: Map<Share, SharedAudience>,
  share: Share,
  receiver: Connection,
  subscription: Subscription,
  topic: string,
  sender: Sender | undefined,
): void {
  const copy = copyFor(subscription, topic)
  if (copy === undefined) return
  const group = createGroup(copy, receiver, sender)
  const audience = shares.get(share)
  if (audience === undefined) shares.set(share, { share, members: [group] })
  else audience.members.push(group)
}

const noIdentifiers: readonly number[] = []

function copyFor(subscription: Subscription, topic: string): Copy | undefined {
  const { form, present, retainAsPublished, identifier } = subscription
  const topicName = present === undefined ? topic : present(topic)
  if (topicName === undefined) return undefined
  return {
    form,
    topicName,
    retainAsPublished,
    identifiers: identifier === undefined ? noIdentifiers : [identifier],
  }
}

/** Those that get the same bytes share a group. Whoever takes topic aliases gets bytes of its own. */
function groupCopies(copies: Map<Connection, Copy[]>, sender: Sender | undefined): Group[] {
  const groups = new Map<string, Group>()
  const aliased: Group[] = []
  for (const [connection, held] of copies) {
    for (const copy of held) {
      if (connection.outboundAliases !== undefined) {
        aliased.push(createGroup(copy, connection, sender))
        continue
      }
      const { topicName, retainAsPublished, identifiers } = copy
      const key = `${connection.version === 5 ? 5 : 4}${retainAsPublished ? 'r' : '-'}${identifiers}/${topicName}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, createGroup(copy, connection, sender))
      else group.members.push(connection)
    }
  }
  return [...groups.values(), ...aliased]
}
