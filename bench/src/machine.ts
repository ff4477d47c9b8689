import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

export interface Machine {
  readonly cores: number
  readonly processor: string
  readonly memoryGigabytes: number
  readonly system: string
  readonly node: string
  readonly servers: Readonly<Record<string, string>>
  /** ISO 8601. */
  readonly date: string
}

export function describeMachine(servers: Readonly<Record<string, string>>): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    servers,
    date: new Date().toISOString(),
  }
}

export function formatMachine(machine: Machine): string {
  const servers = Object.entries(machine.servers).map(([name, version]) => `${name} ${version}`)
  return [
    `${machine.cores} × ${machine.processor}`,
    `${machine.memoryGigabytes} GB`,
    machine.system,
    `Node ${machine.node}`,
    ...servers,
    machine.date,
  ].join(' · ')
}
