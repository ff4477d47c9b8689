import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy } from '../ports/access-policy.ts'

/** Whoever signs in is the identity of that name. */
const policy: AccessPolicy = {
  ...openPolicy,
  connect: ({ username = '' }) => ({ identity: { key: username, role: 'test', name: username } }),
}

describe('bounds of an identity', () => {
  it('hold for its connections: one too many is refused with 0x97, in 3.x with 3, and others are served', async (t) => {
    const broker = await serveFor(t, { policy, limits: { connectionsPerIdentityMax: 2 } })
    const first = await TestClient.connect({ ...broker, username: 'alice', clientId: '1' })
    await TestClient.connect({ ...broker, username: 'alice', clientId: '2' })
    for (const [version, code] of [
      [5, reasonCodes.QUOTA_EXCEEDED],
      [4, 3],
    ] as const) {
      const late = await TestClient.open({ ...broker, version })
      assert.equal((await late.signIn({ username: 'alice', clientId: '3' })).reasonCode, code)
      await late.untilClosed()
    }
    assert.equal(broker.broker.counters().refused_connect_too_many_of_identity, 2)
    await TestClient.connect({ ...broker, username: 'bob', clientId: '3' })
    // Taking over is not one more, and who leaves makes room.
    await TestClient.connect({ ...broker, username: 'alice', clientId: '2' })
    await first.lose()
    await waitUntil('there is room', async () => {
      const client = await TestClient.open(broker)
      return (await client.signIn({ username: 'alice', clientId: '3' })).reasonCode === 0
    })
  })

  it('hold for its filters and their levels, whichever connection holds them: 0x97, in 3.x 0x80', async (t) => {
    const limits = { filtersPerIdentityMax: 3, filterLevelsPerIdentityMax: 6 }
    const broker = await serveFor(t, { policy, limits })
    const one = await TestClient.connect({ ...broker, version: 5, username: 'alice', clientId: '1' })
    const other = await TestClient.connect({ ...broker, username: 'alice', clientId: '2' })
    const quota = reasonCodes.QUOTA_EXCEEDED
    assert.deepEqual((await one.subscribe('a', 'b/c/d/e/f/g')).reasonCodes, [0, quota])
    assert.deepEqual((await other.subscribe('a', 'b', 'c')).reasonCodes, [0, 0, 0x80])
    // Held already: replaced, not one more.
    assert.deepEqual((await other.subscribe('a')).reasonCodes, [0])
    const bob = await TestClient.connect({ ...broker, username: 'bob', clientId: '1' })
    assert.deepEqual((await bob.subscribe('a', 'b', 'c')).reasonCodes, [0, 0, 0])
    await other.lose()
    await waitUntil('there is room', async () => (await one.subscribe('b/c')).reasonCodes[0] === 0)
    assert.deepEqual((await one.subscribe('d/e/f/g')).reasonCodes, [quota])
  })
})
