import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../database.ts'
import { changeOperators } from './change-operators.ts'
import { type StoredOperator, toOperator } from './operator-store.ts'
import type { OperatorSessionTable } from './operator-tables.ts'

/** Times are milliseconds since 1970. */
export interface StoredSession {
  /** SHA-256 of the cookie. */
  readonly hash: Uint8Array
  readonly operator: string
  readonly createdAt: number
  readonly usedAt: number
  readonly expiresAt: number
  /** Where it was begun; undefined for those of before. */
  readonly address: string | undefined
}

/** What was checked before a session is begun. */
export type CheckedOperator = Pick<StoredOperator, 'name' | 'passwordHash' | 'factor'>

/** What is in force: begun before `now`, not over by then, and used since `usedSince`. */
export interface SessionBounds {
  readonly now: number
  readonly usedSince: number
}

/** Who is signed in, known to every node. */
export class SessionStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /**
   * Begins one for the operator as it was checked; false: it has another password or second factor by now, was disabled or is gone.
   * Ends what is over, and of the operator's the oldest beyond `max`.
   */
  begin(
    session: Omit<StoredSession, 'operator'>,
    { name: operator, passwordHash, factor }: CheckedOperator,
    bounds: SessionBounds,
    max: number,
  ): Promise<boolean> {
    const { hash, createdAt, usedAt, expiresAt, address = null } = session
    return changeOperators(this.#db, async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('operator')
        .set({ last_sign_in_at: createdAt })
        .where('name', '=', operator)
        .where('password_hash', '=', passwordHash)
        .where('factor_since', factor === undefined ? 'is' : '=', factor?.since ?? null)
        .where('is_disabled', '=', 0)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await db
        .deleteFrom('operator_session')
        .where((where) =>
          where.or([where('expires_at', '<=', bounds.now), where('used_at', '<', bounds.usedSince)]),
        )
        .execute()
      const oldest = await db
        .selectFrom('operator_session')
        .where('operator', '=', operator)
        .select('hash')
        .orderBy('created_at', 'desc')
        .offset(max - 1)
        .limit(max)
        .execute()
      for (const { hash } of oldest)
        await db.deleteFrom('operator_session').where('hash', '=', hash).execute()
      await db
        .insertInto('operator_session')
        .values({ hash, operator, created_at: createdAt, used_at: usedAt, expires_at: expiresAt, address })
        .execute()
      return true
    })
  }

  /** In force, with whose it is. */
  async find(
    hash: Uint8Array,
    { now, usedSince }: SessionBounds,
  ): Promise<{ session: StoredSession; operator: StoredOperator } | undefined> {
    const row = await this.#db
      .selectFrom('operator_session as session')
      .innerJoin('operator', 'operator.name', 'session.operator')
      .where('session.hash', '=', hash)
      .where('session.expires_at', '>', now)
      .where('session.used_at', '>=', usedSince)
      .where('operator.is_disabled', '=', 0)
      .selectAll('operator')
      .select(['session.created_at as begun_at', 'session.used_at', 'session.expires_at', 'session.address'])
      .executeTakeFirst()
    if (row === undefined) return undefined
    const session = toSession({ ...row, hash, operator: row.name, created_at: row.begun_at })
    return { session, operator: toOperator(row) }
  }

  /** In force, of one operator, the newest first. */
  async list(operator: string, { now, usedSince }: SessionBounds): Promise<StoredSession[]> {
    const rows = await this.#db
      .selectFrom('operator_session')
      .where('operator', '=', operator)
      .where('expires_at', '>', now)
      .where('used_at', '>=', usedSince)
      .selectAll()
      .orderBy('created_at', 'desc')
      .execute()
    return rows.map(toSession)
  }

  /** Of the operator alone: it may have ended meanwhile. */
  async use(hash: Uint8Array, usedAt: number): Promise<void> {
    await this.#db
      .updateTable('operator_session')
      .set({ used_at: usedAt })
      .where('hash', '=', hash)
      .where('used_at', '<', usedAt)
      .execute()
  }

  async end(hash: Uint8Array): Promise<void> {
    await this.#db.deleteFrom('operator_session').where('hash', '=', hash).execute()
  }

  /** All of the operator's but that one. */
  async endOthers(operator: string, hash: Uint8Array): Promise<void> {
    await this.#db
      .deleteFrom('operator_session')
      .where('operator', '=', operator)
      .where('hash', '<>', hash)
      .execute()
  }
}

function toSession(row: Selectable<OperatorSessionTable>): StoredSession {
  return {
    hash: row.hash,
    operator: row.operator,
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
    address: row.address ?? undefined,
  }
}
