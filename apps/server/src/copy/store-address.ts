import { join } from 'node:path'
import type { PostgresOptions } from '@pillion/store'
import { type Config, ConfigError } from '../config.ts'
import type { CopyOptions } from './copy-options.ts'

/** The database of a node that is alone, in its data folder. */
export function databaseFile(folder: string): string {
  return join(folder, 'pillion.db')
}

/** @throws {ConfigError} */
export function postgresOptions({ config, log }: Pick<CopyOptions, 'config' | 'log'>): PostgresOptions {
  const { url, caFile } = config.database
  if (url === '') {
    const text = 'Say where PostgreSQL is: database.url, such as postgres://pillion@db.example.com/pillion.'
    throw new ConfigError('database.url', text)
  }
  return { url, ...(caFile === '' ? {} : { tls: { caFile } }), log }
}

export function usesPostgres({ database }: Config): boolean {
  return database.url !== ''
}
