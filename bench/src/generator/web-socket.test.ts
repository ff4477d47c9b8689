import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { PublishCounter } from '@pillion/packet'
import { type WebSocket, WebSocketServer } from 'ws'
import { publishBytes, repeatBytes } from './packet-bytes.ts'
import { toFrame, unwrap, upgradeRequest, WebSocketCounter } from './web-socket.ts'

const small = publishBytes('a/b', 20, 'tcp')
const large = publishBytes('a/b', 70_000, 'tcp')
const burst = repeatBytes(small, 10)

/** A frame as servers send it, not masked (RFC 6455, 5.2). */
function serverFrame(opcode: number, payload: Uint8Array, isLast = true): Buffer {
  const { length } = payload
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10)
  header[0] = (isLast ? 0x80 : 0) | opcode
  header[1] = length < 126 ? length : length < 65_536 ? 126 : 127
  if (header.length === 4) header.writeUInt16BE(length, 2)
  if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, payload])
}

/** 1 + 10 + 1 + 1 messages; one cut in two by frames, with a ping between them and a frame without payload. */
const stream = Buffer.concat([
  serverFrame(2, small),
  serverFrame(2, burst),
  serverFrame(9, Buffer.from('0000')),
  serverFrame(2, small.subarray(0, 7), false),
  serverFrame(9, new Uint8Array()),
  serverFrame(0, new Uint8Array(), false),
  serverFrame(0, small.subarray(7)),
  serverFrame(2, large),
])

test('counts the messages in frames of every length, wherever the stream is cut', () => {
  // Around every header, and some places within the large frame.
  const cuts = [...Array(600).keys(), 30_000, stream.length - 1, stream.length]
  for (const cut of cuts) {
    const counter = new WebSocketCounter(new PublishCounter())
    const count = counter.count(stream, 0, cut) + counter.count(stream, cut, stream.length)
    assert.equal(count, 13, `cut at ${cut}`)
  }
})

test('counts the same when every byte comes alone', () => {
  const counter = new WebSocketCounter(new PublishCounter())
  let count = 0
  for (let at = 0; at < stream.length; at++) count += counter.count(stream, at, at + 1)
  assert.equal(count, 13)
})

test('refuses a frame that a server has masked', () => {
  const counter = new WebSocketCounter(new PublishCounter())
  const masked = toFrame(small)
  assert.throws(() => counter.count(masked, 0, masked.length), /mask/)
})

test('shakes hands with a real server, which reads every frame, and finds the MQTT bytes in its answer', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const packets = [small, publishBytes('a/b', 300, 'tcp')]
  server.on('connection', (socket: WebSocket) => {
    assert.equal(socket.protocol, 'mqtt')
    socket.on('message', (data) => socket.send(data as Buffer))
  })
  const { connect } = await import('node:net')
  const socket = connect(port, '127.0.0.1')
  socket.write(Buffer.concat([upgradeRequest(port), ...packets.map(toFrame)]))
  const expected = Buffer.concat(packets)
  let received = Buffer.alloc(0)
  let found = Buffer.alloc(0)
  for await (const bytes of socket) {
    received = Buffer.concat([received, bytes as Buffer])
    found = Buffer.from(unwrap(received))
    if (found.length >= expected.length) break
  }
  assert.deepEqual(found, expected)
  server.close()
})

test('says that the upgrade was refused', () => {
  assert.throws(() => unwrap(Buffer.from('HTTP/1.1 403 Forbidden\r\n\r\n')), /403 Forbidden/)
  assert.equal(unwrap(Buffer.from('HTTP/1.1 101 Switching')).length, 0)
})
