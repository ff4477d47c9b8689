import { setTimeout as wait } from 'node:timers/promises'
import { StoreUnavailableError } from './store-unavailable.ts'

const attemptsMax = 5
/** Serialisation failure and deadlock: one of those that were in each other's way had to give up. */
const mutual: ReadonlySet<unknown> = new Set(['40001', '40P01'])

/** Runs it again when PostgreSQL has ended it in favour of another, or `isOvertaken` by one; a few times. */
export async function again<Answer>(
  run: () => Promise<Answer>,
  isOvertaken: (code: unknown) => boolean = () => false,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const { code } = error as { code?: unknown }
      const isMutual = mutual.has(code)
      if (!isMutual && !isOvertaken(code)) throw error
      if (attempt === attemptsMax) throw isMutual ? new StoreUnavailableError(error) : error
    }
    // Apart, or the same two meet again.
    await wait(Math.random() * 10 * attempt)
  }
}
