import { dirname } from 'node:path'
import {
  type Config,
  ConfigError,
  type CopyOptions,
  DataFolderInUseError,
  explainStoreError,
  type StepProgress,
} from '@pillion/server'
import { CliError, failure, systemCode, usageError } from './cli-error.ts'
import { findConfigFile, requireConfig } from './config-sources.ts'
import { exitCodes } from './exit-codes.ts'
import type { Output } from './output.ts'
import { waitForSignal } from './signals.ts'

export { backUp, migrateStore, restore } from '@pillion/server'

/** The options of `migrate`, `backup` and `restore`. */
export interface StoreOptions {
  data?: string
  config?: string
  databaseUrl?: string
  json?: boolean
}

/** Runs a job on the store that the configuration names, shows how far it is, and takes it back at Ctrl-C. */
export async function runCopy<Answer>(
  options: StoreOptions,
  output: Output,
  job: (options: CopyOptions) => Promise<Answer>,
): Promise<Answer> {
  const config = readConfig(options)
  const stop = new AbortController()
  void waitForSignal().then(() => stop.abort())
  const log = { warn: (_fields: object, text: string) => output.notice(text) }
  const onProgress = (progress: StepProgress) => output.progress(describe(progress))
  try {
    return await job({ config, log, onProgress, signal: stop.signal })
  } catch (error) {
    throw toCliError(await explainStoreError(error, config.database.url), stop.signal)
  } finally {
    output.endProgress()
  }
}

function readConfig({ data, config, databaseUrl }: StoreOptions): Config {
  const flags = { data, 'database.url': databaseUrl }
  return requireConfig({ ...findConfigFile(config), env: process.env, flags })
}

function describe({ step, table, rows, rowsTotal }: StepProgress): string {
  return `${step} ${table}: ${rows} of ${rowsTotal}`
}

/** What the command line, or what it names, is to blame for. */
const usageCodes = new Set([
  'ALREADY_MOVED',
  'STORE_MISSING',
  'STORE_VERSION',
  'TARGET_NOT_EMPTY',
  'FILE_EXISTS',
  'BACKUP_FOREIGN',
  'BACKUP_DAMAGED',
  'BACKUP_NEWER',
])

function toCliError(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted)
    return new CliError('Stopped; nothing was changed.', {
      exitCode: exitCodes.interrupted,
      code: 'INTERRUPTED',
    })
  if (error instanceof ConfigError) return usageError(error.message)
  if (error instanceof DataFolderInUseError)
    return new CliError(error.message, { exitCode: exitCodes.failed, code: 'SERVER_RUNNING', cause: error })
  if (!(error instanceof Error)) return error
  const { name, message, cause } = error
  const code = systemCode(error) ?? 'FAILED'
  if (name === 'CopyError') {
    const exitCode = usageCodes.has(code) ? exitCodes.usage : exitCodes.failed
    return new CliError(message, { exitCode, code, cause: error })
  }
  if (name === 'StoreUnusableError')
    return new CliError(message, { exitCode: exitCodes.failed, code: 'STORE_UNAVAILABLE', cause: error })
  if (name === 'StoreUnavailableError') {
    const text = `The database cannot be used: ${(cause as Error | undefined)?.message || String(cause)}.`
    return new CliError(text, { exitCode: exitCodes.failed, code, cause: error })
  }
  // Of the file that was named, or its folder.
  if (code === 'ENOENT' || code === 'EACCES')
    return new CliError(describeMissing(error), { exitCode: exitCodes.usage, code, cause: error })
  return failure(message, error)
}

function describeMissing({ code, syscall, path, message }: NodeJS.ErrnoException): string {
  if (path === undefined) return `${message}.`
  // A backup is written beside its file, under a name that nobody has given.
  const isBeside = syscall === 'mkdtemp'
  const named = isBeside ? dirname(path) : path
  if (code === 'EACCES') return `This user may not ${isBeside ? 'write into the folder' : 'use'} ${named}.`
  return isBeside
    ? `There is no folder ${named}: make it, or choose another place for the backup.`
    : `There is no file ${named}: check its name.`
}
