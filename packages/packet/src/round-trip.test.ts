import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from './index.ts'
import { anyPacket, anyVersionedPacket } from './packet.arbitrary.ts'

for (const version of [3, 4, 5] as const) {
  test(`decodes what it encoded, for any packet of version ${version}`, () => {
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        const bytes = encode(packet, version)
        assert.deepEqual(decode(bytes, 0, bytes.length, version), packet)
      }),
      { numRuns: 500 },
    )
  })
}

test('covers every packet type with random packets', () => {
  const samples = fc.sample(anyVersionedPacket, { numRuns: 1_000, seed: 1 })
  assert.equal(new Set(samples.map(([, packet]) => packet.type)).size, 15)
})
