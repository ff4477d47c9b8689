import type { KyselyConfig } from 'kysely'
import { StoreUnavailableError } from './store-unavailable.ts'
import type { Writability } from './writability.ts'

/** Told of each statement when it is done; `isError`: it was not. Must not throw. */
export type OnQuery = (seconds: number, isError: boolean) => void

/** Statements and values are told to nobody: they may hold what people write to each other. */
export function logTo(
  onQuery: OnQuery | undefined,
  writability: Pick<Writability, 'doubt'>,
): Pick<KyselyConfig, 'log'> {
  return {
    log(event) {
      if (event.level === 'error' && event.error instanceof StoreUnavailableError) writability.doubt()
      onQuery?.(event.queryDurationMillis / 1_000, event.level === 'error')
    },
  }
}
