import type { KyselyConfig } from 'kysely'

/** Told of each statement when it is done; `isError`: it was not. Must not throw. */
export type OnQuery = (seconds: number, isError: boolean) => void

/** Statements and values are told to nobody: they may hold what people write to each other. */
export function logTo(onQuery: OnQuery | undefined): Pick<KyselyConfig, 'log'> {
  if (onQuery === undefined) return {}
  return { log: ({ level, queryDurationMillis }) => onQuery(queryDurationMillis / 1_000, level === 'error') }
}
