import { readFile } from 'node:fs/promises'
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { logTo, type OnQuery } from '../on-query.ts'
import { type OpenStore, toOpenStore } from '../open-store.ts'
import type { Preflight } from '../preflight.ts'
import { Writability } from '../writability.ts'
import { postgresColumnTypes } from './column-types.ts'
import { type PoolLimits, type PoolLog, TimedPool } from './pool.ts'

export interface PostgresOptions extends Partial<PoolLimits> {
  /** postgres://user:password@host:port/database */
  readonly url: string
  /** PEM of the authority that the server's certificate is from; without it the URL's `sslmode` decides. */
  readonly tls?: { readonly caFile?: string | undefined } | undefined
  readonly log: PoolLog
  readonly onQuery?: OnQuery | undefined
  readonly preflight?: Preflight | undefined
}

/** A migration may build an index over very many rows, or wait for the node that does. */
const MIGRATION_MILLISECONDS = 600_000

/**
 * Brings the tables of the database up to date, under a lock: several nodes may start at once. Rejects with a
 * `StoreUnavailableError` if it is away.
 */
export async function openPostgres(options: PostgresOptions): Promise<OpenStore> {
  const { poolMax = 10, statementMilliseconds = 1_500, connectMilliseconds = 1_500, log, onQuery } = options
  const connection = await toConnection(options)
  const writability = new Writability()
  const open = (limits: PoolLimits) =>
    new Kysely<Database>({
      dialect: new PostgresDialect({ pool: new TimedPool(connection, limits, log) }),
      ...logTo(onQuery, writability),
    })
  const statements = MIGRATION_MILLISECONDS
  const migrating = open({ poolMax: 1, statementMilliseconds: statements, connectMilliseconds })
  try {
    const database = 'PostgreSQL'
    await migrate(migrating, postgresColumnTypes, migrations, async (plan) =>
      options.preflight?.({ database, ...plan }),
    )
  } finally {
    await migrating.destroy()
  }
  return toOpenStore(open({ poolMax, statementMilliseconds, connectMilliseconds }), writability)
}

export async function toConnection({ url, tls }: PostgresOptions): Promise<pg.PoolConfig> {
  if (tls?.caFile === undefined) return { connectionString: withPlainMode(url) }
  const connectionString = new URL(url)
  // What stands in the URL would win.
  connectionString.searchParams.delete('sslmode')
  return { connectionString: connectionString.href, ssl: { ca: await readFile(tls.caFile, 'utf8') } }
}

/** To pg these modes mean what `verify-full` says; for each process it warns once that they will not for ever. */
function withPlainMode(url: string): string {
  if (/[?&]uselibpqcompat=true(&|$)/.test(url)) return url
  return url.replace(/(?<=[?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, 'verify-full')
}
