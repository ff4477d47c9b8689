import { fileURLToPath } from 'node:url'
import { poll } from './poll.ts'
import { Program } from './program.ts'

export const haproxyFile = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url))

/** A real HAProxy with deploy/haproxy.cfg as it is shipped; only addresses are others. */
export class Haproxy {
  readonly host: string
  readonly #program: Program

  private constructor(host: string, program: Program) {
    this.host = host
    this.#program = program
  }

  /** `nodes`: three addresses, each with the ports that nodes have by default. */
  static async start(host: string, nodes: readonly string[]): Promise<Haproxy> {
    const variables = nodes.map((address, index) => [`NODE_${index + 1}`, address])
    const env = { ...Object.fromEntries(variables), BIND: host }
    const haproxy = new Haproxy(host, new Program('haproxy', ['-db', '-f', haproxyFile], env))
    await haproxy.#figuresShow((text) => text.includes('haproxy_process_uptime_seconds'))
    return haproxy
  }

  /** Resolves when these, such as `node-1`, are the nodes it sends new clients to; fails if that does not come. */
  async sees(...ready: string[]): Promise<void> {
    await this.#figuresShow((text) => namesOf(text, 'ready').join() === ready.join())
  }

  /** What Prometheus gets of HAProxy. */
  async figures(): Promise<string> {
    return (await fetch(`http://${this.host}:8404/metrics`)).text()
  }

  async stop(): Promise<void> {
    await this.#program.stop('SIGTERM')
  }

  async #figuresShow(isShown: (text: string) => boolean): Promise<void> {
    const ask = () => (this.#program.hasEnded ? Promise.resolve('') : this.figures().catch(() => ''))
    const text = await poll(ask, (each) => isShown(each) || this.#program.hasEnded, 30_000)
    if (!isShown(text)) throw new Error(`HAProxy: ${this.#program.output}\n${text.slice(0, 1_000)}`)
  }
}

function namesOf(figures: string, backend: string): string[] {
  const up = new RegExp(`^haproxy_server_status\\{proxy="${backend}",server="([^"]+)",state="UP"\\} 1$`, 'gm')
  return [...figures.matchAll(up)].map(([, name = '']) => name)
}
