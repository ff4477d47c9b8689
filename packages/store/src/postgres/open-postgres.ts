import { readFile } from 'node:fs/promises'
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { type OpenStore, toOpenStore } from '../open-store.ts'
import { postgresColumnTypes } from './column-types.ts'
import { type PoolLimits, type PoolLog, TimedPool } from './pool.ts'

export interface PostgresOptions extends Partial<PoolLimits> {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** PEM of the authority that the server's certificate is from; without it the URL's `sslmode` decides. */
  readonly tls?: { readonly caFile?: string | undefined } | undefined
  readonly log: PoolLog
}

/** A migration may build an index over very many rows, or wait for the node that does. */
const MIGRATION_MILLISECONDS = 600_000

/**
 * Brings the tables of the database up to date, under a lock: several nodes may start at once. Rejects with a
 * `StoreUnavailableError` if it is away.
 */
export async function openPostgres(options: PostgresOptions): Promise<OpenStore> {
  const { poolMax = 10, statementMilliseconds = 1_500, connectMilliseconds = 1_500, log } = options
  const connection = await toConnection(options)
  const open = (limits: PoolLimits) =>
    new Kysely<Database>({ dialect: new PostgresDialect({ pool: new TimedPool(connection, limits, log) }) })
  const statements = MIGRATION_MILLISECONDS
  const migrating = open({ poolMax: 1, statementMilliseconds: statements, connectMilliseconds })
  try {
    await migrate(migrating, postgresColumnTypes, migrations)
  } finally {
    await migrating.destroy()
  }
  return toOpenStore(open({ poolMax, statementMilliseconds, connectMilliseconds }))
}

export async function toConnection({ url, tls }: PostgresOptions): Promise<pg.PoolConfig> {
  if (tls?.caFile === undefined) return { connectionString: url }
  const connectionString = new URL(url)
  // What stands in the URL would win.
  connectionString.searchParams.delete('sslmode')
  return { connectionString: connectionString.href, ssl: { ca: await readFile(tls.caFile, 'utf8') } }
}
