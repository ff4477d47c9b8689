import type { IdentityRecord, IdentityStore, Role, StoredIdentity, TakenName } from '@pillion/fleet'
import type { CompiledQuery, Kysely, Transaction } from 'kysely'
import { toBatches } from '../batches.ts'
import type { Database } from '../database.ts'
import { lock } from '../lock.ts'

export class KyselyIdentityStore implements IdentityStore {
  readonly #db: Kysely<Database>
  /** Asked at every sign-in, and building it takes longer than running it: built once, only its parameter changes. */
  readonly #findIdentity: CompiledQuery<StoredIdentity>

  constructor(db: Kysely<Database>) {
    this.#db = db
    this.#findIdentity = db
      .selectFrom('identity')
      .where('name', '=', '')
      .select(['role', 'name', 'label', 'created_at as createdAt', 'password_hash as passwordHash'])
      .compile()
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
    const { rows } = await this.#db.executeQuery<StoredIdentity>({
      ...this.#findIdentity,
      parameters: [name],
    })
    return rows[0]
  }

  listIdentities(role: Role): Promise<IdentityRecord[]> {
    return this.#db
      .selectFrom('identity')
      .where('role', '=', role)
      .select(['role', 'name', 'label', 'created_at as createdAt'])
      .orderBy('name')
      .execute()
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
