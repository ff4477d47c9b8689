import type {
  LedgerPage,
  LedgerQuery,
  LedgerStore,
  LevelChanges,
  MarkedPlace,
  MarkedRecord,
  SetLevels,
  StepOfRecord,
} from '@pillion/ledger'
import { firstIdAt } from '@pillion/ledger'
import type { LedgerLevel, MessageRecord, MessageStep } from '@pillion/schema'
import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import { toBatches } from '../batches.ts'
import type { Database } from '../database.ts'
import { transact } from '../transact.ts'
import type { LedgerLevelTable, MessageStepTable } from './ledger-tables.ts'
import { toRecord, toRecordRow, toStep, toStepRow, withoutNul } from './rows.ts'
import { searchIds } from './search.ts'

/** Ids sort by time, so times are looked for as ids. */
export class KyselyLedgerStore implements LedgerStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  addAll(records: readonly MarkedRecord[]): Promise<void> {
    return transact(this.#db, async (db) => {
      for (const batch of toBatches(records)) {
        await db
          .insertInto('message_record')
          .values(batch.map(toRecordRow))
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
      const steps = records.flatMap(({ record: { id, steps } }) =>
        steps.map((step, number) => toStepRow({ id, number, step })),
      )
      await insertSteps(db, steps)
    })
  }

  addSteps(steps: readonly StepOfRecord[]): Promise<void> {
    return transact(this.#db, async (db) => {
      const there = new Set<string>()
      for (const batch of toBatches([...new Set(steps.map(({ id }) => id))])) {
        const rows = await db.selectFrom('message_record').where('id', 'in', batch).select('id').execute()
        for (const { id } of rows) there.add(id)
      }
      await insertSteps(db, steps.filter(({ id }) => there.has(id)).map(toStepRow))
    })
  }

  async find(id: string): Promise<MessageRecord | undefined> {
    const [record] = await this.#read([id])
    return record
  }

  async search(query: LedgerQuery): Promise<LedgerPage> {
    const { ids, next } = await searchIds(this.#db, query)
    return { messages: (await this.#read(ids)).reverse(), next }
  }

  async findMarked({ vin, uid, mark }: MarkedPlace, countMax: number): Promise<MessageRecord[]> {
    const rows = await this.#db
      .selectFrom('message_record')
      .where('mark', '=', mark)
      .where('vin', '=', vin)
      .where('uid', '=', uid)
      .where('kind', '=', 'downlink')
      .select('id')
      .orderBy('id')
      .limit(countMax)
      .execute()
    return this.#read(rows.map(({ id }) => id))
  }

  async prune(before: number, countMax: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('message_record')
      .where('id', 'in', (query) =>
        query
          .selectFrom('message_record')
          .where('id', '<', firstIdAt(before))
          .select('id')
          .orderBy('id')
          .limit(countMax),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

  async levels(): Promise<SetLevels> {
    const rows = await this.#db.selectFrom('ledger_level').selectAll().orderBy('name').execute()
    const of = (wanted: LedgerLevelTable['whose']) =>
      Object.fromEntries(
        rows.filter(({ whose }) => whose === wanted).map(({ name, level }) => [name, level as LedgerLevel]),
      )
    return { partners: of('partner'), pushApps: of('push-app') }
  }

  setLevels({ partners = {}, pushApps = {} }: LevelChanges): Promise<void> {
    return transact(this.#db, async (db) => {
      await setLevelsOf(db, 'partner', partners)
      await setLevelsOf(db, 'push-app', pushApps)
    })
  }

  /** In the order of their ids. */
  async #read(ids: readonly string[]): Promise<MessageRecord[]> {
    const records: MessageRecord[] = []
    for (const batch of toBatches([...ids].sort())) {
      const rows = await this.#db
        .selectFrom('message_record')
        .where('id', 'in', batch)
        .selectAll()
        .orderBy('id')
        .execute()
      const steps = await this.#readSteps(batch)
      for (const row of rows) records.push(toRecord(row, steps.get(row.id) ?? []))
    }
    return records
  }

  async #readSteps(ids: readonly string[]): Promise<Map<string, MessageStep[]>> {
    const rows = await this.#db
      .selectFrom('message_step')
      .where('id', 'in', ids)
      .selectAll()
      .orderBy('id')
      .orderBy('number')
      .orderBy('at')
      .execute()
    const steps = new Map<string, MessageStep[]>()
    for (const row of rows) {
      const ofRecord = steps.get(row.id)
      if (ofRecord === undefined) steps.set(row.id, [toStep(row)])
      else ofRecord.push(toStep(row))
    }
    return steps
  }
}

async function insertSteps(db: Transaction<Database>, steps: readonly MessageStepTable[]): Promise<void> {
  for (const batch of toBatches(steps)) {
    await db
      .insertInto('message_step')
      .values(batch)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  for (const batch of toBatches([...new Set(steps.map(({ id }) => id))].sort())) {
    await db
      .updateTable('message_record')
      .set({
        state: sql<string>`(
          select state from message_step where message_step.id = message_record.id
          order by message_step.number desc, message_step.at desc limit 1)`,
      })
      .where('id', 'in', batch)
      .execute()
  }
}

async function setLevelsOf(
  db: Transaction<Database>,
  whose: LedgerLevelTable['whose'],
  changes: Readonly<Record<string, LedgerLevel | null>>,
): Promise<void> {
  const [set, unset] = [[] as LedgerLevelTable[], [] as string[]]
  for (const [name, level] of Object.entries(changes)) {
    if (level === null) unset.push(withoutNul(name))
    else set.push({ whose, name: withoutNul(name), level })
  }
  for (const batch of toBatches(unset))
    await db.deleteFrom('ledger_level').where('whose', '=', whose).where('name', 'in', batch).execute()
  for (const batch of toBatches(set)) {
    await db
      .insertInto('ledger_level')
      .values(batch)
      .onConflict((conflict) =>
        conflict.columns(['whose', 'name']).doUpdateSet(({ ref }) => ({ level: ref('excluded.level') })),
      )
      .execute()
  }
}
