import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type AccountChange, Accounts } from '@pillion/accounts'
import { CertificateAuthority, Fleet } from '@pillion/fleet'
import type { NatsNodes } from '@pillion/relay-nats'
import { openSqlite } from '@pillion/store'
import { waitUntil } from '@pillion/testkit'
import { pino } from 'pino'
import { type SharedChanges, shareChanges } from './share-changes.ts'

type Listener = Parameters<NatsNodes['notices']['listen']>[0]

/** Two nodes on one store, which the second one can lose; what is told between them goes through the test. */
async function openNodes(t: TestContext, endStaleConnections: SharedChanges['endStaleConnections']) {
  const { accounts: store, fleet: fleetStore, close } = await openSqlite({ file: ':memory:' })
  const state = { isAway: false }
  const losable = Object.assign(Object.create(store) as typeof store, {
    listAccounts: () => (state.isAway ? Promise.reject(new Error('away')) : store.listAccounts()),
  })
  const other = await Accounts.open({ store })
  await other.add({ name: 'a' })
  const accounts = await Accounts.open({ store: losable })
  const fleet = new Fleet({ store: fleetStore, ...(await CertificateAuthority.create()) })
  const changes: AccountChange[] = []
  accounts.onChange((change) => changes.push(change))
  const listeners: Listener[] = []
  const notices = {
    tell: () => {},
    listen: (listener: Listener) => {
      listeners.push(listener)
      return () => {}
    },
  }
  const start = () => {
    const nodes = { notices, onState: () => () => {} }
    const log = pino({ level: 'silent' })
    t.after(shareChanges({ nodes, fleet, accounts, endConnections: () => {}, endStaleConnections, log }))
  }
  t.after(async () => {
    other.close()
    accounts.close()
    await close()
  })
  return { state, other, accounts, changes, start, listener: () => listeners[0] as Listener }
}

test('what others changed before this node listened holds here as soon as it does', async (t) => {
  const { other, accounts, changes, start } = await openNodes(t, async () => {})
  await other.remove('a')
  assert.ok(accounts.find('a'))
  start()
  await waitUntil('it is known', () => accounts.find('a') === undefined)
  assert.equal(changes.length, 1)
  assert.ok(changes[0]?.endsConnections)
})

test('a change that is told while the store is away holds here once it is back', async (t) => {
  const { state, other, accounts, changes, start, listener } = await openNodes(t, async () => {})
  start()
  state.isAway = true
  await other.remove('a')
  listener().notice('account', { name: 'a', endsConnections: 'The account was removed.' }, 'other')
  await new Promise((resume) => setTimeout(resume, 20))
  assert.ok(accounts.find('a'))
  state.isAway = false
  await waitUntil('it is known', () => accounts.find('a') === undefined)
  assert.equal(changes.filter(({ endsConnections }) => endsConnections !== undefined).length, 1)
})

test('reading everything again is never begun twice at once', async (t) => {
  let reading = 0
  let most = 0
  let times = 0
  const { start, listener } = await openNodes(t, async () => {
    times++
    most = Math.max(most, ++reading)
    await new Promise((resume) => setTimeout(resume, 20))
    reading--
  })
  start()
  await waitUntil('the first', () => reading === 1)
  for (let each = 0; each < 5; each++) listener().missed()
  await waitUntil('the last', () => times === 2 && reading === 0)
  assert.equal(most, 1)
})
