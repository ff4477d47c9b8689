import assert from 'node:assert/strict'
import { SocketTransport } from './socket-transport.ts'
import { openStreamTransport } from './stream-transport.ts'
import { transportContract } from './transport.contract.ts'

transportContract('on the stream below the socket', (socket) => {
  const transport = openStreamTransport(socket)
  assert.ok(transport, 'this Node has all the parts it needs')
  return transport
})

transportContract('on what Node documents', (socket) => new SocketTransport(socket))
