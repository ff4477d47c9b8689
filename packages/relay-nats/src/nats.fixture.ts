import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Where nats-server is; Debian puts it where not everybody's PATH leads. Undefined = not installed. */
export const natsServerPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin']
  .map((folder) => join(folder, 'nats-server'))
  .find(existsSync)

/** For `describe`'s `skip`: false where nats-server is installed. */
export const natsIsMissing =
  natsServerPath === undefined && 'nats-server is not installed (apt install nats-server)'

/** A real nats-server on 127.0.0.1. */
export class NatsServer {
  readonly port: number
  readonly #arguments: readonly string[]
  #child: ChildProcess | undefined

  constructor(port: number, more: readonly string[] = []) {
    this.port = port
    this.#arguments = ['-a', '127.0.0.1', '-p', String(port), ...more]
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`
  }

  /** Also after `stop` or `kill`: on the same port, knowing nothing of before. */
  async start(): Promise<void> {
    if (natsServerPath === undefined) throw new Error('nats-server is not installed.')
    this.#child = spawn(natsServerPath, this.#arguments, { stdio: 'ignore' })
    const deadline = Date.now() + 10_000
    while (!(await answers(this.port))) {
      if (this.#child.exitCode !== null) throw new Error(`nats-server ended with ${this.#child.exitCode}.`)
      if (Date.now() > deadline) throw new Error('nats-server did not begin to listen in 10 s.')
      await wait(20)
    }
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Keeps its connections but does nothing. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGCONT')
    child.kill(signal)
    await ended
  }
}

/** Started. End it with `stop`. */
export async function startNats(more: readonly string[] = []): Promise<NatsServer> {
  const [port] = await findFreePorts(1)
  const server = new NatsServer(port as number, more)
  await server.start()
  return server
}

/** Servers of one cluster, started, and all of them joined by routes. */
export async function startNatsCluster(size = 3): Promise<NatsServer[]> {
  const ports = await findFreePorts(size * 2)
  const routes = ports.slice(size).map((port) => `nats://127.0.0.1:${port}`)
  const servers = ports.slice(0, size).map((port, index) => {
    const others = routes.filter((route) => route !== routes[index]).join(',')
    const cluster = ['--cluster_name', 'test', '--cluster', routes[index] as string, '--routes', others]
    return new NatsServer(port, [...cluster, '--server_name', `server-${index}`])
  })
  await Promise.all(servers.map((server) => server.start()))
  return servers
}

/**
 * A link that can be cut: a TCP proxy to one port. While it is cut, bytes disappear and nobody is told, new connections
 * included.
 */
export class CuttableLink {
  readonly #server = createServer({ allowHalfOpen: true })
  readonly #target: number
  readonly #host: string
  readonly #sockets = new Set<Socket>()
  #isCut = false

  constructor(target: number, host = '127.0.0.1') {
    this.#target = target
    this.#host = host
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async start(): Promise<void> {
    this.#server.on('connection', (client) => {
      const upstream = createConnection(this.#target, this.#host)
      this.#carry(client, upstream)
      this.#carry(upstream, client)
    })
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  cut(): void {
    this.#isCut = true
  }

  /** New connections get through; those that lost bytes end. */
  heal(): void {
    this.#isCut = false
    this.breakConnections()
  }

  /** Ends them at once, as a router that restarts does. */
  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.breakConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.on('data', (bytes) => {
      if (!this.#isCut) to.write(bytes)
    })
    from.on('error', () => {})
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!this.#isCut) to.destroy()
    })
    from.on('end', () => {
      if (!this.#isCut) to.end()
    })
  }
}

/** All free at the same time a moment ago. */
export async function findFreePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/** A server that accepts but says nothing is not there yet. */
async function answers(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('data', () => resolve(true))
  socket.once('error', () => resolve(false))
  socket.once('close', () => resolve(false))
  const heard = await promise
  socket.destroy()
  return heard
}
