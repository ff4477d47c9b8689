import type { PushAppChange, PushAppSettings, PushAppStore, StoredPushApp } from '@pillion/push'
import type { Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from '../database.ts'
import { transact } from '../transact.ts'
import type { PushAppTable } from './push-database.ts'
import type { Removal, Rows } from './removal.ts'

export class KyselyPushAppStore implements PushAppStore {
  readonly #db: Kysely<Database>
  readonly #removal: Removal

  constructor(db: Kysely<Database>, removal: Removal) {
    this.#db = db
    this.#removal = removal
  }

  addApp(app: StoredPushApp): Promise<'appID' | 'clientID' | undefined> {
    const { appID, appKey, clientID, clientSecretHash, settings, isDisabled, createdAt } = app
    return transact(this.#db, async (db) => {
      const taken = await db
        .selectFrom('push_app')
        .where(({ or, eb }) => or([eb('app_id', '=', appID), eb('client_id', '=', clientID)]))
        .select('app_id')
        .execute()
      if (taken.length > 0) return taken.some(({ app_id }) => app_id === appID) ? 'appID' : 'clientID'
      await db
        .insertInto('push_app')
        .values({
          app_id: appID,
          app_key: appKey,
          client_id: clientID,
          client_secret_hash: clientSecretHash,
          replaced_secret_hash: app.replacedSecret?.hash ?? null,
          replaced_ends_at: app.replacedSecret?.endsAt ?? null,
          settings: JSON.stringify(settings),
          is_disabled: isDisabled ? 1 : 0,
          created_at: createdAt,
          principals: 0,
          last_number: 0,
        })
        .execute()
      return undefined
    })
  }

  async findApp(appID: string): Promise<StoredPushApp | undefined> {
    const row = await this.#db
      .selectFrom('push_app')
      .where('app_id', '=', appID)
      .selectAll()
      .executeTakeFirst()
    return row && toApp(row)
  }

  async listApps(): Promise<StoredPushApp[]> {
    return (await this.#db.selectFrom('push_app').selectAll().orderBy('app_id').execute()).map(toApp)
  }

  async changeApp(appID: string, change: PushAppChange): Promise<StoredPushApp | undefined> {
    const columns = toChangedColumns(change)
    if (Object.keys(columns).length === 0) return this.findApp(appID)
    const row = await this.#db
      .updateTable('push_app')
      .set(columns)
      .where('app_id', '=', appID)
      .returningAll()
      .executeTakeFirst()
    return row && toApp(row)
  }

  async removeApp(appID: string): Promise<boolean> {
    const where = { app_id: appID }
    const rows: Rows[] = [
      { table: 'push_token', where },
      { table: 'push_installation', where },
      { table: 'push_subscription', where },
      { table: 'push_owner', where },
      { table: 'push_member', where },
      { table: 'push_group', where },
      { table: 'push_thing', where },
      { table: 'push_user', where },
    ]
    const isRemoved = await this.#removal.removeWith(
      { table: 'push_app', where },
      { rows, targets: { appID } },
    )
    await this.#removal.sweep()
    return isRemoved
  }
}

function toChangedColumns(change: PushAppChange): Updateable<PushAppTable> {
  return {
    ...(change.appKey !== undefined && { app_key: change.appKey }),
    ...(change.clientSecretHash !== undefined && { client_secret_hash: change.clientSecretHash }),
    ...('replacedSecret' in change && {
      replaced_secret_hash: change.replacedSecret?.hash ?? null,
      replaced_ends_at: change.replacedSecret?.endsAt ?? null,
    }),
    ...(change.settings !== undefined && { settings: JSON.stringify(change.settings) }),
    ...(change.isDisabled !== undefined && { is_disabled: change.isDisabled ? 1 : 0 }),
  }
}

function toApp(row: Selectable<PushAppTable>): StoredPushApp {
  const { replaced_secret_hash: hash, replaced_ends_at: endsAt } = row
  return {
    appID: row.app_id,
    appKey: row.app_key,
    clientID: row.client_id,
    clientSecretHash: row.client_secret_hash,
    replacedSecret: hash === null || endsAt === null ? undefined : { hash, endsAt },
    settings: JSON.parse(row.settings) as PushAppSettings,
    isDisabled: row.is_disabled === 1,
    createdAt: row.created_at,
  }
}
