import { fileURLToPath } from 'node:url'
import { ownLoopback } from './own-loopback.ts'
import { poll } from './poll.ts'
import { Program } from './program.ts'

const natsFile = fileURLToPath(new URL('../../deploy/nats.conf', import.meta.url))
const firstHost = 21

/** Three real NATS servers with deploy/nats.conf as it is shipped, each on an address of its own. */
export class NatsCluster {
  readonly user = 'pillion'
  readonly password = 'a5f00d'
  readonly hosts = [0, 1, 2].map((index) => ownLoopback(firstHost + index))
  readonly #servers: (Program | undefined)[] = []

  /** Resolves when all three know each other. */
  static async start(): Promise<NatsCluster> {
    const cluster = new NatsCluster()
    for (const index of cluster.hosts.keys()) cluster.startServer(index)
    await cluster.joined(3)
    return cluster
  }

  get urls(): string[] {
    return this.hosts.map((host) => `nats://${host}:4222`)
  }

  startServer(index: number): void {
    const routes = this.hosts.map((host) => `"nats-route://${this.user}:${this.password}@${host}:6222"`)
    this.#servers[index] = new Program('nats-server', ['--config', natsFile], {
      NATS_NAME: `nats-${index + 1}`,
      NATS_HOST: this.hosts[index] ?? '',
      NATS_USER: this.user,
      NATS_PASSWORD: this.password,
      NATS_ROUTES: `[${routes.join(', ')}]`,
    })
  }

  async stopServer(index: number, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#servers[index]?.stop(signal)
  }

  /** For signals such as SIGSTOP. */
  processOf(index: number): Program | undefined {
    return this.#servers[index]
  }

  /** Resolves when `count` servers run and each has a route to every other. */
  async joined(count: number): Promise<void> {
    const isWhole = (routes: readonly number[]) =>
      routes.filter((each) => each === count - 1).length === count
    const routes = await poll(() => Promise.all(this.hosts.map(countRoutes)), isWhole, 30_000)
    if (isWhole(routes)) return
    throw new Error(`NATS servers with ${routes} routes: ${this.#servers.map((each) => each?.output)}`)
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((server) => server?.stop()))
  }
}

/** -1 if it does not answer. */
async function countRoutes(host: string): Promise<number> {
  try {
    const answer = await fetch(`http://${host}:8222/routez`)
    return ((await answer.json()) as { num_routes: number }).num_routes
  } catch {
    return -1
  }
}
