import { MqttError, type Packet, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { handleConnect } from './connect.ts'
import { handleDisconnect } from './disconnect.ts'
import { handlePublish } from './publish.ts'
import { handlePubrel } from './pubrel.ts'
import { handleSubscribe } from './subscribe.ts'
import { handleUnsubscribe } from './unsubscribe.ts'

/** Every packet off the hot path. False: it was not taken and must be tried again when the connection goes on. */
export function handlePacket(connection: Connection, packet: Packet): boolean {
  if (connection.state === 'new') {
    if (packet.type !== 'connect') {
      throw new MqttError(
        reasonCodes.PROTOCOL_ERROR,
        `the first packet is ${packet.type}, not CONNECT [MQTT-3.1.0-1]`,
      )
    }
    handleConnect(connection, packet)
    return true
  }
  switch (packet.type) {
    case 'publish':
      return handlePublish(connection, packet)
    case 'pubrel':
      handlePubrel(connection, packet)
      return true
    case 'subscribe':
      handleSubscribe(connection, packet)
      return true
    case 'unsubscribe':
      handleUnsubscribe(connection, packet)
      return true
    case 'pingreq':
      connection.send({ type: 'pingresp' })
      return true
    case 'disconnect':
      handleDisconnect(connection, packet)
      return true
    case 'connect':
      throw new MqttError(reasonCodes.PROTOCOL_ERROR, 'a second CONNECT [MQTT-3.1.0-2]')
    default:
      // PUBACK, PUBREC and PUBCOMP answer what this broker never sends; the rest only a server may send.
      throw new MqttError(reasonCodes.PROTOCOL_ERROR, `${packet.type} is not expected from a client`)
  }
}
