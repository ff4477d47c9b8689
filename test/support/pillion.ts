import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IssuedPartner, IssuedVehicle } from '@pillion/schema'
import { findFreePort } from '@pillion/testkit'
import { type Finished, type Running, runPillion, startPillion } from '../../apps/cli/src/run-pillion.ts'

export type ListenerName = 'mqtt' | 'mqtts' | 'partners' | 'http' | 'https'

/**
 * A real `pillion serve` or `pillion demo` in a process of its own, on free loopback ports and a data directory
 * under the system's temporary folder.
 */
export class Pillion {
  readonly folder: string
  readonly data: string
  readonly ports: Readonly<Record<ListenerName, number>>
  readonly #command: 'serve' | 'demo'
  #running: Running | undefined

  private constructor(folder: string, command: 'serve' | 'demo', ports: Record<ListenerName, number>) {
    this.folder = folder
    this.data = join(folder, 'data')
    this.#command = command
    this.ports = ports
  }

  static async start(command: 'serve' | 'demo' = 'serve'): Promise<Pillion> {
    const folder = await mkdtemp(join(tmpdir(), 'pillion-test-'))
    const ports = {
      mqtt: await findFreePort(),
      mqtts: await findFreePort(),
      partners: await findFreePort(),
      http: await findFreePort(),
      https: await findFreePort(),
    }
    const pillion = new Pillion(folder, command, ports)
    await pillion.restart()
    return pillion
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
    const flags = Object.entries(this.ports).flatMap(([name, port]) => [`--${name}`, String(port)])
    this.#running = startPillion([this.#command, '--data', this.data, ...flags], { cwd: this.folder })
    await this.#running.printed('stdout', /https\s+127\.0\.0\.1:\d+/)
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
