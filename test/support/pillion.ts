import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IssuedPartner, IssuedVehicle } from '@pillion/schema'
import { type Finished, type Running, runPillion } from '../../apps/cli/src/run-pillion.ts'
import {
  addDeployment,
  type Deployment,
  nodeOfListener,
  nodesInTests,
} from '../../apps/server/src/nodes/deployment.fixture.ts'
import { addFenceAccount, Fence } from '../../apps/server/src/nodes/fence.fixture.ts'
import { type ListenerName, PillionNode, type Ports } from './pillion-node.ts'

/** How many processes make one Pillion in this run of the tests, and which one a test finds behind each listener. */
const nodeNumbers = nodesInTests > 1 ? [0, 1, 2] : [0]
const nodeOf: Readonly<Record<ListenerName, number>> =
  nodesInTests > 1 ? nodeOfListener : { mqtt: 0, mqtts: 0, partners: 0, http: 0, https: 0 }

/**
 * A real `pillion serve` or `pillion demo`: one process, or three nodes over the NATS and PostgreSQL of the run, which look like
 * one: those who meet in a test are on different ones, by the listener they come to. Of a demo over nodes, two are `serve`.
 */
export class Pillion {
  readonly folder: string
  /** Of the node that the command asks: over nodes, that of the listener for partners. */
  readonly data: string
  readonly #nodes: readonly PillionNode[]
  readonly #env: Readonly<Record<string, string>>
  readonly #deployment: Deployment | undefined
  #fence: Promise<Fence> | undefined

  private constructor(
    folder: string,
    command: 'serve' | 'demo',
    env: Record<string, string>,
    deployment: Deployment | undefined,
  ) {
    this.folder = folder
    this.#nodes = nodeNumbers.map((number) => {
      const data = join(folder, number === nodeOf.partners ? 'data' : `data-${number}`)
      return new PillionNode(number === nodeOf.http ? command : 'serve', folder, data)
    })
    this.data = this.#node('partners').data
    this.#deployment = deployment
    this.#env = { ...toEnvironment(deployment?.flags ?? {}), ...env }
  }

  /** `env` such as `PILLION_ACCESS__MODE`. */
  static async start(
    command: 'serve' | 'demo' = 'serve',
    env: Record<string, string> = {},
  ): Promise<Pillion> {
    const folder = await mkdtemp(join(tmpdir(), 'pillion-test-'))
    const deployment = nodesInTests > 1 ? await addDeployment() : undefined
    const pillion = new Pillion(folder, command, env, deployment)
    await pillion.restart()
    return pillion
  }

  get ports(): Ports {
    const ports = Object.entries(nodeOf).map(([name, node]) => [
      name,
      this.#nodes[node]?.ports[name as ListenerName],
    ])
    return Object.fromEntries(ports) as Ports
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports.http}`
  }

  /** What the process of the http listener has printed; `demo` prints the head unit's address. */
  get running(): Running {
    return this.#node('http').running
  }

  /** Starts it again on the same data and ports. */
  async restart(): Promise<void> {
    const asked = this.#node('http')
    await Promise.all(this.#nodes.filter((node) => node !== asked).map((node) => node.start(this.#env)))
    await asked.start({ ...this.#endpointPorts(), ...this.#env })
  }

  /** SIGKILL: no goodbye, no flush. */
  async kill(): Promise<void> {
    await this.#closeFence()
    await Promise.all(this.#nodes.map((node) => node.end('SIGKILL')))
  }

  /** SIGTERM, then removes the data. */
  async stop(): Promise<void> {
    await this.#closeFence()
    await Promise.all(this.#nodes.map((node) => node.end('SIGTERM')))
    await this.#deployment?.remove()
    await rm(this.folder, { recursive: true, force: true })
  }

  /** Resolves when each node knows what any of them knew when this was called. */
  async settle(): Promise<void> {
    if (this.#nodes.length === 1) return
    this.#fence ??= this.#openFence()
    await (await this.#fence).pass()
  }

  /** Resolves with the first match in the log of any node. */
  logged(pattern: RegExp): Promise<RegExpExecArray> {
    return Promise.any(this.#nodes.map(({ running }) => running.printed('stderr', pattern)))
  }

  /** Runs the command with `--data` of this server. What it has changed is known to every node. */
  async cli(...args: string[]): Promise<Finished> {
    const finished = await runPillion([...args, '--data', this.data], { cwd: this.folder })
    await this.settle()
    return finished
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
    await this.settle()
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

  /** Counters as `/admin/v1/status` gives them, such as `dropped_vin_malformed`: of all nodes together. */
  async counters(): Promise<Readonly<Record<string, number>>> {
    const sums: Record<string, number> = {}
    for (const { data } of this.#nodes) {
      const { stdout } = await runPillion(['status', '--json', '--data', data], { cwd: this.folder })
      const { counters } = JSON.parse(stdout) as { counters: Record<string, number> }
      for (const [name, count] of Object.entries(counters)) sums[name] = (sums[name] ?? 0) + count
    }
    return sums
  }

  /** One of them; 0 where nothing was counted. */
  async counter(name: string): Promise<number> {
    return (await this.counters())[name] ?? 0
  }

  /** A figure of `/metrics`, name and labels as they stand there: of all nodes together; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const texts = await Promise.all(
      this.#nodes.map(async ({ ports }) => (await fetch(`http://127.0.0.1:${ports.http}/metrics`)).text()),
    )
    const lines = texts.map((text) => text.split('\n').find((line) => line.startsWith(`${name} `)))
    return lines.reduce((sum, line) => sum + Number(line?.slice(name.length) ?? 0), 0)
  }

  #node(listener: ListenerName): PillionNode {
    return this.#nodes[nodeOf[listener]] as PillionNode
  }

  /** Where the push endpoints are that the http listener names: only a page may not go to another port than it came from. */
  #endpointPorts(): Record<string, string> {
    if (this.#nodes.length === 1) return {}
    return {
      PILLION_PUSH__PORTTCP: `${this.#node('mqtt').ports.mqtt}`,
      PILLION_PUSH__PORTSSL: `${this.#node('mqtts').ports.mqtts}`,
    }
  }

  async #openFence(): Promise<Fence> {
    const adminToken = (await readFile(join(this.data, 'admin-token'), 'utf8')).trim()
    const isOpen = this.#env.PILLION_ACCESS__MODE === 'open'
    return Fence.open({
      mqttPorts: this.#nodes.map(({ ports }) => ports.mqtt),
      account: isOpen ? undefined : await addFenceAccount(this.url, adminToken),
    })
  }

  async #closeFence(): Promise<void> {
    const fence = await this.#fence
    fence?.close()
    this.#fence = undefined
  }
}

/** As `loadConfig` reads them from the environment. */
function toEnvironment(flags: Deployment['flags']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(flags).map(([path, value]) => [
      `PILLION_${path.toUpperCase().replaceAll('.', '__')}`,
      String(value),
    ]),
  )
}
