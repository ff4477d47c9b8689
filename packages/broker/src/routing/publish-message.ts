import { type Properties, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import type { Core } from '../core.ts'
import type { Identity } from '../ports/access-policy.ts'
import type { MessageOutcome } from '../ports/message-recorder.ts'
import type { RetainedBy } from '../ports/retained-messages.ts'
import { logOversize, oversize } from '../publish.ts'
import { keepRetained } from '../retained/keep-retained.ts'
import { keepIfMissed } from './absent-receiver.ts'
import { deliverMessage, holdIfCongested, type Message } from './deliver.ts'
import { readOutcome, refusedOutcome } from './read-outcome.ts'
import type { Route } from './route.ts'

/** What an acknowledgement may say of a message, and why if it is not good news. */
export interface PublishOutcome {
  readonly reasonCode: ReasonCode
  readonly text?: string
}

const delivered: PublishOutcome = { reasonCode: reasonCodes.SUCCESS }
const unheard: PublishOutcome = { reasonCode: reasonCodes.NO_MATCHING_SUBSCRIBERS }
/** 0x95 may not stand in a PUBACK or PUBREC (3.4.2.1), and MQTT.js closes when it does. */
const tooLarge: PublishOutcome = {
  reasonCode: reasonCodes.QUOTA_EXCEEDED,
  text: 'The payload is larger than this topic allows.',
}
/** It has been delivered and need not be sent again; that it is not kept would otherwise remain unknown (3.4.2.1). */
const notRetained: PublishOutcome = {
  reasonCode: reasonCodes.QUOTA_EXCEEDED,
  text: 'Delivered, but not retained: there is no room.',
}

/** Where one message goes. */
export type MessageRoute = Pick<Route, 'topicName' | 'decision' | 'audience' | 'recorder'>

/**
 * Publishes one message off the hot path, as its access was decided.
 * `sender` is undefined for a will, whose `identity` is given instead.
 */
export function publishMessage(
  core: Core,
  route: MessageRoute,
  message: Message,
  sender: Connection | undefined,
  identity: Identity | undefined = sender?.identity,
): PublishOutcome {
  const { recorder } = route
  if (recorder === undefined || recorder.take(1) === 0)
    return publishAsDecided(core, route, message, sender, identity)
  core.counters.watch()
  const outcome = publishAsDecided(core, route, message, sender, identity)
  recorder.record(message.payload, readMessageOutcome(core, route, message))
  return outcome
}

function readMessageOutcome(
  core: Core,
  { decision, audience }: MessageRoute,
  message: Message,
): MessageOutcome {
  if (!('refused' in decision) && message.payload.length <= decision.payloadBytesMax)
    return readOutcome(core, decision.topic, audience, message.retain && decision.mayRetain)
  core.counters.unwatch()
  return refusedOutcome('refused' in decision ? decision : oversize)
}

function publishAsDecided(
  core: Core,
  { topicName, decision, audience }: MessageRoute,
  message: Message,
  sender: Connection | undefined,
  identity: Identity | undefined,
): PublishOutcome {
  const { counters } = core
  counters.messagesReceived++
  if (sender !== undefined) sender.messagesReceived++
  if ('refused' in decision) {
    counters.drop(decision.reason, 1)
    return { reasonCode: decision.refused, text: decision.text }
  }
  if (message.payload.length > decision.payloadBytesMax) {
    counters.drop('payload_too_large', 1)
    if (sender !== undefined) logOversize(sender, topicName)
    return tooLarge
  }
  const { topic } = decision
  const keepFor = message.retain && decision.mayRetain ? retainedBy(identity, sender) : undefined
  const reached = deliverMessage(core, topic, audience, message, sender)
  const isKept = keepIfMissed(core, topic, audience, message)
  const relayed = relayMessage(core, topic, message, keepFor, isKept)
  if (relayed && sender !== undefined) holdIfCongested(sender)
  if (keepFor !== undefined && !keepRetained(core, topic, message, keepFor)) {
    sender?.log(
      'warn',
      { topic, reason: 'retained_refused' },
      'message delivered, but not retained: there is no room',
    )
    return notRetained
  }
  if (reached > 0 || relayed || isKept) return delivered
  // What is kept is not lost.
  if (keepFor === undefined) counters.drop('no_receiver', 1)
  return unheard
}

/** Nobody counts for an identity that everybody has. */
function retainedBy(identity: Identity | undefined, sender: Connection | undefined): RetainedBy {
  const owner = identity === undefined || identity.everybody ? '' : identity.key
  return { owner, publisher: sender?.clientKey ?? '' }
}

/** Every node keeps what is retained, whether or not it holds interest now. Returns whether another node wanted it. */
function relayMessage(
  { relay }: Core,
  topic: string,
  { payload, retain, properties }: Message,
  keepFor: RetainedBy | undefined,
  isKept: boolean,
): boolean {
  const isWanted = relay.wants(topic)
  if (isWanted || keepFor !== undefined) {
    const isPlain = !retain && properties === undefined && !isKept
    relay.forward(topic, payload, isPlain ? undefined : { retain, keepFor, isKept, properties })
  }
  return isWanted
}

/** The properties that belong to the message and travel with it [MQTT-3.3.2-4, -15, -16, -17, -20]. */
export function travellingProperties(properties: Properties | undefined): Properties | undefined {
  if (properties === undefined) return undefined
  const { topicAlias: _, subscriptionIdentifiers: __, willDelaySeconds: ___, ...travelling } = properties
  return travelling
}
