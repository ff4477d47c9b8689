import type { Kysely } from 'kysely'
import { batchRowsMax } from '../batches.ts'
import type { Database } from '../database.ts'

/** A request that may come again. */
export interface AskedOnce {
  /** SHA-256 of its caller and key. */
  readonly keyHash: Uint8Array
  readonly caller: string
  /** SHA-256 of what is asked. */
  readonly requestHash: Uint8Array
  /** What it makes gets this id, whoever makes it. */
  readonly madeID: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

export interface AskedBefore extends AskedOnce {
  /** Undefined: it is under way, or its node has died. */
  readonly answer: Uint8Array | undefined
}

/** What was answered to requests that may come again, at any node. */
export class KeptAnswers {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** Undefined: it comes for the first time, as does one whose first time was before `since`. Of two at once, one is the first. */
  async begin(asked: AskedOnce, since: number): Promise<AskedBefore | undefined> {
    for (;;) {
      const { numInsertedOrUpdatedRows } = await this.#db
        .insertInto('kept_answer')
        .values({
          key_hash: asked.keyHash,
          caller: asked.caller,
          request_hash: asked.requestHash,
          made_id: asked.madeID,
          answer: null,
          created_at: asked.createdAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 1n) return undefined
      const before = await this.find(asked.keyHash)
      if (before !== undefined && before.createdAt >= since) return before
      await this.#db
        .deleteFrom('kept_answer')
        .where('key_hash', '=', asked.keyHash)
        .where('created_at', '<', since)
        .execute()
    }
  }

  async find(keyHash: Uint8Array): Promise<AskedBefore | undefined> {
    const row = await this.#db
      .selectFrom('kept_answer')
      .where('key_hash', '=', keyHash)
      .selectAll()
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { caller, request_hash: requestHash, made_id: madeID, created_at: createdAt } = row
    return { keyHash, caller, requestHash, madeID, createdAt, answer: row.answer ?? undefined }
  }

  /** The first answer stays. */
  async finish(keyHash: Uint8Array, answer: Uint8Array): Promise<void> {
    await this.#db
      .updateTable('kept_answer')
      .set({ answer })
      .where('key_hash', '=', keyHash)
      .where('answer', 'is', null)
      .execute()
  }

  /** Forgets some of those from before `since`, and of the caller some of those beyond its newest `perCallerMax`. */
  async tidy(
    caller: string,
    { since, perCallerMax }: { since: number; perCallerMax: number },
  ): Promise<void> {
    await this.#db
      .deleteFrom('kept_answer')
      .where('key_hash', 'in', (query) =>
        query
          .selectFrom('kept_answer')
          .where('created_at', '<', since)
          .select('key_hash')
          .limit(batchRowsMax),
      )
      .execute()
    await this.#db
      .deleteFrom('kept_answer')
      .where('key_hash', 'in', (query) =>
        query
          .selectFrom('kept_answer')
          .where('caller', '=', caller)
          .select('key_hash')
          .orderBy('created_at', 'desc')
          .limit(batchRowsMax)
          .offset(perCallerMax),
      )
      .execute()
  }
}
