import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode, type Packet } from '@pillion/packet'
import { publishBytes } from './packet-bytes.ts'
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
    const rest = stream.subarray(cut)
    const count = counter.count(stream, cut) + counter.count(rest, rest.length)
    assert.equal(count, 3, `cut at ${cut}`)
  }
})

test('counts a PUBLISH only when its last byte is there', () => {
  const counter = new PublishCounter()
  assert.equal(counter.count(marked, marked.length - 1), 0)
  assert.equal(counter.count(marked.subarray(-1), 1), 1)
})

test('tells the last byte of each PUBLISH', () => {
  const lastBytes: number[] = []
  new PublishCounter().count(stream, stream.length, (lastByte) => lastBytes.push(lastByte))
  assert.deepEqual(lastBytes, ['a'.charCodeAt(0), 'x'.charCodeAt(0), 7])
})

test('looks at no more than the given length', () => {
  const counter = new PublishCounter()
  assert.equal(counter.count(Buffer.concat([marked, marked]), marked.length), 1)
})
