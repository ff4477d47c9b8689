import { MqttError, type Publish, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { findRoute } from '../routing/find-route.ts'
import { type PublishOutcome, publishMessage, travellingProperties } from '../routing/publish-message.ts'
import { resolveTopicName } from '../routing/topic-aliases.ts'

/** A PUBLISH off the hot path: QoS 1 or 2, retained, or with version 5 properties. */
export function handlePublish(sender: Connection, packet: Publish): boolean {
  if (packet.properties?.subscriptionIdentifiers !== undefined) {
    throw new MqttError(
      reasonCodes.PROTOCOL_ERROR,
      'a client’s PUBLISH with a subscription identifier [MQTT-3.3.4-6]',
    )
  }
  const topicName = Buffer.from(resolveTopicName(sender, packet))
  if (packet.qos === 2 && sender.unreleased?.has(packet.packetId as number)) {
    // Sent again: it was delivered when it came first [MQTT-4.3.3-10].
    sender.send({ type: 'pubrec', packetId: packet.packetId as number, reasonCode: reasonCodes.SUCCESS })
    return true
  }
  const route = findRoute(sender, topicName, 0, topicName.length)
  if (route === undefined) return false
  const { payload, retain } = packet
  const properties = travellingProperties(packet.properties)
  const traced = properties && sender.core.tracer?.begin(topicName.toString(), sender.identity, properties)
  const message = { payload, retain, properties: traced?.properties ?? properties }
  const outcome = publishMessage(sender.core, route, message, sender)
  traced?.end(outcome.reasonCode)
  acknowledge(sender, packet, outcome)
  return true
}

function acknowledge(sender: Connection, { qos, packetId = 0 }: Publish, outcome: PublishOutcome): void {
  if (qos === 0) return
  const isToldWhy = sender.version === 5
  const reasonCode = isToldWhy ? toAcknowledgement(outcome.reasonCode) : reasonCodes.SUCCESS
  // A PUBREC with an error ends the handshake in version 5 [MQTT-4.3.3-4].
  if (qos === 2 && reasonCode < 0x80) rememberUnreleased(sender, packetId)
  sender.send({
    type: qos === 1 ? 'puback' : 'pubrec',
    packetId,
    reasonCode,
    ...(isToldWhy && outcome.text !== undefined ? { properties: { reasonString: outcome.text } } : {}),
  })
}

/** A policy may refuse with any code; PUBACK and PUBREC have room for these (3.4.2.1). */
function toAcknowledgement(outcome: ReasonCode): ReasonCode {
  switch (outcome) {
    case reasonCodes.SUCCESS:
    case reasonCodes.NO_MATCHING_SUBSCRIBERS:
    case reasonCodes.IMPLEMENTATION_SPECIFIC_ERROR:
    case reasonCodes.NOT_AUTHORIZED:
    case reasonCodes.TOPIC_NAME_INVALID:
    case reasonCodes.QUOTA_EXCEEDED:
    case reasonCodes.PAYLOAD_FORMAT_INVALID:
      return outcome
    default:
      return reasonCodes.UNSPECIFIED_ERROR
  }
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
