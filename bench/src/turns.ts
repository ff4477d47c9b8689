import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { generate } from './generator-process.ts'
import type { Options } from './options.ts'
import { disturbedCores, type Sample } from './sample.ts'
import type { Server } from './servers/server.ts'
import type { WorkloadName } from './workloads/index.ts'

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url))

/** How often a run is made before the least disturbed one is taken. */
const attemptsMax = 3

/** A B C A B C …: what disturbs the machine for a while disturbs every server alike. */
export async function measureInTurns(
  workload: WorkloadName,
  servers: readonly Server[],
  options: Options,
): Promise<Sample[]> {
  const samples: Sample[] = []
  for (let run = 1; run <= options.runs; run++) {
    for (const server of servers) samples.push(await measureUndisturbed(workload, server, run, options))
  }
  return samples
}

async function measureUndisturbed(
  workload: WorkloadName,
  server: Server,
  run: number,
  options: Options,
): Promise<Sample> {
  let best = await measureOnce(workload, server, run, options)
  for (let attempt = 2; attempt <= attemptsMax && othersOf(best) > disturbedCores; attempt++) {
    const next = await measureOnce(workload, server, run, options)
    if (othersOf(next) < othersOf(best)) best = next
  }
  return best
}

function othersOf({ measurement }: Sample): number {
  return measurement.otherCores ?? 0
}

async function measureOnce(
  workload: WorkloadName,
  server: Server,
  run: number,
  options: Options,
): Promise<Sample> {
  const { payloadBytes, seconds } = options
  if (options.profile) await mkdir(resultsFolder, { recursive: true })
  const running = await server.start(
    options.profile ? { profileFile: `${resultsFolder}/${server.name}-${workload}-${run}.cpuprofile` } : {},
  )
  try {
    const { port, pid, passwords } = running
    const measurement = await generate({ workload, target: { port, pid, passwords, payloadBytes }, seconds })
    return { workload, server: server.name, run, payloadBytes, measurement }
  } catch (cause) {
    throw new Error(`${workload} on ${server.name}, run ${run}: ${(cause as Error).message}`, { cause })
  } finally {
    await running.stop()
  }
}
