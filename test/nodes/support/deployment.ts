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

  readonly #parts: AsyncDisposableStack

  static async start(env: Readonly<Record<string, string>> = {}): Promise<Deployment> {
    await using parts = new AsyncDisposableStack()
    const postgres = parts.use(await PostgresServer.start())
    const nats = await NatsCluster.start()
    parts.defer(() => nats.stop())
    const url = new URL(await postgres.createDatabase())
    const databaseProxy = await SwallowingProxy.open(postgres.port)
    parts.defer(() => databaseProxy.close())
    const links = await Promise.all(Array.from({ length: nodeCount }, () => openLinks(nats)))
    parts.defer(() => Promise.all(links.flat().map((link) => link.stop())).then(() => undefined))
    const ports = await findFreePorts(nodeCount * 2)
    const portsOf = (index: number) => ({
      mqtt: ports[index] as number,
      http: ports[index + nodeCount] as number,
    })
    const database = url.pathname.slice(1)
    url.port = String(databaseProxy.port)
    const nodes = links.map(
      (ways, index) =>
        new NodeProcess(portsOf(index), {
          PILLION_DATABASE__URL: url.href,
          PILLION_RELAY__URL: ways.map((link) => link.url).join(','),
          PILLION_RELAY__USER: nats.user,
          PILLION_RELAY__PASSWORD: nats.password,
          PILLION_SHUTDOWN__DRAINSECONDS: '1',
          PILLION_SHUTDOWN__SERVERREFERENCE: `127.0.0.1:${portsOf((index + 1) % nodeCount).mqtt}`,
          ...env,
        }),
    )
    parts.defer(() => Promise.all(nodes.map((node) => node.remove())).then(() => undefined))
    await Promise.all(nodes.map((node) => node.start()))
    return new Deployment({ nodes, postgres, database, databaseProxy, nats, links }, parts.move())
  }

  private constructor(
    { nodes, postgres, database, databaseProxy, nats, links }: Parts,
    parts: AsyncDisposableStack,
  ) {
    this.nodes = nodes
    this.postgres = postgres
    this.database = database
    this.databaseProxy = databaseProxy
    this.nats = nats
    this.#links = links
    this.#parts = parts
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

  readonly countKept = async (): Promise<number> => {
    return (await this.postgres.execute('select number from mailbox_message', this.database)).length
  }

  async stop(): Promise<void> {
    await this.#parts.disposeAsync()
  }
}

interface Parts extends Pick<Deployment, 'nodes' | 'postgres' | 'database' | 'databaseProxy' | 'nats'> {
  readonly links: readonly (readonly CuttableLink[])[]
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
