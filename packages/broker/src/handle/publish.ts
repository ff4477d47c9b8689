import { MqttError, type Properties, type Publish, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { deliverMessage } from '../deliver.ts'
import { findRoute } from '../find-route.ts'
import type { PublishGrant, Refusal } from '../ports/access-policy.ts'
import { dropOversize } from '../publish.ts'
import type { Audience } from '../route.ts'

/** A PUBLISH off the hot path: QoS 1 or 2, retained, or with version 5 properties. */
export function handlePublish(sender: Connection, packet: Publish): boolean {
  if (packet.properties?.topicAlias !== undefined) {
    throw new MqttError(reasonCodes.TOPIC_ALIAS_INVALID, 'this server takes no topic aliases [MQTT-3.3.2-8]')
  }
  if (packet.qos === 2 && sender.unreleased?.has(packet.packetId as number)) {
    // Sent again: it was delivered when it came first [MQTT-4.3.3-10].
    sender.send({ type: 'pubrec', packetId: packet.packetId as number, reasonCode: reasonCodes.SUCCESS })
    return true
  }
  const topicName = Buffer.from(packet.topicName)
  const route = findRoute(sender, topicName, 0, topicName.length)
  if (route === undefined) return false
  const outcome = publish(sender, packet, route.decision, route.audience, route.relayed)
  acknowledge(sender, packet, outcome)
  return true
}

function publish(
  sender: Connection,
  packet: Publish,
  decision: PublishGrant | Refusal,
  audience: Audience,
  relayed: boolean,
): ReasonCode {
  const { core } = sender
  if ('refused' in decision) {
    core.counters.messagesReceived++
    core.counters.drop(decision.reason, 1)
    return decision.refused
  }
  if (packet.payload.length > decision.payloadBytesMax) {
    dropOversize(sender)
    // 0x95 may not stand in a PUBACK or PUBREC (3.4.2.1), and MQTT.js closes when it does.
    return reasonCodes.QUOTA_EXCEEDED
  }
  core.counters.messagesReceived++
  const message = {
    payload: packet.payload,
    retain: packet.retain,
    properties: travellingProperties(packet.properties),
  }
  const reached = deliverMessage(decision.topic, audience, message)
  if (relayed) core.relay.forward(decision.topic, packet.payload)
  if (packet.retain && decision.mayRetain) keepRetained(sender, decision.topic, packet)
  if (reached > 0 || relayed) return reasonCodes.SUCCESS
  core.counters.drop('no_receiver', 1)
  return reasonCodes.NO_MATCHING_SUBSCRIBERS
}

function keepRetained(sender: Connection, topic: string, packet: Publish): void {
  const { core } = sender
  const expiry = packet.properties?.messageExpirySeconds
  const expiresAt = expiry === undefined ? undefined : Date.now() + expiry * 1_000
  // A copy: the payload is a view of the chunk it came in.
  if (core.retained.keep(topic, { payload: Buffer.from(packet.payload), expiresAt })) return
  core.counters.drop('retained_full', 1)
  sender.log('warn', { topic, reason: 'retained_full' }, 'retained message not kept: there is no room')
}

/** The properties a server passes on [MQTT-3.3.2-4, -15, -16, -17, -20]. */
function travellingProperties(properties: Properties | undefined): Properties | undefined {
  if (properties === undefined) return undefined
  const { topicAlias: _, subscriptionIdentifiers: __, ...travelling } = properties
  return travelling
}

function acknowledge(sender: Connection, packet: Publish, outcome: ReasonCode): void {
  if (packet.qos === 0) return
  const packetId = packet.packetId as number
  const reasonCode = sender.version === 5 ? outcome : reasonCodes.SUCCESS
  if (packet.qos === 1) {
    sender.send({ type: 'puback', packetId, reasonCode })
    return
  }
  // A PUBREC with an error ends the handshake in version 5 [MQTT-4.3.3-4].
  if (reasonCode < 0x80) rememberUnreleased(sender, packetId)
  sender.send({ type: 'pubrec', packetId, reasonCode })
}

function rememberUnreleased(sender: Connection, packetId: number): void {
  sender.unreleased ??= new Set()
  if (sender.unreleased.size >= sender.core.limits.receiveMax) {
    throw new MqttError(
      reasonCodes.RECEIVE_MAXIMUM_EXCEEDED,
      'more QoS 2 messages in flight than Receive Maximum',
    )
  }
  sender.unreleased.add(packetId)
}
