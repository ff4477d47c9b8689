import {
  isTopicFilter,
  MqttError,
  type ProtocolVersion,
  type ReasonCode,
  reasonCodes,
  type Subscribe,
  type SubscriptionRequest,
} from '@pillion/packet'
import type { Connection } from '../connection.ts'
import type { Refusal, SubscribeDecision, SubscribeGrant } from '../ports/access-policy.ts'
import { askPolicy } from '../ports/ask-policy.ts'
import { addInterest, dropInterest } from '../routing/absent-receiver.ts'
import type { KeptSubscription } from '../sessions/sessions.ts'
import type { Subscription } from '../subscriptions.ts'
import { noteRefusal } from './note-refusal.ts'
import { parseSharedFilter } from './shared-filter.ts'

export function handleSubscribe(connection: Connection, packet: Subscribe): void {
  const { limits } = connection.core
  for (const request of packet.subscriptions) refuseNoLocalShare(request)
  const decisions = packet.subscriptions.map(({ topicFilter }, index) =>
    index < limits.filtersPerSubscribeMax ? decide(connection, topicFilter) : refusals.tooMany,
  )
  // Mostly the policy answers at once; then no packet behind this one has to wait.
  if (decisions.some((decision) => decision instanceof Promise)) {
    connection.suspend(
      Promise.all(decisions.map(settle)).then((settled) => answer(connection, packet, settled)),
    )
  } else answer(connection, packet, decisions as SubscribeDecision[])
}

function refuseNoLocalShare({ noLocal, topicFilter }: SubscriptionRequest): void {
  if (noLocal && topicFilter.startsWith('$share/')) {
    throw new MqttError(reasonCodes.PROTOCOL_ERROR, 'No Local on a shared subscription [MQTT-3.8.3-4]')
  }
}

function decide(connection: Connection, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
  const { policy, limits } = connection.core
  // As it was written: that is what is kept, whatever the policy makes of it.
  const isTooLong =
    Buffer.byteLength(topicFilter) > limits.topicBytesMax ||
    topicFilter.split('/').length > limits.topicLevelsMax
  if (isTooLong) return refusals.tooLong
  const parsed = parseSharedFilter(topicFilter)
  if (parsed === undefined) return refusals.malformed
  return askPolicy(() => policy.subscribe(connection.identity, parsed.filter))
}

async function settle(decision: SubscribeDecision | Promise<SubscribeDecision>): Promise<SubscribeDecision> {
  try {
    return await decision
  } catch {
    return refusals.unavailable
  }
}

/** SUBACK first, then retained messages: a client expects the answer before what it brings. */
function answer(connection: Connection, packet: Subscribe, decisions: readonly SubscribeDecision[]): void {
  if (connection.state !== 'connected') return
  const identifier = packet.properties?.subscriptionIdentifiers?.[0]
  const retained: string[] = []
  const texts: string[] = []
  const begun: (() => void)[] = []
  const codes = decisions.map((decision, index) => {
    const request = packet.subscriptions[index] as SubscriptionRequest
    const isNew = !connection.subscriptions.has(request.topicFilter)
    const granted = subscribe(connection, { ...request, identifier }, decision)
    if ('refused' in granted) {
      texts.push(granted.text)
      return toReturnCode(connection.version, granted.refused)
    }
    if (request.retainHandling === 0 || (request.retainHandling === 1 && isNew))
      retained.push(request.topicFilter)
    const { subscribed } = decision as SubscribeGrant
    if (subscribed !== undefined) begun.push(subscribed)
    return reasonCodes.GRANTED_QOS_0
  })
  connection.send({
    type: 'suback',
    packetId: packet.packetId,
    reasonCodes: codes,
    ...(connection.version === 5 && texts[0] !== undefined ? { properties: { reasonString: texts[0] } } : {}),
  })
  for (const tell of begun) tell()
  for (const topicFilter of retained) connection.core.retainedDelivery.start(connection, topicFilter)
}

/** A policy may refuse with any code; SUBACK has room for these (3.9.3). */
/** 3.1 has no way to say no: whoever is refused is told that it is subscribed, and gets nothing (P 13.2). */
function toReturnCode(version: ProtocolVersion, refused: ReasonCode): ReasonCode {
  if (version === 5) return toSuback(refused)
  return version === 4 ? 0x80 : reasonCodes.GRANTED_QOS_0
}

function toSuback(refused: ReasonCode): ReasonCode {
  switch (refused) {
    case reasonCodes.IMPLEMENTATION_SPECIFIC_ERROR:
    case reasonCodes.NOT_AUTHORIZED:
    case reasonCodes.TOPIC_FILTER_INVALID:
    case reasonCodes.QUOTA_EXCEEDED:
    case reasonCodes.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED:
    case reasonCodes.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED:
      return refused
    default:
      return reasonCodes.UNSPECIFIED_ERROR
  }
}

/** Puts one granted filter in force, or says why not. A filter held already is replaced [MQTT-3.8.4-3]. */
function subscribe(
  connection: Connection,
  { topicFilter, noLocal, retainAsPublished, identifier }: KeptSubscription,
  decision: SubscribeDecision,
): Subscription | Refusal {
  const { core } = connection
  const share = parseSharedFilter(topicFilter)?.share
  const refusal = 'refused' in decision ? decision : checkGrant(connection, topicFilter, share, decision)
  if (refusal !== undefined) {
    const { reason, text } = refusal
    core.counters.refuse('subscribe', reason)
    noteRefusal(connection, { packet: 'subscribe', topic: topicFilter, reason, text })
    connection.log('warn', { filter: topicFilter, reason }, `subscription refused: ${text}`)
    return refusal
  }
  unsubscribe(connection, topicFilter)
  const { filter, form, present } = decision as SubscribeGrant
  const subscription: Subscription = {
    filter,
    receiver: connection,
    form,
    present,
    noLocal,
    retainAsPublished,
    identifier,
    share: share === undefined ? undefined : core.shares.join(`${share}/${filter}/${form}`),
  }
  core.subscriptions.add(subscription)
  addInterest(connection, subscription)
  count(connection, filter, 1)
  connection.subscriptions.set(topicFilter, subscription)
  return subscription
}

function count(connection: Connection, filter: string, filters: 1 | -1): void {
  const levels = filters * countLevels(filter)
  connection.filterLevels += levels
  if (connection.use === undefined) return
  connection.use.filters += filters
  connection.use.levels += levels
}

function countLevels(filter: string): number {
  return filter.split('/').length
}

function checkGrant(
  { core, subscriptions, filterLevels, use }: Connection,
  topicFilter: string,
  share: string | undefined,
  { filter, mayShare }: SubscribeGrant,
): Refusal | undefined {
  if (!isTopicFilter(filter)) return refusals.malformed
  if (share !== undefined && !mayShare) return refusals.notShared
  const { subscriptionsPerConnectionMax, filterLevelsPerConnectionMax } = core.limits
  const isFull =
    subscriptions.size >= subscriptionsPerConnectionMax ||
    filterLevels + countLevels(filter) > filterLevelsPerConnectionMax ||
    !core.identityUses.hasRoom(use, countLevels(filter))
  return isFull && !subscriptions.has(topicFilter) ? refusals.full : undefined
}

/** False if there was no such subscription. */
export function unsubscribe(connection: Connection, topicFilter: string): boolean {
  const held = connection.subscriptions.get(topicFilter)
  if (held === undefined) return false
  connection.subscriptions.delete(topicFilter)
  count(connection, held.filter, -1)
  connection.core.subscriptions.remove(held)
  if (held.share !== undefined) connection.core.shares.leave(held.share)
  dropInterest(connection, held)
  return true
}

/** What the policy says by now to what the client of a kept session had subscribed to. Rejects when it cannot say. */
export async function decideAgain(
  connection: Connection,
  kept: readonly KeptSubscription[],
): Promise<SubscribeDecision[]> {
  return Promise.all(kept.map(({ topicFilter }) => decide(connection, topicFilter)))
}

/** After CONNACK with session present: what the client had subscribed to, as far as it is still allowed. */
export function restoreSubscriptions(
  connection: Connection,
  kept: readonly KeptSubscription[],
  decisions: readonly SubscribeDecision[],
): void {
  const begun: (() => void)[] = []
  for (const [index, subscription] of kept.entries()) {
    const decision = decisions[index] as SubscribeDecision
    if ('refused' in subscribe(connection, subscription, decision)) continue
    const { subscribed } = decision as SubscribeGrant
    if (subscribed !== undefined) begun.push(subscribed)
  }
  // Only now: it may publish to any of them.
  for (const tell of begun) tell()
}

export const refusals = {
  malformed: {
    refused: reasonCodes.TOPIC_FILTER_INVALID,
    reason: 'filter_malformed',
    text: 'The topic filter is malformed [MQTT-4.7.1-1].',
  },
  tooLong: {
    refused: reasonCodes.QUOTA_EXCEEDED,
    reason: 'filter_too_long',
    text: 'The topic filter has more bytes or levels than this server takes.',
  },
  tooMany: {
    refused: reasonCodes.QUOTA_EXCEEDED,
    reason: 'too_many_filters',
    text: 'Too many filters in one SUBSCRIBE.',
  },
  full: {
    refused: reasonCodes.QUOTA_EXCEEDED,
    reason: 'too_many_subscriptions',
    text: 'This connection, or its identity, holds as many subscriptions as it may.',
  },
  notShared: {
    refused: reasonCodes.NOT_AUTHORIZED,
    reason: 'share_not_granted',
    text: 'These topics cannot be shared among connections.',
  },
  unavailable: {
    refused: reasonCodes.UNSPECIFIED_ERROR,
    reason: 'policy_unavailable',
    text: 'The server cannot check access right now.',
  },
} as const satisfies Record<string, Refusal>
