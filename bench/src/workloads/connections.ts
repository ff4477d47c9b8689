import { setTimeout as sleep } from 'node:timers/promises'
import { type Connection, openConnections } from '../generator/connection.ts'
import { readProcessUsage } from '../generator/process-usage.ts'
import { startStopwatch } from '../generator/stopwatch.ts'
import { population, vehicleFilter, vehicleSignIn } from '../population.ts'
import type { Measurement, Target } from './workload.ts'

/** Brings code and heap of the server to their working size, so that only what a connection adds is counted. */
const warmUpConnections = 1_000
const settleSeconds = 3

/**
 * Opens connections, each with a password and one subscription, and leaves them idle. Measures sign-ins per
 * second and, once the server has settled, how much its resident memory grew per connection.
 */
export async function measureConnections(target: Target): Promise<Measurement> {
  const warmUp = await openVehicles(target, 0, warmUpConnections)
  await sleep(settleSeconds * 1000)
  const before = readProcessUsage(target.pid)

  const stop = startStopwatch(target.pid)
  const counted = await openVehicles(target, warmUpConnections, population.vehicles)
  const { seconds, ...cores } = stop()

  await sleep(settleSeconds * 1000)
  const settled = readProcessUsage(target.pid)
  for (const connection of [...warmUp, ...counted]) connection.close()

  return {
    perSecond: counted.length / seconds,
    lost: 0,
    received: counted.length,
    ...cores,
    ...(before &&
      settled && {
        rssKilobytes: settled.rssKilobytes,
        kilobytesPerConnection: (settled.rssKilobytes - before.rssKilobytes) / counted.length,
      }),
  }
}

function openVehicles(target: Target, from: number, to: number): Promise<Connection[]> {
  return openConnections(
    Array.from({ length: to - from }, (_, offset) => ({
      port: target.port,
      clientId: `bench-vehicle-${from + offset}`,
      signIn: vehicleSignIn(target.passwords, from + offset),
      topicFilter: vehicleFilter(from + offset),
    })),
  )
}
