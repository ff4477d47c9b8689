import type { AccountStore, Grants, StoredAccount } from '@pillion/accounts'
import type { TakenName } from '@pillion/fleet'
import type { Uid } from '@pillion/schema'
import type { Kysely, Selectable } from 'kysely'
import type { AccountTable, Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'

type Change = Parameters<AccountStore['changeAccount']>[1]

export class KyselyAccountStore implements AccountStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /**
   * Identities and accounts have names of their own only because whoever adds one looks for the other in the same
   * transaction, and such transactions run one after another.
   */
  addAccount(account: StoredAccount): Promise<TakenName['by'] | undefined> {
    return transact(this.#db, async (db) => {
      await lock(db, 'names')
      const identity = await db
        .selectFrom('identity')
        .where('name', '=', account.name)
        .select('role')
        .executeTakeFirst()
      if (identity !== undefined) return identity.role
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('account')
        .values({
          name: account.name,
          grants: JSON.stringify(account.grants),
          created_at: account.createdAt,
          ...toPasswordColumns(account),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n ? undefined : 'account'
    })
  }

  async listAccounts(): Promise<StoredAccount[]> {
    return (await this.#db.selectFrom('account').selectAll().orderBy('name').execute()).map(toAccount)
  }

  async changeAccount(name: Uid, change: Change): Promise<StoredAccount | undefined> {
    const row = await this.#db
      .updateTable('account')
      .set('grants' in change ? { grants: JSON.stringify(change.grants) } : toPasswordColumns(change))
      .where('name', '=', name)
      .returningAll()
      .executeTakeFirst()
    return row && toAccount(row)
  }

  async removeAccount(name: Uid): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('account')
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    return numDeletedRows === 1n
  }
}

function toPasswordColumns({ passwordHash, replaced }: Pick<StoredAccount, 'passwordHash' | 'replaced'>) {
  return {
    password_hash: passwordHash,
    replaced_password_hash: replaced?.passwordHash ?? null,
    replaced_ends_at: replaced?.endsAt ?? null,
  }
}

function toAccount(row: Selectable<AccountTable>): StoredAccount {
  const { replaced_password_hash: passwordHash, replaced_ends_at: endsAt } = row
  return {
    name: row.name as Uid,
    grants: JSON.parse(row.grants) as Grants,
    createdAt: row.created_at,
    passwordHash: row.password_hash,
    replaced: passwordHash === null || endsAt === null ? undefined : { passwordHash, endsAt },
  }
}
