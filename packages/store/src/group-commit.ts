import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from './database.ts'

/** Writes in one transaction: a few milliseconds of the event loop. */
const jobsMax = 64

interface Job {
  /** Writes; what it answers settles the caller's promise, once that lasts. */
  run(db: Transaction<Database>): Promise<() => void>
  fail(cause: unknown): void
}

/**
 * Commits what is written at the same time together. A commit waits for the disk, and nothing else of this process runs
 * meanwhile; so many requests that write share one. What fails does so alone: then each is run again by itself.
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
      if (jobs.length === 1) jobs[0]?.fail(cause)
      else for (const job of jobs) await this.#commit([job])
    }
  }
}
