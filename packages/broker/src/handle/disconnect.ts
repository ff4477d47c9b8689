import { type Disconnect, MqttError, type ReasonCode, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'

/** What a client may say (3.14.2.1); the other codes are for a server to send. */
const fromClient: ReadonlySet<number> = new Set<ReasonCode>([
  reasonCodes.NORMAL_DISCONNECTION,
  reasonCodes.DISCONNECT_WITH_WILL,
  reasonCodes.UNSPECIFIED_ERROR,
  reasonCodes.MALFORMED_PACKET,
  reasonCodes.PROTOCOL_ERROR,
  reasonCodes.IMPLEMENTATION_SPECIFIC_ERROR,
  reasonCodes.TOPIC_NAME_INVALID,
  reasonCodes.RECEIVE_MAXIMUM_EXCEEDED,
  reasonCodes.TOPIC_ALIAS_INVALID,
  reasonCodes.PACKET_TOO_LARGE,
  reasonCodes.MESSAGE_RATE_TOO_HIGH,
  reasonCodes.QUOTA_EXCEEDED,
  reasonCodes.ADMINISTRATIVE_ACTION,
  reasonCodes.PAYLOAD_FORMAT_INVALID,
])

export function handleDisconnect(connection: Connection, { reasonCode, properties }: Disconnect): void {
  if (!fromClient.has(reasonCode)) {
    throw new MqttError(
      reasonCodes.PROTOCOL_ERROR,
      `DISCONNECT with ${reasonCode}, which only a server sends`,
    )
  }
  const asked = properties?.sessionExpirySeconds
  if (asked !== undefined) {
    if (connection.sessionExpirySeconds === 0 && asked > 0) {
      // Such a DISCONNECT does not count (3.14.2.2.2): the will is published.
      throw new MqttError(
        reasonCodes.PROTOCOL_ERROR,
        'session expiry was 0 and cannot be raised (3.14.2.2.2)',
      )
    }
    connection.sessionExpirySeconds = Math.min(asked, connection.core.limits.sessionExpirySecondsMax)
  }
  // [MQTT-3.14.4-3]: after any other code the will is published.
  if (reasonCode === reasonCodes.NORMAL_DISCONNECTION) connection.will = undefined
  connection.endTransport()
}
