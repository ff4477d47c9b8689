import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { natsServerPath } from '../../../packages/relay-nats/src/nats.fixture.ts'
import { PostgresServer } from '../../../packages/store/src/postgres/postgres.fixture.ts'
import type { Passwords } from '../population.ts'
import { Child } from '../servers/child.ts'
import { addCounters, type Counters } from '../servers/counters.ts'
import { startForked } from '../servers/forked.ts'
import { findFreePort } from '../servers/free-port.ts'
import { readCounters, startPillion } from '../servers/pillion.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from '../servers/temporary-folder.ts'
import type { Target } from '../workloads/workload.ts'
import type { CopierJob } from './copier-process.ts'
import { type Layout, placeClients } from './layouts.ts'

const resultsFolder = fileURLToPath(new URL('../../results', import.meta.url))

/** What nodes share: a nats-server, a PostgreSQL, and in that the identities of the bench. */
export class Deployment {
  readonly relayPid: number
  readonly #nats: Child
  readonly #relayUrl: string
  readonly #postgres: PostgresServer
  readonly #databaseUrl: string
  /** Of each node; it is the same node whenever it is started. */
  readonly #folders: string[] = []
  #passwords: Passwords = { partners: [], vehicles: [] }

  static async start(): Promise<Deployment> {
    const relayPort = await findFreePort()
    const nats = await startNats(relayPort)
    const postgres = await PostgresServer.start()
    const databaseUrl = await postgres.createDatabase()
    const deployment = new Deployment(nats, relayPort, postgres, databaseUrl)
    await deployment.#populate()
    return deployment
  }

  private constructor(nats: Child, relayPort: number, postgres: PostgresServer, databaseUrl: string) {
    this.#nats = nats
    this.relayPid = nats.pid
    this.#relayUrl = `nats://127.0.0.1:${relayPort}`
    this.#postgres = postgres
    this.#databaseUrl = databaseUrl
  }

  /** `profile`: begins the names of the nodes' CPU profiles in bench/results. */
  async open(layout: Layout, profile?: string): Promise<RunningNodes> {
    const nodes: StartedNode[] = []
    const start = layout.name === 'copiers' ? this.#startCopier : this.#startNode
    for (let index = 0; index < layout.nodes; index++) nodes.push(await start(index, profile))
    return new RunningNodes(layout, nodes, this.#passwords, this.relayPid)
  }

  async close(): Promise<void> {
    await this.#nats.stop()
    await this.#postgres[Symbol.asyncDispose]()
    for (const folder of this.#folders) await removeTemporaryFolder(folder)
  }

  readonly #startNode = async (index: number, profile?: string): Promise<StartedNode> => {
    const profileFile = await nameProfile(index, profile)
    const { child, started } = await startPillion(await this.#job(index, false), profileFile)
    return { child, port: started.port }
  }

  readonly #startCopier = async (index: number, profile?: string): Promise<StartedNode> => {
    const port = await findFreePort()
    const job = { port, relayUrl: this.#relayUrl, own: `copier.${index}`, other: `copier.${1 - index}` }
    const file = '../nodes/copier-process.ts'
    const { child } = await startForked<CopierJob, string>(file, job, await nameProfile(index, profile))
    return { child, port }
  }

  /** In a process that ends afterwards: what this leaves in its heap must not count in a run. */
  async #populate(): Promise<void> {
    const { child, started } = await startPillion(await this.#job(0, true))
    await child.stop()
    if (started.passwords === undefined) throw new Error('pillion gave no passwords')
    this.#passwords = started.passwords
  }

  async #job(index: number, populate: boolean) {
    this.#folders[index] ??= await makeTemporaryFolder()
    const shared = { databaseUrl: this.#databaseUrl, relayUrl: this.#relayUrl }
    return {
      dataFolder: this.#folders[index],
      access: 'product',
      transport: 'tcp',
      shared,
      populate,
    } as const
  }
}

interface StartedNode {
  readonly child: Child
  readonly port: number
}

/** The nodes of one run. */
export class RunningNodes {
  readonly #layout: Layout
  readonly #nodes: readonly StartedNode[]
  readonly #passwords: Passwords
  readonly #relayPid: number

  constructor(layout: Layout, nodes: readonly StartedNode[], passwords: Passwords, relayPid: number) {
    this.#layout = layout
    this.#nodes = nodes
    this.#passwords = passwords
    this.#relayPid = relayPid
  }

  get target(): Target {
    const [first, ...others] = this.#nodes as [StartedNode, ...StartedNode[]]
    return {
      transport: 'tcp',
      port: first.port,
      pid: first.child.pid,
      passwords: this.#passwords,
      payloadBytes: 100,
      nodes: {
        ...placeClients(
          this.#layout,
          this.#nodes.map(({ port }) => port),
        ),
        otherPids: others.map(({ child }) => child.pid),
        relayPid: this.#relayPid,
      },
    }
  }

  /** Of all nodes together. */
  async readCounters(): Promise<Counters> {
    return addCounters(await Promise.all(this.#nodes.map(({ child }) => readCounters(child))))
  }

  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(({ child }) => child.stop()))
  }
}

async function nameProfile(index: number, profile: string | undefined): Promise<string | undefined> {
  if (profile === undefined) return undefined
  await mkdir(resultsFolder, { recursive: true })
  return `${resultsFolder}/${profile}-node${index}.cpuprofile`
}

async function startNats(port: number): Promise<Child> {
  if (natsServerPath === undefined) throw new Error('nats-server is missing: apt-get install nats-server')
  const args = ['-a', '127.0.0.1', '-p', String(port)]
  const child = new Child('nats-server', spawn(natsServerPath, args, { stdio: 'ignore' }))
  await child.listensOn(port)
  return child
}
