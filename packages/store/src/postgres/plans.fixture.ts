import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { IdApp, Uid, Vin } from '@pillion/schema'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { hash } from '../../../push/src/ports/push-store.fixture.ts'
import type { Database } from '../database.ts'
import { KyselyFleetStore } from '../fleet/fleet-store.ts'
import { KyselyLedgerStore } from '../ledger/ledger-store.ts'
import { ledgerCalls, seedLedger } from '../ledger/plans.fixture.ts'
import { planCalls, seedForPlans } from '../push/plans.fixture.ts'
import { KyselyPushStore } from '../push/push-store.ts'
import { TimedPool } from './pool.ts'
import { type PostgresServer, silentLog } from './postgres.fixture.ts'

const [vin, uid, idApp] = ['V'.repeat(17) as Vin, 'MYUID' as Uid, 'news' as IdApp]
const message = { vin, idApp, uid, subtopic: '', payload: '{}', bytes: 2, receivedAt: 1, expiresAt: 9 }

interface Stores {
  readonly push: KyselyPushStore
  readonly fleet: KyselyFleetStore
  readonly ledger: KyselyLedgerStore
}

const calls: Record<string, (stores: Stores) => Promise<unknown>> = {
  'keep and forget messages': ({ fleet }) =>
    fleet.mailbox.write(
      { kept: [message], taken: new Map([[vin, new Set([1])]]) },
      { now: 1, perAppMax: 10 },
    ),
  'list messages': ({ fleet }) => fleet.mailbox.list(vin, 1, { countMax: 9, bytesMax: 9 }),
  'remove messages that are too old': ({ fleet }) => fleet.mailbox.removeExpired(1, 100),
  'count the bytes of a partner': ({ fleet }) => fleet.mailbox.countBytes(uid),
  'let a subscription end, with its messages': ({ fleet }) => fleet.apps.unsubscribeVehicles(idApp, [vin]),
  'find an identity': ({ fleet }) => fleet.identities.findIdentity(vin),
  'know whether a vehicle is subscribed': ({ fleet }) => fleet.apps.isSubscribed(vin, uid),
  ...Object.fromEntries(
    Object.entries(planCalls).map(([name, call]) => [name, ({ push }: Stores) => call(push)]),
  ),
  ...Object.fromEntries(
    Object.entries(ledgerCalls).map(([name, call]) => {
      return [`${name} of the ledger`, ({ ledger }: Stores) => call(ledger)]
    }),
  ),
}

interface Plan {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly Plan[]
}

/** Does the planner, told that there are millions of rows, find what is asked by an index? */
export function testPlans(server: PostgresServer): void {
  describe('query plans on PostgreSQL', () => {
    const texts = new Set<string>()
    let stores: Stores
    let close: () => Promise<unknown>
    let client: pg.Client

    before(async () => {
      const connectionString = await server.createDatabase()
      const limits = { poolMax: 2, statementMilliseconds: 20_000, connectMilliseconds: 20_000 }
      const db = new Kysely<Database>({
        dialect: new PostgresDialect({ pool: new TimedPool({ connectionString }, limits, silentLog) }),
        log: ({ query }) => void texts.add(query.sql),
      })
      stores = {
        push: new KyselyPushStore(db),
        fleet: new KyselyFleetStore(db),
        ledger: new KyselyLedgerStore(db),
      }
      close = () => stores.push.close().then(() => db.destroy())
      await seedForPlans(stores.push)
      await seedFleet(stores.fleet)
      await seedLedger(stores.ledger)
      // The planner counts rows by what it was told there are on a page.
      await server.execute(
        `update pg_class set reltuples = 1e6, relpages = 1 where relnamespace = 'public'::regnamespace`,
        new URL(connectionString).pathname.slice(1),
      )
      client = new pg.Client(connectionString)
      await client.connect()
      await client.query('set plan_cache_mode = force_generic_plan')
    })
    after(async () => {
      await client.end()
      await close()
    })

    for (const [name, call] of Object.entries(calls)) {
      it(`reads no table from end to end to ${name}`, async () => {
        texts.clear()
        await call(stores)
        const asked = [...texts].filter((text) => /\b(push_|mailbox_|message_|identity|app)/.test(text))
        assert.notEqual(asked.length, 0)
        for (const text of asked) {
          const slow = steps(await explain(text))
            .filter(isSlow)
            .map(({ Plans: _, ...step }) => step)
          assert.deepEqual(slow, [], text)
        }
      })
    }

    async function explain(text: string): Promise<Plan> {
      const parameters = new Set(text.match(/\$\d+/g)).size
      const nulls = parameters === 0 ? '' : `(${Array(parameters).fill('null').join(', ')})`
      await client.query(`prepare asked as ${text}`)
      const { rows } = await client.query(`explain (format json) execute asked${nulls}`)
      await client.query('deallocate asked')
      return rows[0]['QUERY PLAN'][0].Plan
    }
  })
}

function* walk(plan: Plan): Generator<Plan> {
  yield plan
  for (const part of plan.Plans ?? []) yield* walk(part)
}

function steps(plan: Plan): Plan[] {
  return [...walk(plan)]
}

/**
 * Notes of removed targets are read in any order: whatever is there is to be done. The index of what is online holds
 * nothing else.
 */
function isSlow(step: Plan): boolean {
  const type = step['Node Type']
  if (type === 'Seq Scan') return step['Relation Name'] !== 'push_removed_target'
  const isWhole = /Index.* Scan/.test(type) && step['Index Cond'] === undefined
  return isWhole && step['Index Name'] !== 'push_thing_online'
}

async function seedFleet({ identities, apps, mailbox }: KyselyFleetStore): Promise<void> {
  const common = { label: '', createdAt: 0, passwordHash: hash(0) }
  await identities.addIdentities([
    { role: 'partner', name: uid, ...common },
    { role: 'vehicle', name: vin, ...common },
  ])
  await apps.addApp({ idApp, uid, name: '', drivingMode: false, version: undefined, createdAt: 0 })
  await apps.subscribeVehicles(idApp, [vin])
  await mailbox.write({ kept: [message], taken: new Map() }, { now: 1, perAppMax: 10 })
}
