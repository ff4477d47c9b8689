import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generate } from './generator-process.ts'
import type { Options } from './options.ts'
import { disturbedCores, type Sample, type Task } from './sample.ts'
import type { RunningServer, Server } from './servers/server.ts'
import { workloads } from './workloads/index.ts'
import type { Size } from './workloads/workload.ts'

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url))

/** How often a run is made before the least disturbed one is taken. */
const attemptsMax = 3

type TurnsOptions = Pick<Options, 'runs' | 'seconds' | 'profile'>

/** A B C A B C …: what disturbs the machine for a while disturbs every server alike. */
export async function measureInTurns(
  task: Task,
  servers: readonly Server[],
  options: TurnsOptions,
): Promise<Sample[]> {
  const sizes = workloads[task.workload].sizes ?? [undefined]
  const samples: Sample[] = []
  for (let run = 1; run <= options.runs; run++) {
    for (const server of servers) {
      for (const size of sizes) samples.push(await measureUndisturbed(task, server, run, size, options))
    }
  }
  return samples
}

/**
 * The rate for `latency`: half of what the slower of mosquitto and nats does in `paced`, measured now; of all servers if
 * neither is there.
 */
export async function calibrateRate(
  task: Task,
  servers: readonly Server[],
  options: TurnsOptions,
): Promise<number> {
  const peers = servers.filter(({ name }) => name === 'mosquitto' || name === 'nats')
  const rates: number[] = []
  for (const server of peers.length > 0 ? peers : servers) {
    const paced = { ...task, workload: 'paced' } as const
    const { measurement } = await measureUndisturbed(paced, server, 0, undefined, options)
    rates.push(measurement.perSecond)
  }
  return Math.round(Math.min(...rates) / 2)
}

async function measureUndisturbed(...args: Parameters<typeof measureOnce>): Promise<Sample> {
  let best = await measureOnce(...args)
  for (let attempt = 2; attempt <= attemptsMax && othersOf(best) > disturbedCores; attempt++) {
    const next = await measureOnce(...args)
    if (othersOf(next) < othersOf(best)) best = next
  }
  return best
}

function othersOf({ measurement }: Sample): number {
  return measurement.otherCores ?? 0
}

async function measureOnce(
  task: Task,
  server: Server,
  run: number,
  size: Size | undefined,
  options: TurnsOptions,
): Promise<Sample> {
  const { workload, transport, payloadBytes, ratePerSecond } = task
  const running = await server.start({
    transport,
    ...(options.profile && { profileFile: await profileFileFor(task, server, run) }),
  })
  try {
    const { port, pid, passwords } = running
    const target = {
      ...{ transport, port, pid, passwords, payloadBytes },
      ...(ratePerSecond !== undefined && { ratePerSecond }),
      ...(size && { size }),
    }
    const measurement = await generate({ workload, target, seconds: options.seconds })
    const counters = await readCounters(running, measurement.published)
    return {
      ...task,
      server: server.name,
      run,
      ...(size && { size }),
      measurement,
      ...(counters && { counters }),
    }
  } catch (cause) {
    const where = `${workload} over ${transport} on ${server.name}, run ${run}`
    throw new Error(`${where}: ${(cause as Error).message}`, { cause })
  } finally {
    await running.stop()
  }
}

async function readCounters(running: RunningServer, published: number) {
  return published === 0 ? undefined : await running.readCounters?.()
}

async function profileFileFor({ workload, transport }: Task, server: Server, run: number): Promise<string> {
  await mkdir(resultsFolder, { recursive: true })
  return `${resultsFolder}/${server.name}-${workload}-${transport}-${run}.cpuprofile`
}
