import type { AccessList, Target, TargetName, TargetStore } from '@pillion/push'
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'
import type { PushTargetTable } from './push-database.ts'
import type { Removal } from './removal.ts'

type Added = Awaited<ReturnType<TargetStore['addTarget']>>

export class KyselyTargetStore implements TargetStore {
  readonly #db: Kysely<Database>
  readonly #removal: Removal

  constructor(db: Kysely<Database>, removal: Removal) {
    this.#db = db
    this.#removal = removal
  }

  addTarget(target: Omit<Target, 'key'>, { perScopeMax }: { perScopeMax: number }): Promise<Added> {
    const { appID, scope, kind, name, creator, accessList, createdAt } = target
    return transact(this.#db, async (db) => {
      await lock(db, 'targets', appID, scope, kind)
      const existing = await findTarget(db, target)
      if (existing !== undefined) return { state: 'exists', target: existing }
      const { count } = await db
        .selectFrom('push_target')
        .where('app_id', '=', appID)
        .where('scope', '=', scope)
        .where('kind', '=', kind)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      if (count >= perScopeMax) return { state: 'full' }
      const row = await db
        .insertInto('push_target')
        .values({
          app_id: appID,
          scope,
          kind,
          name,
          creator: creator ?? null,
          access_list: JSON.stringify(accessList),
          created_at: createdAt,
          objects: 0,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return { state: 'added', target: toTarget(row) }
    })
  }

  findTarget(name: TargetName): Promise<Target | undefined> {
    return findTarget(this.#db, name)
  }

  async listTargets(
    { appID, scope, kind }: Pick<Target, 'appID' | 'scope' | 'kind'>,
    after: string,
    limit: number,
  ): Promise<Target[]> {
    const rows = await this.#db
      .selectFrom('push_target')
      .where('app_id', '=', appID)
      .where('scope', '=', scope)
      .where('kind', '=', kind)
      .where('name', '>', after)
      .selectAll()
      .orderBy('name')
      .limit(limit)
      .execute()
    return rows.map(toTarget)
  }

  changeAccessList(key: number, change: (list: AccessList) => AccessList): Promise<AccessList | undefined> {
    return transact(this.#db, async (db) => {
      await lock(db, 'target', key)
      const row = await db
        .selectFrom('push_target')
        .where('key', '=', key)
        .select('access_list')
        .executeTakeFirst()
      if (row === undefined) return undefined
      const changed = change(JSON.parse(row.access_list) as AccessList)
      await db
        .updateTable('push_target')
        .set({ access_list: JSON.stringify(changed) })
        .where('key', '=', key)
        .execute()
      return changed
    })
  }

  removeTarget(key: number, tell?: () => Promise<void>): Promise<boolean> {
    return this.#removal.removeTarget(key, tell)
  }

  sweep(): Promise<void> {
    return this.#removal.sweepAll()
  }
}

async function findTarget(
  db: Kysely<Database>,
  { appID, scope, kind, name }: TargetName,
): Promise<Target | undefined> {
  const row = await db
    .selectFrom('push_target')
    .where('app_id', '=', appID)
    .where('scope', '=', scope)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .selectAll()
    .executeTakeFirst()
  return row && toTarget(row)
}

export function toTarget(row: Omit<Selectable<PushTargetTable>, 'objects'>): Target {
  return {
    key: row.key,
    appID: row.app_id,
    scope: row.scope,
    kind: row.kind,
    name: row.name,
    creator: (row.creator ?? undefined) as Target['creator'],
    accessList: JSON.parse(row.access_list) as AccessList,
    createdAt: row.created_at,
  }
}
