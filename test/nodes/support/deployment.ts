import { CuttableLink, findFreePorts } from '../../../packages/relay-nats/src/nats.fixture.ts'
import { PostgresServer } from '../../../packages/store/src/postgres/postgres.fixture.ts'
import { SwallowingProxy } from '../../../packages/store/src/postgres/swallowing-proxy.fixture.ts'
import { NatsCluster } from '../../support/nats-cluster.ts'
import { poll } from '../../support/poll.ts'
import { NodeProcess } from './node-process.ts'

const nodeCount = 3

/** Three nodes on one PostgreSQL and three NATS servers; every way between them can be cut. */
export class Deployment {
  readonly nodes: readonly NodeProcess[]
  readonly postgres: PostgresServer
  readonly database: string
  /** Between all nodes and PostgreSQL. */
  readonly databaseProxy: SwallowingProxy
  readonly nats: NatsCluster
  /** Of each node, its ways to the NATS servers. */
  readonly #links: readonly (readonly CuttableLink[])[]

  private constructor(parts: {
    nodes: readonly NodeProcess[]
    postgres: PostgresServer
    database: string
    databaseProxy: SwallowingProxy
    nats: NatsCluster
    links: readonly (readonly CuttableLink[])[]
  }) {
    this.nodes = parts.nodes
    this.postgres = parts.postgres
    this.database = parts.database
    this.databaseProxy = parts.databaseProxy
    this.nats = parts.nats
    this.#links = parts.links
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Deployment> {
    const [postgres, nats] = await Promise.all([PostgresServer.start(), NatsCluster.start()])
    const url = new URL(await postgres.createDatabase())
    const database = url.pathname.slice(1)
    const databaseProxy = await SwallowingProxy.open(postgres.port)
    url.port = String(databaseProxy.port)
    const ports = await findFreePorts(nodeCount * 2)
    const portsOf = (index: number) => ({
      mqtt: ports[index] as number,
      http: ports[index + nodeCount] as number,
    })
    const links = await Promise.all(Array.from({ length: nodeCount }, () => openLinks(nats)))
    const nodes = await Promise.all(
      links.map((ways, index) =>
        NodeProcess.start(portsOf(index), {
          PILLION_DATABASE__URL: url.href,
          PILLION_RELAY__URL: ways.map((link) => link.url).join(','),
          PILLION_RELAY__USER: nats.user,
          PILLION_RELAY__PASSWORD: nats.password,
          PILLION_SHUTDOWN__DRAINSECONDS: '1',
          PILLION_SHUTDOWN__SERVERREFERENCE: `127.0.0.1:${portsOf((index + 1) % nodeCount).mqtt}`,
          ...env,
        }),
      ),
    )
    return new Deployment({ nodes, postgres, database, databaseProxy, nats, links })
  }

  node(index: number): NodeProcess {
    return this.nodes[index] as NodeProcess
  }

  /** Resolves when all that run say that nothing is missing. */
  async ready(deadlineMilliseconds = 15_000): Promise<void> {
    const running = this.nodes.filter(({ isRunning }) => isRunning)
    const ask = () => Promise.all(running.map((node) => node.isReady()))
    const states = await poll(ask, (all) => all.every(Boolean), deadlineMilliseconds)
    if (!states.every(Boolean)) throw new Error(`nodes that are ready: ${states}`)
  }

  /** From now on, whatever this node and NATS say to each other is lost without a word. */
  cutFromNats(index: number): void {
    for (const link of this.#links[index] ?? []) link.cut()
  }

  healToNats(index: number): void {
    for (const link of this.#links[index] ?? []) link.heal()
  }

  /** As superuser. */
  async query(text: string): Promise<Record<string, unknown>[]> {
    return this.postgres.execute(text, this.database)
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.remove()))
    this.databaseProxy.close()
    await Promise.all(this.#links.flat().map((link) => link.stop()))
    await Promise.all([this.nats.stop(), this.postgres[Symbol.asyncDispose]()])
  }
}

function openLinks(nats: NatsCluster): Promise<CuttableLink[]> {
  return Promise.all(
    nats.hosts.map(async (host) => {
      const link = new CuttableLink(4222, host)
      await link.start()
      return link
    }),
  )
}
