import { type Acknowledgement, reasonCodes } from '@pillion/packet'
import type { Connection } from '../connection.ts'

export function handlePubrel(connection: Connection, { packetId }: Acknowledgement): void {
  const known = connection.unreleased?.delete(packetId) ?? false
  const reasonCode =
    known || connection.version !== 5 ? reasonCodes.SUCCESS : reasonCodes.PACKET_IDENTIFIER_NOT_FOUND
  connection.send({ type: 'pubcomp', packetId, reasonCode })
}
