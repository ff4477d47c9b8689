import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../database.ts'
import { changeOperators } from './change-operators.ts'

/** What is kept of a second factor once somebody has shown to have it. */
export interface ConfirmedFactor {
  /** As it was proposed. */
  readonly secret: Uint8Array
  /** Milliseconds since 1970. */
  readonly since: number
  /** Number of the 30 seconds whose code showed it. */
  readonly step: number
  /** SHA-256 each. */
  readonly recoveryHashes: readonly Uint8Array[]
}

/** Second factors of operators. `OperatorStore` turns them off. What is good once is used once, by however many at once. */
export class FactorStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** A secret that waits to be confirmed, in place of one that did so before. False: there is a factor, or no operator. */
  async propose(operator: string, secret: Uint8Array): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('operator')
      .set({ factor_secret: secret })
      .where('name', '=', operator)
      .where('factor_since', 'is', null)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  /** Undefined: none waits. */
  async findProposed(operator: string): Promise<Uint8Array | undefined> {
    const row = await this.#db
      .selectFrom('operator')
      .where('name', '=', operator)
      .where('factor_since', 'is', null)
      .select('factor_secret')
      .executeTakeFirst()
    return row?.factor_secret ?? undefined
  }

  /** Ends the operator's sessions. False: meanwhile another secret was proposed, or turned on. */
  turnOn(operator: string, { secret, since, step, recoveryHashes }: ConfirmedFactor): Promise<boolean> {
    return changeOperators(this.#db, async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('operator')
        .set({ factor_since: since, factor_step: step })
        .where('name', '=', operator)
        .where('factor_secret', '=', secret)
        .where('factor_since', 'is', null)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await replaceCodes(db, operator, recoveryHashes)
      await db.deleteFrom('operator_session').where('operator', '=', operator).execute()
      return true
    })
  }

  /** False: that one or a later one was used before, or the factor is no longer the one of `since`. */
  async useStep(operator: string, since: number, step: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('operator')
      .set({ factor_step: step })
      .where('name', '=', operator)
      .where('factor_since', '=', since)
      .where('factor_step', '<', step)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  /** False: there is no such code, or not any more. */
  async useRecoveryCode(operator: string, hash: Uint8Array): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('operator_recovery_code')
      .where('operator', '=', operator)
      .where('hash', '=', hash)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0n
  }

  async countRecoveryCodes(operator: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('operator_recovery_code')
      .where('operator', '=', operator)
      .select((select) => select.fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** False: the factor is no longer the one of `since`. */
  replaceRecoveryCodes(operator: string, since: number, hashes: readonly Uint8Array[]): Promise<boolean> {
    return changeOperators(this.#db, async (db) => {
      const found = await db
        .selectFrom('operator')
        .where('name', '=', operator)
        .where('factor_since', '=', since)
        .select('name')
        .executeTakeFirst()
      if (found === undefined) return false
      await replaceCodes(db, operator, hashes)
      return true
    })
  }
}

async function replaceCodes(
  db: Transaction<Database>,
  operator: string,
  hashes: readonly Uint8Array[],
): Promise<void> {
  await db.deleteFrom('operator_recovery_code').where('operator', '=', operator).execute()
  await db
    .insertInto('operator_recovery_code')
    .values(hashes.map((hash) => ({ operator, hash })))
    .execute()
}
