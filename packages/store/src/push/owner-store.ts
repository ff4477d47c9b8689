import type { Owner, OwnerStore } from '@pillion/push'
import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'

export class KyselyOwnerStore implements OwnerStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  addOwner(
    appID: string,
    thingID: string,
    owner: Owner,
    { ownersMax }: { ownersMax: number },
  ): Promise<'added' | 'exists' | 'full'> {
    return transact(this.#db, async (db) => {
      await lock(db, 'owners', appID, thingID)
      const owners = await db
        .selectFrom('push_owner')
        .where('app_id', '=', appID)
        .where('thing_id', '=', thingID)
        .select('owner')
        .execute()
      if (owners.some((other) => other.owner === owner)) return 'exists'
      if (owners.length >= ownersMax) return 'full'
      await db.insertInto('push_owner').values({ app_id: appID, thing_id: thingID, owner }).execute()
      return 'added'
    })
  }

  async removeOwner(appID: string, thingID: string, owner: Owner): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('push_owner')
      .where('app_id', '=', appID)
      .where('thing_id', '=', thingID)
      .where('owner', '=', owner)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  }

  async pageOwned(appID: string, owner: Owner, after: string, limit: number): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('push_owner')
      .where('app_id', '=', appID)
      .where('owner', '=', owner)
      .where('thing_id', '>', after)
      .select('thing_id')
      .orderBy('thing_id')
      .limit(limit)
      .execute()
    return rows.map((row) => row.thing_id)
  }

  async listOwners(appID: string, thingID: string): Promise<Owner[]> {
    const rows = await this.#db
      .selectFrom('push_owner')
      .where('app_id', '=', appID)
      .where('thing_id', '=', thingID)
      .select('owner')
      .orderBy('owner')
      .execute()
    return rows.map(({ owner }) => owner)
  }
}
