import { mkdtempSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, startPillion } from '../../../apps/cli/src/run-pillion.ts'
import { type Asked, askHttp, type HttpAnswer } from './ask-http.ts'

export interface Ports {
  readonly mqtt: number
  readonly http: number
}

/** By name, as `/admin/v1/status` gives them. */
export type Counters = Readonly<Record<string, number>>

/** One `pillion serve` in a process of its own, always at the same ports and with the same data folder. */
export class NodeProcess {
  readonly ports: Ports
  readonly data: string
  readonly #folder: string
  readonly #env: Readonly<Record<string, string>>
  #running: Running | undefined
  #token = ''

  /** Not started yet. `parent`: where its folder is made. */
  constructor(ports: Ports, env: Readonly<Record<string, string>>, parent = tmpdir()) {
    this.#folder = mkdtempSync(join(parent, 'pillion-node-'))
    this.data = join(this.#folder, 'data')
    this.ports = ports
    this.#env = env
  }

  get pid(): number {
    return this.#running?.child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Resolves when it listens. `env` over its own. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const ports = ['--mqtt', String(this.ports.mqtt), '--http', String(this.ports.http)]
    const running = startPillion(['serve', '--data', this.data, ...ports], {
      cwd: this.#folder,
      env: { ...fewListeners, ...this.#env, ...env },
    })
    this.#running = running
    await running.printed('stdout', /Ctrl-C stops it/)
    this.#token = (await readFile(join(this.data, 'admin-token'), 'utf8')).trim()
  }

  /** SIGKILL: no goodbye, no flush. Its counters are lost with it. */
  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await this.#running?.finished
    this.#running = undefined
  }

  /** SIGTERM; resolves with its last counters, which it logs. */
  async stop(): Promise<Counters> {
    const running = this.#running
    if (running === undefined) return {}
    this.signal('SIGTERM')
    const { stderr, exitCode } = await running.finished
    this.#running = undefined
    if (exitCode !== 0) throw new Error(`a node ended with ${exitCode}: ${stderr.slice(-2_000)}`)
    const line = stderr.split('\n').findLast((each) => each.includes('"msg":"stopped"')) ?? '{}'
    return (JSON.parse(line) as { counters?: Counters }).counters ?? {}
  }

  signal(signal: NodeJS.Signals): void {
    this.#running?.child.kill(signal)
  }

  /** Any request; status 0 if no answer came. */
  ask(method: string, path: string, asked: Asked = {}): Promise<HttpAnswer> {
    return askHttp(this.ports.http, method, path, asked)
  }

  /** Of the operator's REST. */
  askAdmin(method: string, path: string, body?: object, headers: Asked['headers'] = {}): Promise<HttpAnswer> {
    const authorization = `Bearer ${this.#token}`
    return this.ask(method, `/admin/v1${path}`, { headers: { ...headers, authorization }, body })
  }

  /** As `askAdmin`, for what must succeed. */
  async admin<Result>(method: string, path: string, body?: object): Promise<Result> {
    const answer = await this.askAdmin(method, path, body)
    if (answer.status >= 300 || answer.status === 0)
      throw new Error(`${method} ${path} answered ${answer.status} ${answer.text}`)
    return JSON.parse(answer.text) as Result
  }

  async counters(): Promise<Counters> {
    return (await this.admin<{ counters: Counters }>('GET', '/status')).counters
  }

  async isReady(): Promise<boolean> {
    return (await this.ask('GET', '/readyz')).status === 200
  }

  async remove(): Promise<void> {
    await this.kill()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

const fewListeners = {
  PILLION_LISTENERS__MQTTS__ENABLED: 'false',
  PILLION_LISTENERS__PARTNERS__ENABLED: 'false',
  PILLION_LISTENERS__HTTPS__ENABLED: 'false',
}
