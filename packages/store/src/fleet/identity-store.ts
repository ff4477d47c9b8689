import type {
  IdentityRecord,
  IdentityStore,
  RemovedIdentity,
  Role,
  StoredIdentity,
  StoredPasswords,
  TakenName,
} from '@pillion/fleet'
import type { IdApp, Vin } from '@pillion/schema'
import type { CompiledQuery, Kysely, Selectable, Transaction } from 'kysely'
import { toBatches } from '../batches.ts'
import { contains } from '../contains.ts'
import type { Database, IdentityTable } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'

export class KyselyIdentityStore implements IdentityStore {
  readonly #db: Kysely<Database>
  /** Asked at every sign-in, and building it takes longer than running it: built once, only its parameter changes. */
  readonly #findIdentity: CompiledQuery<Selectable<IdentityTable>>

  constructor(db: Kysely<Database>) {
    this.#db = db
    this.#findIdentity = db.selectFrom('identity').where('name', '=', '').selectAll().compile()
  }

  async addIdentities(identities: readonly StoredIdentity[]): Promise<TakenName | undefined> {
    const transaction = await this.#db.startTransaction().execute()
    try {
      // Here and where accounts are added: names are those of both.
      await lock(transaction, 'names')
      for (const batch of toBatches(identities)) {
        const taken = (await findAccount(transaction, batch)) ?? (await insertIdentities(transaction, batch))
        if (taken === undefined) continue
        await transaction.rollback().execute()
        return taken
      }
      await transaction.commit().execute()
    } catch (error) {
      if (!transaction.isCommitted && !transaction.isRolledBack) await transaction.rollback().execute()
      throw error
    }
    return undefined
  }

  async findIdentity(name: string): Promise<StoredIdentity | undefined> {
    const { rows } = await this.#db.executeQuery<Selectable<IdentityTable>>({
      ...this.#findIdentity,
      parameters: [name],
    })
    return rows[0] && toIdentity(rows[0])
  }

  async findIdentities(names: readonly string[]): Promise<StoredIdentity[]> {
    const found: StoredIdentity[] = []
    for (const batch of toBatches(names)) {
      const rows = await this.#db.selectFrom('identity').where('name', 'in', batch).selectAll().execute()
      found.push(...rows.map(toIdentity))
    }
    return found
  }

  listIdentities(role: Role): Promise<IdentityRecord[]> {
    return this.#db
      .selectFrom('identity')
      .where('role', '=', role)
      .select(['role', 'name', 'label', 'created_at as createdAt'])
      .orderBy('name')
      .execute()
  }

  async pageIdentities(
    role: Role,
    { search, after, countMax }: { search: string; after: string; countMax: number },
  ): Promise<{ identities: IdentityRecord[]; total: number }> {
    const matching = this.#db
      .selectFrom('identity')
      .where('role', '=', role)
      .$if(search !== '', (query) => query.where(contains('name', search)))
    const identities = await matching
      .where('name', '>', after)
      .select(['role', 'name', 'label', 'created_at as createdAt'])
      .orderBy('name')
      .limit(countMax)
      .execute()
    const { total } = await matching
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow()
    return { identities, total: Number(total) }
  }

  async findNames(role: Role, names: readonly string[]): Promise<string[]> {
    const found = new Set<string>()
    for (const batch of toBatches(names)) {
      const rows = await this.#db
        .selectFrom('identity')
        .where('role', '=', role)
        .where('name', 'in', batch)
        .select('name')
        .execute()
      for (const { name } of rows) found.add(name)
    }
    return [...found]
  }

  async changePassword(role: Role, name: string, passwords: StoredPasswords): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('identity')
      .set({
        password_hash: passwords.passwordHash,
        replaced_password_hash: passwords.replaced?.passwordHash ?? null,
        replaced_ends_at: passwords.replaced?.endsAt ?? null,
      })
      .where('name', '=', name)
      .where('role', '=', role)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  }

  removeIdentity(role: Role, name: string): Promise<RemovedIdentity | undefined> {
    return transact(this.#db, async (db) => {
      const identity = await db
        .selectFrom('identity')
        .where('name', '=', name)
        .where('role', '=', role)
        .select('name')
        .executeTakeFirst()
      if (identity === undefined) return undefined
      const removed = role === 'partner' ? await removeApps(db, name) : await removeSubscriptions(db, name)
      await db.deleteFrom('identity').where('name', '=', name).execute()
      return removed
    })
  }
}

/** What mailboxes hold goes with the subscriptions. */
async function removeApps(db: Transaction<Database>, uid: string): Promise<RemovedIdentity> {
  const apps = await db.selectFrom('app').where('uid', '=', uid).select('id_app').orderBy('id_app').execute()
  const own = db.selectFrom('app').where('uid', '=', uid).select('id_app')
  const ended = await db.deleteFrom('app_subscription').where('id_app', 'in', own).returning('vin').execute()
  await db.deleteFrom('app').where('uid', '=', uid).execute()
  const vins = new Set(ended.map(({ vin }) => vin as Vin))
  return { idApps: apps.map(({ id_app }) => id_app as IdApp), vins: [...vins] }
}

async function removeSubscriptions(db: Transaction<Database>, vin: string): Promise<RemovedIdentity> {
  await db.deleteFrom('app_subscription').where('vin', '=', vin).execute()
  return { idApps: [], vins: [vin as Vin] }
}

function toIdentity(row: Selectable<IdentityTable>): StoredIdentity {
  const { replaced_password_hash: passwordHash, replaced_ends_at: endsAt } = row
  return {
    role: row.role,
    name: row.name,
    label: row.label,
    createdAt: row.created_at,
    passwordHash: row.password_hash,
    ...(passwordHash !== null && endsAt !== null && { replaced: { passwordHash, endsAt } }),
  }
}

/** An account that has one of the names, if any: see `KyselyAccountStore`. */
async function findAccount(
  db: Transaction<Database>,
  identities: readonly StoredIdentity[],
): Promise<TakenName | undefined> {
  const names = identities.map(({ name }) => name)
  const account = await db
    .selectFrom('account')
    .where('name', 'in', names)
    .select('name')
    .orderBy('name')
    .executeTakeFirst()
  return account && { name: account.name, by: 'account' }
}

/** Inserts what it can; if that was not all, a name that was in the way. */
async function insertIdentities(
  db: Transaction<Database>,
  identities: readonly StoredIdentity[],
): Promise<TakenName | undefined> {
  const rows = identities.map(({ name, role, label, passwordHash, createdAt }) => {
    return { name, role, label, password_hash: passwordHash, created_at: createdAt }
  })
  const inserted = await db
    .insertInto('identity')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('name')
    .execute()
  if (inserted.length === rows.length) return undefined
  const added = new Set(inserted.map(({ name }) => name))
  const inTheWay = rows.filter(({ name }) => !added.has(name)).map(({ name }) => name)
  return await db
    .selectFrom('identity')
    .where('name', 'in', inTheWay)
    .select(['name', 'role as by'])
    .orderBy('name')
    .executeTakeFirstOrThrow()
}
