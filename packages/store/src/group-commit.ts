import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from './database.ts'
import { isShared } from './lock.ts'
import { StoreUnavailableError } from './store-unavailable.ts'
import { transact } from './transact.ts'

/** Writes in one transaction: a few milliseconds of the event loop. */
const jobsMax = 64

interface Job {
  /** Writes; what it answers settles the caller's promise, once that lasts. */
  run(db: Transaction<Database>): Promise<() => void>
  fail(cause: unknown): void
}

/**
 * Commits what is written at the same time together. A commit waits for the disk, and with SQLite nothing else of this process
 * runs meanwhile; so many requests that write share one. What fails does so alone: then each is run again by itself. PostgreSQL
 * does the same for transactions that run beside each other, and each of them holds only its own locks; so there it is one each.
 */
export class GroupCommit {
  readonly #db: Kysely<Database>
  readonly #waiting: Job[] = []
  #committing: Promise<void> | undefined

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** Resolves to the job's answer when it lasts. The job may be run twice, so it only speaks to the database. */
  write<Answer>(job: (db: Transaction<Database>) => Promise<Answer>): Promise<Answer> {
    if (isShared(this.#db)) return transact(this.#db, job)
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        async run(db) {
          const answer = await job(db)
          return () => resolve(answer)
        },
        fail: reject,
      })
      this.#committing ??= this.#commitAll()
    })
  }

  /** Resolves when nothing waits any more. */
  async close(): Promise<void> {
    await this.#committing
  }

  async #commitAll(): Promise<void> {
    // Whoever else writes in this turn of the event loop comes along.
    await setImmediate()
    while (this.#waiting.length > 0) {
      await this.#commit(this.#waiting.splice(0, jobsMax))
      await setImmediate()
    }
    this.#committing = undefined
  }

  async #commit(jobs: readonly Job[]): Promise<void> {
    try {
      const settles = await this.#db.transaction().execute(async (db) => {
        const answers: (() => void)[] = []
        for (const job of jobs) answers.push(await job.run(db))
        return answers
      })
      for (const settle of settles) settle()
    } catch (cause) {
      // That is nobody's own fault.
      if (jobs.length === 1 || cause instanceof StoreUnavailableError) for (const job of jobs) job.fail(cause)
      else for (const job of jobs) await this.#commit([job])
    }
  }
}
