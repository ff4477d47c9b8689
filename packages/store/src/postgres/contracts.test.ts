import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testAccountStore } from '../../../accounts/src/ports/account-store.contract.ts'
import { addTarget, appID, pushApp, target } from '../../../push/src/ports/push-store.fixture.ts'
import { testFleetStores, testLedgerStore, testPushStores } from '../contracts.fixture.ts'
import { testNodeStores } from '../nodes/nodes.fixture.ts'
import { testOperatorStores } from '../operators/operators.fixture.ts'
import { testWriters } from '../writers.fixture.ts'
import { openPostgres } from './open-postgres.ts'
import { testPlans } from './plans.fixture.ts'
import { PostgresServer, silentLog } from './postgres.fixture.ts'

const server = await PostgresServer.start()
const url = await server.createDatabase()
// Whoever tests shares the machine with others.
const patient = { statementMilliseconds: 20_000, connectMilliseconds: 20_000, log: silentLog }
const [store, other] = [await openPostgres({ url, ...patient }), await openPostgres({ url, ...patient })]
after(async () => {
  await store.close()
  await other.close()
  await server[Symbol.asyncDispose]()
})
const open = async () => ({ ...store, close: () => server.empty(url) })

testFleetStores('PostgreSQL', open)
testAccountStore('PostgreSQL', open)
testPushStores('PostgreSQL', open)
testNodeStores('PostgreSQL', open)
testOperatorStores('PostgreSQL', open, () => other)
testLedgerStore('PostgreSQL', open)
testWriters('two nodes on PostgreSQL', async () => ({
  nodes: [store, other],
  close: () => server.empty(url),
}))
testPlans(server)

test('brings a database up to date once, for however many nodes that start at the same instant', async () => {
  const empty = await server.createEmptyDatabase()
  const stores = await Promise.all([1, 2, 3].map(() => openPostgres({ url: empty, ...patient })))
  await stores[0]?.push.apps.addApp(pushApp())
  assert.equal((await stores[2]?.push.apps.findApp(appID))?.appID, appID)
  for (const each of stores) await each.close()
})

test('refuses a database written by a newer Pillion', async () => {
  const newer = await server.createDatabase()
  const insert = "insert into kysely_migration values ('9999-later', '2999-01-01T00:00:00.000Z')"
  await server.execute(insert, new URL(newer).pathname.slice(1))
  await assert.rejects(openPostgres({ url: newer, ...patient }), (error: Error) => {
    assert.match(error.message, /newer Pillion .*9999-later/)
    return error.name === 'StoreNewerError'
  })
})

test('keeps the removal of a topic waiting for who is being subscribed to it, and takes them along', async () => {
  const slow = await server.createDatabase()
  await server.execute(
    `create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(0.3); return null; end';
     create constraint trigger slow_commit after insert on push_subscription deferrable initially deferred
       for each row execute function wait()`,
    new URL(slow).pathname.slice(1),
  )
  const { push, close } = await openPostgres({ url: slow, ...patient })
  await push.apps.addApp(pushApp())
  const { key } = await addTarget(push, target('news'))
  const subscription = { target: { key, appID }, subject: 'user:mia', restsOnRight: true } as const
  const added = push.subscriptions.addSubscription(subscription, { perSubjectMax: 9 })
  const isCommitting = "select 1 from pg_stat_activity where query = 'commit' and state = 'active'"
  while ((await server.execute(isCommitting)).length === 0);
  assert.equal(await push.targets.removeTarget(key), true)
  await push.targets.sweep()
  assert.equal(await added, 'added')
  assert.equal(await push.subscriptions.lastPosition(key), 0)
  await close()
})
