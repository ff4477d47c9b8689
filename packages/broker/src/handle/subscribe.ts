import {
  isTopicFilter,
  type ReasonCode,
  reasonCodes,
  type Subscribe,
  type SubscriptionRequest,
} from '@pillion/packet'
import { askPolicy } from '../ask-policy.ts'
import type { Connection } from '../connection.ts'
import { encodeMessage } from '../deliver.ts'
import type { Refusal, SubscribeDecision, SubscribeGrant } from '../ports/access-policy.ts'
import type { Subscription } from '../subscriptions.ts'

export function handleSubscribe(connection: Connection, packet: Subscribe): void {
  const { limits } = connection.core
  const decisions = packet.subscriptions.map((request, index) => {
    if (index >= limits.filtersPerSubscribeMax) return tooMany
    if (packet.properties?.subscriptionIdentifiers !== undefined) return noIdentifiers
    return decide(connection, request.topicFilter)
  })
  // Mostly the policy answers at once; then no packet behind this one has to wait.
  if (decisions.some((decision) => decision instanceof Promise)) {
    connection.suspend(
      Promise.all(decisions.map(settle)).then((settled) => answer(connection, packet, settled)),
    )
  } else answer(connection, packet, decisions as SubscribeDecision[])
}

function decide(connection: Connection, topicFilter: string): SubscribeDecision | Promise<SubscribeDecision> {
  const { policy, limits } = connection.core
  // As it was written: that is what is kept, whatever the policy makes of it.
  const isTooLong =
    Buffer.byteLength(topicFilter) > limits.topicBytesMax ||
    topicFilter.split('/').length > limits.topicLevelsMax
  return isTooLong ? tooLong : askPolicy(() => policy.subscribe(connection.identity, topicFilter))
}

const tooLong: Refusal = {
  refused: reasonCodes.TOPIC_FILTER_INVALID,
  reason: 'filter_too_long',
  text: 'The topic filter is too long.',
}
const tooMany: Refusal = {
  refused: reasonCodes.QUOTA_EXCEEDED,
  reason: 'too_many_filters',
  text: 'Too many filters in one SUBSCRIBE.',
}
const noIdentifiers: Refusal = {
  refused: reasonCodes.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
  reason: 'subscription_identifier',
  text: 'Subscription identifiers are not supported.',
}
const unavailable: Refusal = {
  refused: reasonCodes.UNSPECIFIED_ERROR,
  reason: 'policy_unavailable',
  text: 'The server cannot check access right now.',
}

async function settle(decision: SubscribeDecision | Promise<SubscribeDecision>): Promise<SubscribeDecision> {
  try {
    return await decision
  } catch {
    return unavailable
  }
}

/** SUBACK first, then retained messages: a client expects the answer before what it brings. */
function answer(connection: Connection, packet: Subscribe, decisions: readonly SubscribeDecision[]): void {
  if (connection.state !== 'connected') return
  const retained: (() => void)[] = []
  const refusals: string[] = []
  const codes = decisions.map((decision, index) => {
    const request = packet.subscriptions[index] as SubscriptionRequest
    const isNew = !connection.subscriptions.has(request.topicFilter)
    const refusal = subscribe(connection, request, decision)
    if (refusal !== undefined) {
      refusals.push(refusal.text)
      return connection.version === 5 ? toSuback(refusal.refused) : 0x80
    }
    if (request.retainHandling === 0 || (request.retainHandling === 1 && isNew)) {
      retained.push(() => sendRetained(connection, decision as SubscribeGrant))
    }
    return reasonCodes.GRANTED_QOS_0
  })
  connection.send({
    type: 'suback',
    packetId: packet.packetId,
    reasonCodes: codes,
    ...(connection.version === 5 && refusals[0] !== undefined
      ? { properties: { reasonString: refusals[0] } }
      : {}),
  })
  for (const send of retained) send()
}

/** A policy may refuse with any code; SUBACK has room for these (3.9.3). */
function toSuback(refused: ReasonCode): ReasonCode {
  switch (refused) {
    case reasonCodes.IMPLEMENTATION_SPECIFIC_ERROR:
    case reasonCodes.NOT_AUTHORIZED:
    case reasonCodes.TOPIC_FILTER_INVALID:
    case reasonCodes.QUOTA_EXCEEDED:
    case reasonCodes.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED:
    case reasonCodes.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED:
    case reasonCodes.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED:
      return refused
    default:
      return reasonCodes.UNSPECIFIED_ERROR
  }
}

/** Puts one granted filter in force, or says why not. A filter held already is replaced [MQTT-3.8.4-3]. */
function subscribe(
  connection: Connection,
  request: SubscriptionRequest,
  decision: SubscribeDecision,
): Refusal | undefined {
  const { core } = connection
  const refusal = 'refused' in decision ? decision : checkBounds(connection, request, decision)
  if (refusal !== undefined) {
    core.counters.refuse('subscribe', refusal.reason)
    connection.log(
      'warn',
      { filter: request.topicFilter, reason: refusal.reason },
      `subscription refused: ${refusal.text}`,
    )
    return refusal
  }
  unsubscribe(connection, request.topicFilter)
  const { filter, form, present } = decision as SubscribeGrant
  const { noLocal, retainAsPublished } = request
  const granted: Subscription = { filter, form, present, receiver: connection, noLocal, retainAsPublished }
  core.subscriptions.add(granted)
  core.relay.addInterest(filter)
  connection.subscriptions.set(request.topicFilter, { request, granted })
  return undefined
}

function checkBounds(
  connection: Connection,
  request: SubscriptionRequest,
  { filter }: SubscribeGrant,
): Refusal | undefined {
  const { limits } = connection.core
  if (!isTopicFilter(filter)) {
    const text = 'The topic filter is malformed [MQTT-4.7.1-1].'
    return { refused: reasonCodes.TOPIC_FILTER_INVALID, reason: 'filter_malformed', text }
  }
  if (
    connection.subscriptions.size >= limits.subscriptionsPerConnectionMax &&
    !connection.subscriptions.has(request.topicFilter)
  ) {
    const text = 'This connection holds as many subscriptions as it may.'
    return { refused: reasonCodes.QUOTA_EXCEEDED, reason: 'too_many_subscriptions', text }
  }
  return undefined
}

/** False if there was no such subscription. */
export function unsubscribe(connection: Connection, topicFilter: string): boolean {
  const held = connection.subscriptions.get(topicFilter)
  if (held === undefined) return false
  connection.subscriptions.delete(topicFilter)
  connection.core.subscriptions.remove(held.granted)
  connection.core.relay.dropInterest(held.granted.filter)
  return true
}

function sendRetained(connection: Connection, { filter, present }: SubscribeGrant): void {
  for (const [topic, { payload }] of connection.core.retained.match(filter)) {
    const topicName = present === undefined ? topic : present(topic)
    if (topicName === undefined) continue
    const message = { payload, retain: true, properties: undefined }
    const packet = encodeMessage(topicName, connection.version === 5 ? 5 : 4, message, true)
    if (!connection.outbox.add(packet, 0, packet.length, 1)) connection.outbox.drop(1)
  }
}

/** After CONNACK with session present: what the client had subscribed to, as far as it is still allowed. */
export async function restoreSubscriptions(
  connection: Connection,
  requests: readonly SubscriptionRequest[],
): Promise<void> {
  for (const request of requests) {
    const decision = await settle(decide(connection, request.topicFilter))
    if (connection.state !== 'connected') return
    subscribe(connection, request, decision)
  }
}
