import { MqttError, type Publish, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { findRoute } from '../find-route.ts'
import { logOversize } from '../publish.ts'
import { publishMessage, travellingProperties } from '../publish-message.ts'

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
  const { payload, retain } = packet
  const properties = travellingProperties(packet.properties)
  const outcome = publishMessage(sender.core, route.decision, route.audience, { payload, retain, properties })
  if (outcome === reasonCodes.QUOTA_EXCEEDED) logOversize(sender)
  acknowledge(sender, packet, outcome)
  return true
}

function acknowledge(sender: Connection, packet: Publish, outcome: ReasonCode): void {
  if (packet.qos === 0) return
  const packetId = packet.packetId as number
  const reasonCode = sender.version === 5 ? toAcknowledgement(outcome) : reasonCodes.SUCCESS
  if (packet.qos === 1) {
    sender.send({ type: 'puback', packetId, reasonCode })
    return
  }
  // A PUBREC with an error ends the handshake in version 5 [MQTT-4.3.3-4].
  if (reasonCode < 0x80) rememberUnreleased(sender, packetId)
  sender.send({ type: 'pubrec', packetId, reasonCode })
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
