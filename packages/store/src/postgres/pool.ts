import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { again } from '../again.ts'
import { StoreUnavailableError } from '../store-unavailable.ts'
import { isUnavailable } from './is-unavailable.ts'

export interface PoolLimits {
  readonly poolMax: number
  readonly statementMilliseconds: number
  readonly connectMilliseconds: number
}

export interface PoolLog {
  warn(fields: object, text: string): void
}

/** The server's own answer comes first, if it can give one. */
const GRACE_MILLISECONDS = 100
/** By so much a free connection and the first answer on it may together take longer than either alone. */
const BOTH_MILLISECONDS = 400

/**
 * pg's pool as kysely uses it, with an end to every wait. A connection that failed or did not answer is thrown away, and so
 * are all that were opened before it failed, each when its turn comes: behind a proxy that swallows packets they would
 * otherwise be found out one by one.
 */
export class TimedPool implements PostgresPool {
  readonly options: object
  readonly #pool: pg.Pool
  readonly #answerMilliseconds: number
  readonly #firstAnswerMilliseconds: number
  /** Open connections: how many had failed by then. */
  readonly #clients = new Map<pg.PoolClient, number>()
  #failures = 0
  #isLost = false

  constructor(connection: pg.PoolConfig, limits: PoolLimits, log: PoolLog) {
    const { poolMax, statementMilliseconds, connectMilliseconds } = limits
    this.#answerMilliseconds = statementMilliseconds + GRACE_MILLISECONDS
    this.#firstAnswerMilliseconds = Math.max(statementMilliseconds, connectMilliseconds) + BOTH_MILLISECONDS
    this.options = {
      ...connection,
      max: poolMax,
      connectionTimeoutMillis: connectMilliseconds,
      statement_timeout: statementMilliseconds,
      // A node that is stopped in a transaction keeps its locks no longer.
      idle_in_transaction_session_timeout: 2 * statementMilliseconds,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      types,
      Client: EndingClient as unknown as typeof pg.Client,
    } satisfies pg.PoolConfig
    this.#pool = new pg.Pool(this.options)
    this.#pool.on('connect', (client) => {
      this.#isLost = false
      this.#clients.set(client, this.#failures)
      // While it is in use its queries tell; without a listener the event would end the process.
      client.on('error', () => {})
    })
    this.#pool.on('remove', (client) => this.#clients.delete(client))
    // Of a connection nobody uses: no call tells of it.
    this.#pool.on('error', (error) => {
      if (!this.#isLost) log.warn({ error: String(error) }, 'the database has closed a connection')
      this.#isLost = true
    })
  }

  async connect(): Promise<PostgresPoolClient> {
    const startedAt = performance.now()
    for (;;) {
      const client = await this.#pool.connect().catch((cause) => {
        throw new StoreUnavailableError(cause)
      })
      if (this.#clients.get(client) === this.#failures) {
        return this.#checkOut(client, this.#firstAnswerMilliseconds - (performance.now() - startedAt))
      }
      discard(client)
    }
  }

  /** Waits for what is under way. A server that does not say goodbye keeps nobody from ending. */
  async end(): Promise<void> {
    await this.#pool.end()
    for (const client of this.#clients.keys()) unref(client)
  }

  #checkOut(client: pg.PoolClient, leftMilliseconds: number): PostgresPoolClient {
    let failure: StoreUnavailableError | undefined
    let left = Math.min(leftMilliseconds, this.#answerMilliseconds)
    const ask = async (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
      if (failure !== undefined) throw failure
      const config = { text, values: values.map(withoutNul), query_timeout: left }
      try {
        return await client.query(config as unknown as pg.QueryConfig)
      } catch (cause) {
        if (!isUnavailable(cause)) throw cause
        // Of a transaction that is cut off before its end nothing stays.
        const mayBeDone = isEnd(cause) && (!isInTransaction || text === 'commit')
        const error = new StoreUnavailableError(cause, { mayBeDone })
        if (isEnd(cause)) {
          failure = error
          this.#failures++
        }
        throw error
      } finally {
        left = this.#answerMilliseconds
      }
    }
    let isFirst = true
    let isInTransaction = false
    const query = (text: string, values: readonly unknown[]): Promise<pg.QueryResult> => {
      // The first is `begin`, or a transaction by itself; `transact` cares for longer ones.
      if (!isFirst) return ask(text, values)
      isFirst = false
      isInTransaction = text.startsWith('begin') || text.startsWith('start transaction')
      return again(() => ask(text, values))
    }
    return {
      query: query as unknown as PostgresPoolClient['query'],
      release: (isBroken) => (isBroken || failure !== undefined ? discard(client) : client.release()),
    }
  }
}

/** No text of PostgreSQL can hold U+0000. Few of ours could, and whoever is looked for by such a name is not there. */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\u{FFFD}') : value
}

/** Is the connection of no use afterwards? After any other answer of the server the next statement may succeed. */
function isEnd(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.severity === 'FATAL'
}

/** Where pg only gives up, as without the password that it is asked for, the server would keep the socket open for a minute. */
class EndingClient extends pg.Client {
  constructor(config: pg.ClientConfig) {
    super(config)
    const { connection } = this as unknown as WithConnection
    connection.on('error', () => connection.stream.destroy())
  }
}

/** Without goodbye, whose answer might not come. */
function discard(client: pg.PoolClient): void {
  streamOf(client).destroy()
  client.release(true)
}

function unref(client: pg.PoolClient): void {
  streamOf(client).unref()
}

function streamOf(client: pg.PoolClient): Socket {
  return (client as unknown as WithConnection).connection.stream
}

/** pg's types leave it out. */
interface WithConnection {
  readonly connection: EventEmitter & { readonly stream: Socket }
}

const INT8 = 20
const BYTEA = 17
/** Whatever we keep in an int8 (times, keys, counts) is exact as a number until the year 287396. */
const types = {
  getTypeParser(id: number, format?: string) {
    if (id === INT8) return Number
    if (id === BYTEA) return (text: string) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))
    return pg.types.getTypeParser(id, format as 'text')
  },
} as pg.CustomTypesConfig
