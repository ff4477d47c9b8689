import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from './encoder.ts'
import type { Packet } from './packet.ts'
import { PublishCounter } from './publish-counter.ts'

const marked = publishBytes('a/b', 200)
marked[marked.length - 1] = 7
const others: Packet[] = [
  { type: 'pingresp' },
  { type: 'suback', packetId: 1, reasonCodes: [0] },
  { type: 'puback', packetId: 1, reasonCode: 0 },
]
const stream = Buffer.concat([
  publishBytes('a', 0),
  ...others.map((packet) => encode(packet, 4)),
  publishBytes('a/b', 20_000),
  marked,
])

test('counts PUBLISH and no other packet, wherever the stream is cut', () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const counter = new PublishCounter()
    const count = counter.count(stream, 0, cut) + counter.count(stream, cut, stream.length)
    assert.equal(count, 3, `cut at ${cut}`)
  }
})

test('counts the same when every byte comes alone', () => {
  const counter = new PublishCounter()
  let count = 0
  for (let at = 0; at < stream.length; at++) count += counter.count(stream, at, at + 1)
  assert.equal(count, 3)
})

test('counts a PUBLISH only when its last byte is there', () => {
  const counter = new PublishCounter()
  const { length } = marked
  assert.equal(counter.count(marked, 0, length - 1), 0)
  assert.equal(counter.count(marked, length - 1, length), 1)
})

test('tells the last byte of each PUBLISH, also of one that was cut', () => {
  for (const cut of [stream.length, 1, stream.length - 1]) {
    const lastBytes: number[] = []
    const counter = new PublishCounter()
    counter.count(stream, 0, cut, (lastByte) => lastBytes.push(lastByte))
    counter.count(stream, cut, stream.length, (lastByte) => lastBytes.push(lastByte))
    assert.deepEqual(lastBytes, ['a'.charCodeAt(0), 'x'.charCodeAt(0), 7])
  }
})

test('looks at nothing outside the given range', () => {
  const counter = new PublishCounter()
  const three = Buffer.concat([marked, marked, marked])
  assert.equal(counter.count(three, marked.length, 2 * marked.length), 1)
})

function publishBytes(topicName: string, payloadBytes: number): Uint8Array {
  const payload = Buffer.alloc(payloadBytes, 'x')
  return encode({ type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }, 4)
}
