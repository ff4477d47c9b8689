import type { OperatorRole } from '@pillion/schema'
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Database } from '../database.ts'
import { changeOperators } from './change-operators.ts'
import type { OperatorTable } from './operator-tables.ts'

/** Times are milliseconds since 1970. */
export interface StoredOperator {
  readonly name: string
  readonly role: OperatorRole
  /** scrypt */
  readonly passwordHash: string
  readonly isDisabled: boolean
  readonly createdAt: number
  readonly lastSignInAt: number | undefined
  /** Undefined: signs in with the password alone. */
  readonly factor: StoredFactor | undefined
}

export interface StoredFactor {
  /** Encrypted by whoever gave it. */
  readonly secret: Uint8Array
  readonly since: number
}

export type OperatorChange = Partial<Pick<StoredOperator, 'role' | 'passwordHash' | 'isDisabled'>> & {
  readonly secondFactor?: 'off'
}

/** A one-time link that makes an admin. */
export interface StoredLink {
  /** SHA-256 */
  readonly hash: Uint8Array
  readonly createdAt: number
  readonly expiresAt: number
}

/** The people who may use the operator's REST. Whoever looks first and writes then does so under one lock. */
export class OperatorStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  async list(): Promise<StoredOperator[]> {
    return (await this.#db.selectFrom('operator').selectAll().orderBy('name').execute()).map(toOperator)
  }

  async find(name: string): Promise<StoredOperator | undefined> {
    const row = await this.#db.selectFrom('operator').where('name', '=', name).selectAll().executeTakeFirst()
    return row && toOperator(row)
  }

  /** Ends every one-time link. `max`: how many operators there may be. */
  add(operator: StoredOperator, max: number): Promise<'added' | 'exists' | 'too_many'> {
    return changeOperators(this.#db, (db) => insert(db, operator, max))
  }

  /** By a link that is there and has not expired at `now`; it and all others end, if the operator is added. */
  addByLink(
    operator: StoredOperator,
    link: { hash: Uint8Array; now: number },
    max: number,
  ): Promise<'added' | 'exists' | 'too_many' | 'link_refused'> {
    return changeOperators(this.#db, async (db) => {
      const found = await db
        .selectFrom('operator_link')
        .where('hash', '=', link.hash)
        .where('expires_at', '>', link.now)
        .select('hash')
        .executeTakeFirst()
      return found === undefined ? 'link_refused' : insert(db, operator, max)
    })
  }

  async isLink(hash: Uint8Array, now: number): Promise<boolean> {
    const found = await this.#db
      .selectFrom('operator_link')
      .where('hash', '=', hash)
      .where('expires_at', '>', now)
      .select('hash')
      .executeTakeFirst()
    return found !== undefined
  }

  /** Forgets those that have expired, and the oldest beyond `max`. */
  addLink(link: StoredLink, max: number): Promise<void> {
    return changeOperators(this.#db, async (db) => {
      await db.deleteFrom('operator_link').where('expires_at', '<=', link.createdAt).execute()
      const newest = await db
        .selectFrom('operator_link')
        .select('hash')
        .orderBy('created_at', 'desc')
        .limit(max - 1)
        .execute()
      const kept = newest.map(({ hash }) => hash)
      await db
        .deleteFrom('operator_link')
        .$if(kept.length > 0, (query) => query.where('hash', 'not in', kept))
        .execute()
      await db
        .insertInto('operator_link')
        .values({ hash: link.hash, created_at: link.createdAt, expires_at: link.expiresAt })
        .execute()
    })
  }

  /** Ends the operator's sessions. The operator afterwards; changes nothing if no admin were left who can sign in. */
  change(
    name: string,
    { secondFactor, ...change }: OperatorChange,
  ): Promise<StoredOperator | 'unknown' | 'last_admin'> {
    return changeOperators(this.#db, async (db) => {
      const before = await find(db, name)
      if (before === undefined) return 'unknown'
      const after = { ...before, ...change }
      if (isAdmin(before) && !isAdmin(after) && !(await hasOtherAdmin(db, name))) return 'last_admin'
      const { role, passwordHash, isDisabled } = after
      await db
        .updateTable('operator')
        .set({ role, password_hash: passwordHash, is_disabled: isDisabled ? 1 : 0 })
        .where('name', '=', name)
        .execute()
      if (secondFactor === 'off') await turnFactorOff(db, name)
      await endSessions(db, name)
      return secondFactor === 'off' ? { ...after, factor: undefined } : after
    })
  }

  /** Ends its sessions. The operator as it was. */
  remove(name: string): Promise<StoredOperator | 'unknown' | 'last_admin'> {
    return changeOperators(this.#db, async (db) => {
      const before = await find(db, name)
      if (before === undefined) return 'unknown'
      if (isAdmin(before) && !(await hasOtherAdmin(db, name))) return 'last_admin'
      await endSessions(db, name)
      await endRecoveryCodes(db, name)
      await db.deleteFrom('operator').where('name', '=', name).execute()
      return before
    })
  }
}

async function insert(
  db: Transaction<Database>,
  operator: StoredOperator,
  max: number,
): Promise<'added' | 'exists' | 'too_many'> {
  if ((await find(db, operator.name)) !== undefined) return 'exists'
  const { count } = await db
    .selectFrom('operator')
    .select((select) => select.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  if (Number(count) >= max) return 'too_many'
  await db
    .insertInto('operator')
    .values({
      name: operator.name,
      role: operator.role,
      password_hash: operator.passwordHash,
      is_disabled: operator.isDisabled ? 1 : 0,
      created_at: operator.createdAt,
      last_sign_in_at: operator.lastSignInAt ?? null,
    })
    .execute()
  await db.deleteFrom('operator_link').execute()
  return 'added'
}

async function find(db: Transaction<Database>, name: string): Promise<StoredOperator | undefined> {
  const row = await db.selectFrom('operator').where('name', '=', name).selectAll().executeTakeFirst()
  return row && toOperator(row)
}

function isAdmin({ role, isDisabled }: Pick<StoredOperator, 'role' | 'isDisabled'>): boolean {
  return role === 'admin' && !isDisabled
}

async function hasOtherAdmin(db: Transaction<Database>, name: string): Promise<boolean> {
  const other = await db
    .selectFrom('operator')
    .where('name', '<>', name)
    .where('role', '=', 'admin')
    .where('is_disabled', '=', 0)
    .select('name')
    .limit(1)
    .executeTakeFirst()
  return other !== undefined
}

async function endSessions(db: Transaction<Database>, operator: string): Promise<void> {
  await db.deleteFrom('operator_session').where('operator', '=', operator).execute()
}

async function turnFactorOff(db: Transaction<Database>, name: string): Promise<void> {
  await db
    .updateTable('operator')
    .set({ factor_secret: null, factor_since: null, factor_step: null })
    .where('name', '=', name)
    .execute()
  await endRecoveryCodes(db, name)
}

async function endRecoveryCodes(db: Transaction<Database>, operator: string): Promise<void> {
  await db.deleteFrom('operator_recovery_code').where('operator', '=', operator).execute()
}

export function toOperator(row: Selectable<OperatorTable>): StoredOperator {
  return {
    name: row.name,
    role: row.role as OperatorRole,
    passwordHash: row.password_hash,
    isDisabled: row.is_disabled === 1,
    createdAt: row.created_at,
    lastSignInAt: row.last_sign_in_at ?? undefined,
    factor:
      row.factor_secret === null || row.factor_since === null
        ? undefined
        : { secret: row.factor_secret, since: row.factor_since },
  }
}
