import { reasonCodes, type Unsubscribe } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { unsubscribe } from './subscribe.ts'

export function handleUnsubscribe(connection: Connection, packet: Unsubscribe): void {
  const codes = packet.topicFilters.map((topicFilter) => {
    connection.core.retainedDelivery.stop(connection, topicFilter)
    return unsubscribe(connection, topicFilter) ? reasonCodes.SUCCESS : reasonCodes.NO_SUBSCRIPTION_EXISTED
  })
  connection.send({
    type: 'unsuback',
    packetId: packet.packetId,
    reasonCodes: connection.version === 5 ? codes : [],
  })
}
