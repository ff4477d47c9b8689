import { chmod, rename, rm } from 'node:fs/promises'
import type { MigrationPlan, Preflight } from '@pillion/store'
import type { Logger } from 'pino'
import { StoreUnusableError } from './store-unusable.ts'

export interface PreflightOptions {
  /** database.migrate */
  readonly mode: 'auto' | 'refuse'
  /** '' stands for SQLite. Without credentials. */
  readonly url: string
  /** The database, if it is a file. */
  readonly file?: string
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** Before a later version changes the tables of a database that is in use: a backup, or somebody's word that there is one. */
export function createPreflight({ mode, url, file, log }: PreflightOptions): Preflight {
  return async (plan) => {
    const { from, pending } = plan
    const advice = describeBackup(plan, url)
    if (mode === 'refuse')
      throw new StoreUnusableError(
        `The tables of the database are at ${from}, and this version wants to change them (${pending.join(', ')}). ${advice} Then start with --migrate, or with database.migrate: auto. The version before cannot use them afterwards.`,
      )
    const backup = file === undefined ? undefined : await backUp(plan, `${file}.before-${pending[0]}`)
    if (backup === undefined)
      log.warn({ from, pending }, `the database is brought up to date, without a backup of ours. ${advice}`)
    else log.info({ from, pending, backup }, 'the database is brought up to date; it was backed up before')
  }
}

/** Only a whole one gets the name. One that is there was made before an attempt that changed nothing. */
async function backUp(plan: MigrationPlan, file: string): Promise<string | undefined> {
  if (plan.backUp === undefined) return undefined
  const partial = `${file}.partial`
  try {
    await rm(partial, { force: true })
    plan.backUp(partial)
    await chmod(partial, 0o600)
    await rename(partial, file)
    return file
  } catch (cause) {
    await rm(partial, { force: true })
    throw new StoreUnusableError(
      `The database has to be brought up to date, and could not be backed up to ${file} before: ${(cause as Error).message}. Nothing was changed; it takes as much room as the database.`,
      { cause },
    )
  }
}

function describeBackup({ database, pending }: MigrationPlan, url: string): string {
  if (database === 'SQLite') return 'A backup is written beside it first.'
  return `Make a backup: pg_dump --format=custom --file=pillion-before-${pending[0]}.dump '${url}'.`
}
