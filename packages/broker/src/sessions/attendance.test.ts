import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { waitUntil } from '@pillion/testkit'
import { serveFor } from '../fixtures/test-broker.ts'
import { TestClient } from '../fixtures/test-client.ts'
import { openPolicy } from '../open-policy.ts'
import type { AccessPolicy, Identity } from '../ports/access-policy.ts'
import type { Presence } from '../ports/presence.ts'

/** Whoever comes is who its username says. */
function policyOf(more: Partial<Identity>): AccessPolicy {
  return {
    ...openPolicy,
    epoch: 0,
    connect: ({ username = '' }) => ({ identity: { key: username, role: 'test', name: username, ...more } }),
  }
}

function noteAttendance(): Presence & { readonly told: string[] } {
  const told: string[] = []
  return {
    told,
    connected: ({ key }) => void told.push(`+${key}`),
    disconnected: ({ key }) => void told.push(`-${key}`),
  }
}

describe('presence', () => {
  it('tells of an identity’s first connection and of its last', async (t) => {
    const presence = noteAttendance()
    const broker = await serveFor(t, { policy: policyOf({}), presence })
    const one = await TestClient.connect({ ...broker, username: 'a', clientId: '1' })
    const two = await TestClient.connect({ ...broker, username: 'a', clientId: '2' })
    await TestClient.connect({ ...broker, username: 'b', clientId: '3' })
    one.raw.destroy()
    await waitUntil('it is gone', () => broker.broker.connectionCount === 2)
    assert.deepEqual(presence.told, ['+a', '+b'])
    two.raw.destroy()
    await waitUntil('it is told', () => presence.told.length > 2)
    assert.deepEqual(presence.told, ['+a', '+b', '-a'])
  })

  it('ends with the one who is there after a take-over, and hears nothing of the refused', async (t) => {
    const presence = noteAttendance()
    const refused = { refused: 0x86, reason: 'no', text: 'No.' } as const
    const { connect } = policyOf({ exclusive: true })
    const policy: AccessPolicy = {
      ...openPolicy,
      epoch: 0,
      connect: (credentials) => (credentials.username === 'no' ? refused : connect(credentials)),
    }
    const broker = await serveFor(t, { policy, presence })
    const older = await TestClient.connect({ ...broker, username: 'a', clientId: '1' })
    await TestClient.connect({ ...broker, username: 'a', clientId: '2' })
    await older.untilClosed()
    const stranger = await TestClient.open(broker)
    await stranger.signIn({ username: 'no', clientId: '3' })
    await waitUntil('it is gone', () => broker.broker.connectionCount === 1)
    // Either the older one is told as gone first, or the newer one was there before it had gone.
    assert.ok(['+a', '+a -a +a'].includes(presence.told.join(' ')), presence.told.join(' '))
  })
})

describe('an identity that is transient', () => {
  for (const version of [4, 5] as const) {
    it(`keeps no session for version ${version}, whatever the client asks for (P 13.1)`, async (t) => {
      const broker = await serveFor(t, { policy: policyOf({ transient: true }) })
      const fields = {
        ...broker,
        version,
        username: 'a',
        clientId: 'a',
        clean: false,
        ...(version === 5 ? { properties: { sessionExpirySeconds: 60 } } : {}),
      } as const
      const first = await TestClient.open(fields)
      const answer = await first.signIn(fields)
      assert.equal(answer.sessionPresent, false)
      if (version === 5) assert.equal(answer.properties?.sessionExpirySeconds, 0)
      await first.subscribe('s')
      first.raw.destroy()
      await waitUntil('it is gone', () => broker.broker.connectionCount === 0)
      const second = await TestClient.open(fields)
      assert.equal((await second.signIn(fields)).sessionPresent, false)
      second.publish('s', 'unheard')
      await second.ping()
      assert.deepEqual(second.messages(), [])
    })
  }
})
