import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IssuedPartner, IssuedVehicle } from '@pillion/schema'
import { type Finished, type Running, runPillion, startPillion } from '../../apps/cli/src/run-pillion.ts'

const listenerNames = ['mqtt', 'mqtts', 'partners', 'http', 'https'] as const
export type ListenerName = (typeof listenerNames)[number]

/**
 * A real `pillion serve` or `pillion demo` in a process of its own, on free loopback ports and a data directory
 * under the system's temporary folder.
 */
export class Pillion {
  readonly folder: string
  readonly data: string
  readonly #command: 'serve' | 'demo'
  readonly #env: Record<string, string>
  #ports: Readonly<Record<ListenerName, number>> | undefined
  #running: Running | undefined

  private constructor(folder: string, command: 'serve' | 'demo', env: Record<string, string>) {
    this.folder = folder
    this.data = join(folder, 'data')
    this.#command = command
    this.#env = env
  }

  /** `env` such as `PILLION_ACCESS__MODE`. */
  static async start(
    command: 'serve' | 'demo' = 'serve',
    env: Record<string, string> = {},
  ): Promise<Pillion> {
    const pillion = new Pillion(await mkdtemp(join(tmpdir(), 'pillion-test-')), command, env)
    await pillion.restart()
    return pillion
  }

  get ports(): Readonly<Record<ListenerName, number>> {
    if (this.#ports === undefined) throw new Error('not started')
    return this.#ports
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.http}`
  }

  /** What it has printed; `demo` prints the head unit's address. */
  get running(): Running {
    if (this.#running === undefined) throw new Error('not running')
    return this.#running
  }

  /** Starts it again on the same data and ports. */
  async restart(): Promise<void> {
    // At first it chooses: a port that somebody else found free may be taken by the time it starts.
    const flags = listenerNames.flatMap((name) => [`--${name}`, String(this.#ports?.[name] ?? 0)])
    const running = startPillion([this.#command, '--data', this.data, ...flags], {
      cwd: this.folder,
      env: this.#env,
    })
    this.#running = running
    const ports = await Promise.all(
      listenerNames.map(async (name): Promise<[ListenerName, number]> => {
        const line = new RegExp(`^ +${name} +127\\.0\\.0\\.1:(\\d+) `, 'm')
        return [name, Number((await running.printed('stdout', line))[1])]
      }),
    )
    this.#ports = Object.fromEntries(ports) as Record<ListenerName, number>
  }

  /** SIGKILL: no goodbye, no flush. */
  async kill(): Promise<void> {
    this.running.child.kill('SIGKILL')
    await this.running.finished
  }

  /** SIGTERM, then removes the data. */
  async stop(): Promise<void> {
    this.running.child.kill('SIGTERM')
    await this.running.finished
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Runs the command with `--data` of this server. */
  cli(...args: string[]): Promise<Finished> {
    return runPillion([...args, '--data', this.data], { cwd: this.folder })
  }

  /** Runs the command with `--json`; fails unless it exits with 0. */
  async json<Result>(...args: string[]): Promise<Result> {
    const { exitCode, stdout, stderr } = await this.cli(...args, '--json')
    if (exitCode !== 0) throw new Error(`pillion ${args.join(' ')} exited with ${exitCode}: ${stderr}`)
    return JSON.parse(stdout) as Result
  }

  /** Asks `/admin/v1` without a process of the command: quick, and next to nothing of the machine's time. */
  admin<Result>(path: string, body?: object): Promise<Result> {
    return body === undefined ? this.ask('GET', path) : this.ask('POST', path, JSON.stringify(body))
  }

  /** Likewise, with any method and body: text is JSON, bytes are an archive. */
  async ask<Result>(method: string, path: string, body?: string | Uint8Array): Promise<Result> {
    const token = (await readFile(join(this.data, 'admin-token'), 'utf8')).trim()
    const type = typeof body === 'string' ? 'application/json' : 'application/gzip'
    const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }) }
    const sent = body === undefined ? {} : { body: Buffer.from(body) }
    const response = await fetch(`${this.url}/admin/v1${path}`, { method, headers, ...sent })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return (await response.json()) as Result
  }

  /** A partner with its files (client.crt, ca.crt, config.json) in a folder of its own. */
  async addPartner(
    uid: string,
  ): Promise<IssuedPartner & { folder: string; caFile: string; certificateFile: string }> {
    const folder = join(this.folder, uid)
    const partner = await this.json<IssuedPartner>('partner', 'add', uid, '--out', folder)
    const password = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')).password as string
    return {
      ...partner,
      password,
      folder,
      caFile: join(folder, 'ca.crt'),
      certificateFile: join(folder, 'client.crt'),
    }
  }

  async addVehicles(...vins: string[]): Promise<IssuedVehicle[]> {
    return this.json<IssuedVehicle[]>('vehicle', 'add', ...vins)
  }

  /** Counters as `/admin/v1/status` gives them, such as `dropped_vin_malformed`; 0 where nothing was counted. */
  async counter(name: string): Promise<number> {
    const { counters } = await this.json<{ counters: Record<string, number> }>('status')
    return counters[name] ?? 0
  }
}
