import type { AccessList, JsonObject, ObjectRecord, ObjectStore } from '@pillion/push'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Database } from '../database.ts'
import type { GroupCommit } from '../group-commit.ts'
import { lock } from '../lock.ts'
import type { PushObjectTable } from './push-database.ts'

export class KyselyObjectStore implements ObjectStore {
  readonly #db: Kysely<Database>
  readonly #writes: GroupCommit

  constructor(db: Kysely<Database>, writes: GroupCommit) {
    this.#db = db
    this.#writes = writes
  }

  addObject(
    bucketKey: number,
    object: ObjectRecord,
    { perBucketMax }: { perBucketMax: number },
  ): Promise<'added' | 'exists' | 'full'> {
    return this.#writes.write(async (db) => {
      const count = await countObject(db, bucketKey, 1)
      // The bucket is gone: as if it had been removed after this object, which goes with it.
      if (count === undefined) return 'added'
      const isAdded = count <= perBucketMax && (await insertObject(db, bucketKey, object))
      if (isAdded) return 'added'
      await countObject(db, bucketKey, -1)
      return count > perBucketMax ? 'full' : 'exists'
    })
  }

  async findObject(bucketKey: number, objectID: string): Promise<ObjectRecord | undefined> {
    const row = await this.#db
      .selectFrom('push_object')
      .where('target_key', '=', bucketKey)
      .where('object_id', '=', objectID)
      .selectAll()
      .executeTakeFirst()
    return row && toObject(row)
  }

  replaceObject(bucketKey: number, object: ObjectRecord, version: number): Promise<boolean> {
    return this.#writes.write(async (db) => {
      const { access_list: _, ...columns } = toColumns(object)
      const { numUpdatedRows } = await db
        .updateTable('push_object')
        .set(columns)
        .where('target_key', '=', bucketKey)
        .where('object_id', '=', object.objectID)
        .where('version', '=', version)
        .executeTakeFirstOrThrow()
      return numUpdatedRows === 1n
    })
  }

  removeObject(bucketKey: number, objectID: string, version?: number): Promise<boolean> {
    return this.#writes.write(async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('push_object')
        .where('target_key', '=', bucketKey)
        .where('object_id', '=', objectID)
        .$if(version !== undefined, (query) => query.where('version', '=', version as number))
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return false
      await countObject(db, bucketKey, -1)
      return true
    })
  }

  changeAccessList(
    bucketKey: number,
    objectID: string,
    change: (list: AccessList) => AccessList,
  ): Promise<AccessList | undefined> {
    return this.#writes.write(async (db) => {
      await lock(db, 'object', bucketKey, objectID)
      const row = await db
        .selectFrom('push_object')
        .where('target_key', '=', bucketKey)
        .where('object_id', '=', objectID)
        .select('access_list')
        .executeTakeFirst()
      if (row === undefined) return undefined
      const changed = change(JSON.parse(row.access_list) as AccessList)
      await db
        .updateTable('push_object')
        .set({ access_list: JSON.stringify(changed) })
        .where('target_key', '=', bucketKey)
        .where('object_id', '=', objectID)
        .execute()
      return changed
    })
  }

  async pageObjects(bucketKey: number, after: string, limit: number): Promise<ObjectRecord[]> {
    const rows = await this.#db
      .selectFrom('push_object')
      .where('target_key', '=', bucketKey)
      .where('object_id', '>', after)
      .selectAll()
      .orderBy('object_id')
      .limit(limit)
      .execute()
    return rows.map(toObject)
  }
}

/** How many objects the bucket has then; undefined if it is gone. */
async function countObject(
  db: Transaction<Database>,
  bucketKey: number,
  difference: 1 | -1,
): Promise<number | undefined> {
  const row = await db
    .updateTable('push_target')
    .set((eb) => ({ objects: eb('objects', '+', difference) }))
    .where('key', '=', bucketKey)
    .returning('objects')
    .executeTakeFirst()
  return row?.objects
}

async function insertObject(
  db: Transaction<Database>,
  bucketKey: number,
  object: ObjectRecord,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('push_object')
    .values({ target_key: bucketKey, object_id: object.objectID, ...toColumns(object) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows === 1n
}

function toColumns(object: ObjectRecord): Omit<PushObjectTable, 'target_key' | 'object_id'> {
  return {
    fields: JSON.stringify(object.fields),
    data_type: object.dataType ?? null,
    creator: object.creator ?? null,
    version: object.version,
    created_at: object.createdAt,
    modified_at: object.modifiedAt,
    access_list: JSON.stringify(object.accessList),
  }
}

function toObject(row: Selectable<PushObjectTable>): ObjectRecord {
  return {
    objectID: row.object_id,
    fields: JSON.parse(row.fields) as JsonObject,
    dataType: row.data_type ?? undefined,
    creator: (row.creator ?? undefined) as ObjectRecord['creator'],
    version: row.version,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
    accessList: JSON.parse(row.access_list) as AccessList,
  }
}
