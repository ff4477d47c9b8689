import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import type { OpenStore } from '../open-store.ts'
import { openPostgres, type PostgresOptions } from './open-postgres.ts'

const run = promisify(execFile)
const settingsFile = join(import.meta.dirname, '../../../../deploy/postgresql.conf')
const debianFolder = '/usr/lib/postgresql'
/** The role that owns the databases; it may create none, and is no superuser. */
const role = 'pillion'
const template = 'pillion_template'
/** What differs from the file for machines that tests run on; nothing here needs to survive a power cut. */
const testSettings = { fsync: 'off', full_page_writes: 'off', shared_buffers: '32MB', max_wal_size: '256MB' }

export const silentLog = { info: () => {}, warn: () => {} }

/**
 * One real PostgreSQL server in a folder of its own, at a free port of 127.0.0.1, with the settings in `deploy/`. It ends with
 * the process that started it, even if that is killed.
 */
export class PostgresServer implements AsyncDisposable {
  readonly port: number
  readonly #folder: string
  readonly #settings: Readonly<Record<string, string>>
  #process: ChildProcess | undefined
  #databases = 0
  #hasTemplate: Promise<void> | undefined

  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'pillion-postgres-'))
    // Others may pass through: the server runs as somebody else when we are root.
    await chmod(folder, 0o755)
    if (isRoot) await run('install', ['-d', '-o', 'postgres', '-g', 'postgres', join(folder, 'data')])
    const initialise = [
      '-D',
      join(folder, 'data'),
      '-U',
      'postgres',
      '--auth=trust',
      '--no-sync',
      '--locale=C.UTF-8',
    ]
    await run(...(await asServerUser('initdb', initialise)), { cwd: folder })
    await copyFile(settingsFile, join(folder, 'data', 'postgresql.conf'))
    await chmod(join(folder, 'data', 'postgresql.conf'), 0o644)
    const server = new PostgresServer(folder, await findFreePort(), settings)
    await server.start()
    return server
  }

  private constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.port = port
    this.#settings = settings
  }

  /** Where it keeps everything. */
  get dataFolder(): string {
    return join(this.#folder, 'data')
  }

  /** Again, after `stop`, at the same port and with the same data. Nothing if it runs. */
  async start(): Promise<void> {
    if (this.#process !== undefined) return
    const own = { listen_addresses: '127.0.0.1', port: String(this.port), unix_socket_directories: '' }
    const settings = Object.entries({ ...testSettings, ...own, ...this.#settings })
    const args = ['-D', this.dataFolder, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])]
    const [command, commandArgs] = await asServerUser('postgres', args)
    const child = spawn(command, commandArgs, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#process = child
    let log = ''
    child.stderr.on('data', (text) => {
      log = (log + text).slice(-10_000)
    })
    for (;;) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${log}`)
      if (
        await this.execute('select 1').then(
          () => true,
          () => false,
        )
      )
        return
      await wait(20)
    }
  }

  /** 'SIGINT': connections are closed at once; 'SIGQUIT': as if it had crashed. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  /** The URL of a new database with our tables, and nothing in them. */
  async createDatabase(): Promise<string> {
    this.#hasTemplate ??= this.#createTemplate()
    await this.#hasTemplate
    const name = `pillion_${this.#databases++}`
    await this.execute(`create database ${name} template ${template} owner ${role}`)
    return this.url(name)
  }

  /** The URL of a new database without any table. */
  async createEmptyDatabase(): Promise<string> {
    this.#hasTemplate ??= this.#createTemplate()
    await this.#hasTemplate
    const name = `pillion_${this.#databases++}`
    await this.execute(`create database ${name} owner ${role}`)
    return this.url(name)
  }

  /** Every row of all our tables: much faster than a new database. */
  async empty(url: string): Promise<void> {
    const database = new URL(url).pathname.slice(1)
    const select =
      "select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%'"
    const tables = await this.execute(select, database)
    // Whatever refers to others goes with them.
    const texts = tables.map(({ tablename }) => `delete from ${tablename};`)
    await this.execute(`set session_replication_role = replica; ${texts.join('')}`, database)
  }

  url(database: string): string {
    return `postgres://${role}@127.0.0.1:${this.port}/${database}`
  }

  /** A store over a new database. */
  async openStore(options: Partial<PostgresOptions> = {}): Promise<OpenStore> {
    return openPostgres({ url: await this.createDatabase(), log: silentLog, ...options })
  }

  /** As superuser, each in a connection of its own. */
  async execute(text: string, database = 'postgres'): Promise<Record<string, unknown>[]> {
    const client = new pg.Client(`postgres://postgres@127.0.0.1:${this.port}/${database}`)
    client.on('error', () => {})
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGQUIT')
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #createTemplate(): Promise<void> {
    await this.execute(`create role ${role} login`)
    await this.execute(`create database ${template} owner ${role}`)
    const store = await openPostgres({ url: this.url(template), log: silentLog })
    await store.close()
  }
}

const isRoot = process.getuid?.() === 0

/** The server refuses to run as root. Whoever started it may be killed: then it gets the signal that ends it. */
async function asServerUser(program: string, args: readonly string[]): Promise<[string, string[]]> {
  const user = isRoot ? ['--reuid=postgres', '--regid=postgres', '--clear-groups'] : []
  return ['setpriv', [...user, '--pdeathsig=INT', await findProgram(program), ...args]]
}

/** Debian keeps the server's programs outside the path, in a folder for each version. */
async function findProgram(name: string): Promise<string> {
  const versions = await readdir(debianFolder).catch(() => [])
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? name : join(debianFolder, newest, 'bin', name)
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
