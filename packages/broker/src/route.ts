import type { Connection } from './connection.ts'
import type { PublishDecision } from './ports/access-policy.ts'
import type { InProcessReceiver, Subscription } from './subscriptions.ts'

/**
 * What becomes of one topic name on one connection: the access policy's answer, and everybody who gets it.
 * Decided once, cached on the connection, stale when an epoch grew.
 */
export interface Route {
  /** The topic name's bytes as published, to recognise the next message of the same topic. */
  readonly topicName: Buffer
  readonly decision: PublishDecision
  readonly policyEpoch: number
  /** Epoch of the subscription tree the audience was matched at; 0 = not yet. */
  subscriptionsEpoch: number
  audience: Audience
  interestEpoch: number
  /** Does another node want it? */
  relayed: boolean
}

/** Who gets a message of one canonical topic, from one sender. */
export interface Audience {
  readonly groups: readonly Group[]
  readonly receivers: readonly InProcessReceiver[]
}

/** Receivers that get the same bytes. */
export interface Group {
  readonly topicName: string
  /** 4 stands for 3.1 too: their PUBLISH packets are alike. */
  readonly version: 4 | 5
  readonly retainAsPublished: boolean
  /** May the sender's bytes go out as they are? */
  readonly asPublished: boolean
  readonly members: readonly Connection[]
}

export const emptyAudience: Audience = { groups: [], receivers: [] }

/** `sender` is undefined for the server itself and for messages from other nodes. */
export function gatherAudience(
  topic: string,
  matches: readonly Subscription[],
  sender: { connection: Connection; topicName: string } | undefined,
): Audience {
  if (matches.length === 0) return emptyAudience
  const receivers: InProcessReceiver[] = []
  const copies = new Map<Connection, Copy[]>()
  for (const subscription of matches) {
    const { receiver } = subscription
    if (typeof receiver === 'function') receivers.push(receiver)
    else if (!subscription.noLocal || receiver !== sender?.connection)
      addCopy(copies, receiver, subscription, topic)
  }
  return { groups: groupCopies(copies, sender), receivers }
}

interface Copy {
  readonly form: string
  topicName: string
  retainAsPublished: boolean
}

/** One copy per form; of several spellings the longest, which is the one with the trailing slash (W 2.5 points 3 and 4). */
function addCopy(
  copies: Map<Connection, Copy[]>,
  receiver: Connection,
  subscription: Subscription,
  topic: string,
): void {
  const topicName = subscription.present === undefined ? topic : subscription.present(topic)
  if (topicName === undefined) return
  const { form, retainAsPublished } = subscription
  const held = copies.get(receiver)
  if (held === undefined) {
    copies.set(receiver, [{ form, topicName, retainAsPublished }])
    return
  }
  const same = held.find((copy) => copy.form === form)
  if (same === undefined) held.push({ form, topicName, retainAsPublished })
  else if (topicName.length > same.topicName.length) same.topicName = topicName
}

function groupCopies(
  copies: Map<Connection, Copy[]>,
  sender: { connection: Connection; topicName: string } | undefined,
): Group[] {
  const groups = new Map<string, Group & { members: Connection[] }>()
  for (const [connection, held] of copies) {
    const version = connection.version === 5 ? 5 : 4
    for (const { topicName, retainAsPublished } of held) {
      const key = `${version}${retainAsPublished ? 'r' : '-'}${topicName}`
      let group = groups.get(key)
      if (group === undefined) {
        const asPublished =
          sender !== undefined &&
          topicName === sender.topicName &&
          (sender.connection.version === 5) === (version === 5)
        group = { topicName, version, retainAsPublished, asPublished, members: [] }
        groups.set(key, group)
      }
      group.members.push(connection)
    }
  }
  return [...groups.values()]
}
