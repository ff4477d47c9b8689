import { type Running, startPillion } from '../../apps/cli/src/run-pillion.ts'

const listenerNames = ['mqtt', 'mqtts', 'partners', 'http', 'https'] as const
export type ListenerName = (typeof listenerNames)[number]
export type Ports = Readonly<Record<ListenerName, number>>

/** One process: a real `pillion serve` or `pillion demo` on free loopback ports and a data folder of its own. */
export class PillionNode {
  readonly data: string
  readonly #command: 'serve' | 'demo'
  readonly #folder: string
  #ports: Ports | undefined
  #running: Running | undefined

  constructor(command: 'serve' | 'demo', folder: string, data: string) {
    this.data = data
    this.#command = command
    this.#folder = folder
  }

  get ports(): Ports {
    if (this.#ports === undefined) throw new Error('not started')
    return this.#ports
  }

  /** What it has printed; `demo` prints the head unit's address. */
  get running(): Running {
    if (this.#running === undefined) throw new Error('not running')
    return this.#running
  }

  /** The next time on the same data and ports. */
  async start(env: Readonly<Record<string, string>>): Promise<void> {
    // At first it chooses: a port that somebody else found free may be taken by the time it starts.
    const flags = listenerNames.flatMap((name) => [`--${name}`, String(this.#ports?.[name] ?? 0)])
    const args = [this.#command, '--data', this.data, ...flags]
    const running = startPillion(args, { cwd: this.#folder, env: { ...env } })
    this.#running = running
    const ports = await Promise.all(
      listenerNames.map(async (name): Promise<[ListenerName, number]> => {
        const line = new RegExp(`^ +${name} +127\\.0\\.0\\.1:(\\d+) `, 'm')
        return [name, Number((await running.printed('stdout', line))[1])]
      }),
    )
    this.#ports = Object.fromEntries(ports) as Record<ListenerName, number>
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.running.child.kill(signal)
    await this.running.finished
  }
}
