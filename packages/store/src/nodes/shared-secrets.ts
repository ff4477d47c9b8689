import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'

/** Secrets that all nodes have in common, and none has to be given: whoever asks first makes them. */
export class SharedSecrets {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** The value of that name. If there is none, what `create` gives, unless another node was first: then that one's. */
  async getOrAdd(name: string, create: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const found = await this.#find(name)
    if (found !== undefined) return found
    const value = await create()
    await this.#db
      .insertInto('shared_secret')
      .values({ name, value })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return (await this.#find(name)) ?? value
  }

  async #find(name: string): Promise<Uint8Array | undefined> {
    const row = await this.#db
      .selectFrom('shared_secret')
      .where('name', '=', name)
      .select('value')
      .executeTakeFirst()
    return row?.value
  }
}
