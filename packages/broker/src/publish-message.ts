import { type Properties, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Core } from './core.ts'
import { deliverMessage, type Message } from './deliver.ts'
import type { PublishDecision, PublishGrant } from './ports/access-policy.ts'
import type { Audience } from './route.ts'

/** Publishes one message off the hot path, as its access was decided. Returns what an acknowledgement may say of it. */
export function publishMessage(
  core: Core,
  decision: PublishDecision,
  audience: Audience,
  message: Message,
): ReasonCode {
  const { counters, relay } = core
  counters.messagesReceived++
  if ('refused' in decision) {
    counters.drop(decision.reason, 1)
    return decision.refused
  }
  if (message.payload.length > decision.payloadBytesMax) {
    counters.drop('payload_too_large', 1)
    // 0x95 may not stand in a PUBACK or PUBREC (3.4.2.1), and MQTT.js closes when it does.
    return reasonCodes.QUOTA_EXCEEDED
  }
  const reached = deliverMessage(decision.topic, audience, message)
  const relayed = relay.wants(decision.topic)
  if (relayed) relay.forward(decision.topic, message.payload)
  if (message.retain && decision.mayRetain) keepRetained(core, decision, message)
  if (reached > 0 || relayed) return reasonCodes.SUCCESS
  counters.drop('no_receiver', 1)
  return reasonCodes.NO_MATCHING_SUBSCRIBERS
}

function keepRetained({ retained, counters }: Core, { topic }: PublishGrant, message: Message): void {
  const expiry = message.properties?.messageExpirySeconds
  const expiresAt = expiry === undefined ? undefined : Date.now() + expiry * 1_000
  // A copy: the payload is a view of the chunk it came in.
  const isKept = retained.keep(topic, { payload: Buffer.from(message.payload), expiresAt })
  if (!isKept) counters.drop('retained_full', 1)
}

/** The properties that belong to the message and travel with it [MQTT-3.3.2-4, -15, -16, -17, -20]. */
export function travellingProperties(properties: Properties | undefined): Properties | undefined {
  if (properties === undefined) return undefined
  const { topicAlias: _, subscriptionIdentifiers: __, willDelaySeconds: ___, ...travelling } = properties
  return travelling
}
