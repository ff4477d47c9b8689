import type { JsonObject, UserChange, UserIdentityField, UserKey, UserRecord, UserStore } from '@pillion/push'
import type { Insertable, Kysely, Selectable, Transaction, Updateable } from 'kysely'
import type { Database } from '../database.ts'
import type { GroupCommit } from '../group-commit.ts'
import { addPrincipal, removePrincipal } from './principals.ts'
import type { PushUserTable } from './push-database.ts'
import type { Removal } from './removal.ts'

type Taken = { readonly taken: UserIdentityField }

export class KyselyUserStore implements UserStore {
  readonly #db: Kysely<Database>
  readonly #writes: GroupCommit
  readonly #removal: Removal

  constructor(db: Kysely<Database>, writes: GroupCommit, removal: Removal) {
    this.#db = db
    this.#writes = writes
    this.#removal = removal
  }

  addUser(
    user: Omit<UserRecord, 'number'>,
    { principalsMax }: { principalsMax: number },
  ): Promise<UserRecord | Taken | 'full'> {
    return this.#writes.write(async (db) => {
      const taken = await findTaken(db, user.appID, user.userID, user)
      if (taken !== undefined) return { taken }
      const number = await addPrincipal(db, user.appID, principalsMax)
      if (number === undefined) return 'full'
      await db
        .insertInto('push_user')
        .values({
          ...(toColumns(user) as Insertable<PushUserTable>),
          app_id: user.appID,
          user_id: user.userID,
          number,
          created_at: user.createdAt,
        })
        .execute()
      return { ...user, number }
    })
  }

  async findUser(appID: string, key: UserKey): Promise<UserRecord | undefined> {
    const [column, value] = toColumn(key)
    const row = await this.#db
      .selectFrom('push_user')
      .where('app_id', '=', appID)
      .where(column, '=', value)
      .selectAll()
      .executeTakeFirst()
    return row && toUser(row)
  }

  changeUser(appID: string, userID: string, change: UserChange): Promise<UserRecord | Taken | undefined> {
    const columns = toColumns(change)
    return this.#writes.write(async (db) => {
      const taken = await findTaken(db, appID, userID, change)
      if (taken !== undefined) return { taken }
      const row = await db
        .updateTable('push_user')
        // Without a change still an update, which tells whether there is such a user.
        .set({ user_id: userID, ...columns })
        .where('app_id', '=', appID)
        .where('user_id', '=', userID)
        .returningAll()
        .executeTakeFirst()
      return row && toUser(row)
    })
  }

  removeUser(appID: string, userID: string): Promise<boolean> {
    return removePrincipal(this.#removal, appID, `user:${userID}`, {
      row: { table: 'push_user', where: { app_id: appID, user_id: userID } },
      rows: [
        { table: 'push_member', where: { app_id: appID, user_id: userID } },
        { table: 'push_owner', where: { app_id: appID, owner: `user:${userID}` } },
      ],
    })
  }
}

/** The first of the names that another user of the app has. */
async function findTaken(
  db: Transaction<Database>,
  appID: string,
  userID: string,
  names: Pick<UserChange, UserIdentityField>,
): Promise<UserIdentityField | undefined> {
  for (const field of ['loginName', 'emailAddress', 'phoneNumber'] as const) {
    const name = names[field]
    if (name === undefined) continue
    const [column, value] = toColumn({ [field]: name } as UserKey)
    const other = await db
      .selectFrom('push_user')
      .where('app_id', '=', appID)
      .where(column, '=', value)
      .where('user_id', '!=', userID)
      .select('user_id')
      .executeTakeFirst()
    if (other !== undefined) return field
  }
  return undefined
}

function toColumn(key: UserKey): ['user_id' | 'login_name' | 'email_key' | 'phone_number', string] {
  if ('userID' in key) return ['user_id', key.userID]
  if ('loginName' in key) return ['login_name', key.loginName]
  if ('emailAddress' in key) return ['email_key', key.emailAddress.toLowerCase()]
  return ['phone_number', key.phoneNumber]
}

/** Of what is given; undefined as a value becomes null. */
function toColumns(user: UserChange): Updateable<PushUserTable> {
  const columns: Updateable<PushUserTable> = {}
  if ('loginName' in user) columns.login_name = user.loginName ?? null
  if ('emailAddress' in user) {
    columns.email_address = user.emailAddress ?? null
    columns.email_key = user.emailAddress?.toLowerCase() ?? null
  }
  if ('phoneNumber' in user) columns.phone_number = user.phoneNumber ?? null
  if ('displayName' in user) columns.display_name = user.displayName ?? null
  if ('country' in user) columns.country = user.country ?? null
  if ('locale' in user) columns.locale = user.locale ?? null
  if ('passwordHash' in user) columns.password_hash = user.passwordHash ?? null
  if (user.fields !== undefined) columns.fields = JSON.stringify(user.fields)
  if (user.isDisabled !== undefined) columns.is_disabled = user.isDisabled ? 1 : 0
  if (user.modifiedAt !== undefined) columns.modified_at = user.modifiedAt
  return columns
}

export function toUser(row: Selectable<PushUserTable>): UserRecord {
  return {
    appID: row.app_id,
    userID: row.user_id,
    number: row.number,
    loginName: row.login_name ?? undefined,
    emailAddress: row.email_address ?? undefined,
    phoneNumber: row.phone_number ?? undefined,
    displayName: row.display_name ?? undefined,
    country: row.country ?? undefined,
    locale: row.locale ?? undefined,
    fields: JSON.parse(row.fields) as JsonObject,
    passwordHash: row.password_hash ?? undefined,
    isDisabled: row.is_disabled === 1,
    createdAt: row.created_at,
    modifiedAt: row.modified_at,
  }
}
