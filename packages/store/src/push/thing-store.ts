import { setImmediate } from 'node:timers/promises'
import type { JsonObject, OnlineChange, ThingChange, ThingKey, ThingRecord, ThingStore } from '@pillion/push'
import { type Kysely, type Selectable, sql } from 'kysely'
import { batchRowsMax, toBatches } from '../batches.ts'
import type { Database } from '../database.ts'
import type { GroupCommit } from '../group-commit.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'
import { addPrincipal, removePrincipal } from './principals.ts'
import type { PushThingTable } from './push-database.ts'
import type { Removal } from './removal.ts'

export class KyselyThingStore implements ThingStore {
  readonly #db: Kysely<Database>
  readonly #writes: GroupCommit
  readonly #removal: Removal

  constructor(db: Kysely<Database>, writes: GroupCommit, removal: Removal) {
    this.#db = db
    this.#writes = writes
    this.#removal = removal
  }

  addThing(
    thing: ThingRecord,
    { principalsMax }: { principalsMax: number },
  ): Promise<'added' | 'taken' | 'full'> {
    const { appID, vendorThingID, online } = thing
    return this.#writes.write(async (db) => {
      const other = await db
        .selectFrom('push_thing')
        .where('app_id', '=', appID)
        .where('vendor_thing_id', '=', vendorThingID)
        .select('thing_id')
        .executeTakeFirst()
      if (other !== undefined) return 'taken'
      if ((await addPrincipal(db, appID, principalsMax)) === undefined) return 'full'
      await db
        .insertInto('push_thing')
        .values({
          app_id: appID,
          thing_id: thing.thingID,
          vendor_thing_id: vendorThingID,
          fields: JSON.stringify(thing.fields),
          password_hash: thing.passwordHash,
          is_disabled: thing.isDisabled ? 1 : 0,
          created_at: thing.createdAt,
          is_online: online === undefined ? null : online.isOnline ? 1 : 0,
          online_modified_at: online?.modifiedAt ?? null,
        })
        .execute()
      return 'added'
    })
  }

  findThing(appID: string, key: ThingKey): Promise<ThingRecord | undefined> {
    return findThing(this.#db, appID, key)
  }

  changeThing(
    appID: string,
    thingID: string,
    change: (thing: ThingRecord) => ThingChange,
  ): Promise<ThingRecord | undefined> {
    return transact(this.#db, async (db) => {
      await lock(db, 'thing', appID, thingID)
      const thing = await findThing(db, appID, { thingID })
      if (thing === undefined) return undefined
      const changed = { ...thing, ...change(thing) }
      await db
        .updateTable('push_thing')
        .set({
          fields: JSON.stringify(changed.fields),
          password_hash: changed.passwordHash,
          is_disabled: changed.isDisabled ? 1 : 0,
        })
        .where('app_id', '=', appID)
        .where('thing_id', '=', thingID)
        .execute()
      return changed
    })
  }

  removeThing(appID: string, thingID: string): Promise<boolean> {
    const where = { app_id: appID, thing_id: thingID }
    return removePrincipal(this.#removal, appID, `thing:${thingID}`, {
      row: { table: 'push_thing', where },
      rows: [{ table: 'push_owner', where }],
    })
  }

  async setOnline(changes: readonly OnlineChange[], node: string): Promise<void> {
    const newest = new Map(changes.map((change) => [change.thingID, change]))
    for (const batch of toBatches([...newest.values()])) {
      const rows = batch.map(({ thingID, isOnline, at }) => sql`(${thingID}, ${isOnline ? 1 : 0}, ${at})`)
      await sql`
        with change (thing_id, is_online, at) as (values ${sql.join(rows)})
        update push_thing
        set is_online = cast(change.is_online as integer), online_modified_at = cast(change.at as bigint), node = ${node}
        from change where push_thing.thing_id = change.thing_id and (
          cast(change.is_online as integer) = 1 or push_thing.node is null or push_thing.node = ${node}
        )`.execute(this.#db)
      await setImmediate()
    }
  }

  async setAllOffline(at: number, node?: string): Promise<void> {
    for (let count = batchRowsMax; count >= batchRowsMax; await setImmediate()) {
      const { numUpdatedRows } = await this.#db
        .updateTable('push_thing')
        .set({ is_online: 0, online_modified_at: at })
        .where(({ eb, refTuple, selectFrom }) =>
          eb(
            refTuple('app_id', 'thing_id'),
            'in',
            selectFrom('push_thing')
              .where('is_online', '=', sql.lit(1))
              .$if(node !== undefined, (online) => online.where('node', '=', node as string))
              .select(['app_id', 'thing_id'])
              .limit(sql.lit(batchRowsMax))
              .$asTuple('app_id', 'thing_id'),
          ),
        )
        .executeTakeFirstOrThrow()
      count = Number(numUpdatedRows)
    }
  }
}

async function findThing(
  db: Kysely<Database>,
  appID: string,
  key: ThingKey,
): Promise<ThingRecord | undefined> {
  const row = await db
    .selectFrom('push_thing')
    .where('app_id', '=', appID)
    .where(
      'thingID' in key ? 'thing_id' : 'vendor_thing_id',
      '=',
      'thingID' in key ? key.thingID : key.vendorThingID,
    )
    .selectAll()
    .executeTakeFirst()
  return row && toThing(row)
}

export function toThing(row: Selectable<PushThingTable>): ThingRecord {
  const { is_online: isOnline, online_modified_at: modifiedAt } = row
  return {
    appID: row.app_id,
    thingID: row.thing_id,
    vendorThingID: row.vendor_thing_id,
    fields: JSON.parse(row.fields) as JsonObject,
    passwordHash: row.password_hash,
    isDisabled: row.is_disabled === 1,
    createdAt: row.created_at,
    online: isOnline === null || modifiedAt === null ? undefined : { isOnline: isOnline === 1, modifiedAt },
  }
}
