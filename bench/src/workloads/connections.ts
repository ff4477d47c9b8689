import { setTimeout as sleep } from 'node:timers/promises'
import { openConnections } from '../generator/connection.ts'
import { readProcessUsage } from '../generator/process-usage.ts'
import { startStopwatch } from '../generator/stopwatch.ts'
import { vehicleFilter, vehicleSignIn } from '../population.ts'
import type { Measurement, Target } from './workload.ts'

/** Brings code and heap of the server to their working size, so that only what a connection adds is counted. */
const warmUpConnections = 1_000
const settleSeconds = 3

/** With TLS a connection is larger and a handshake dearer; fewer tell as much. */
function countedConnections({ transport }: Pick<Target, 'transport'>): number {
  return transport === 'tls' ? 1_000 : 5_000
}

/**
 * Opens connections, each with a password and one subscription, and leaves them idle. Measures sign-ins per
 * second and, once the server has settled, how much its resident memory grew per connection.
 */
export async function measureConnections(target: Target): Promise<Measurement> {
  const warmUp = await openVehicles(target, 0, warmUpConnections)
  await sleep(settleSeconds * 1000)
  const before = readProcessUsage(target.pid)

  const stop = startStopwatch(target)
  const counted = await openVehicles(target, warmUpConnections, countedConnections(target))
  const { seconds, ...cores } = stop()

  await sleep(settleSeconds * 1000)
  const settled = readProcessUsage(target.pid)
  const connections = [...warmUp, ...counted]
  for (const connection of connections) connection.close()

  return {
    perSecond: counted.length / seconds,
    published: 0,
    expected: 0,
    received: 0,
    lost: 0,
    connected: connections.length,
    ...cores,
    ...(before &&
      settled && {
        rssKilobytes: settled.rssKilobytes,
        kilobytesPerConnection: (settled.rssKilobytes - before.rssKilobytes) / counted.length,
      }),
  }
}

function openVehicles(target: Target, first: number, count: number) {
  const { transport, port, passwords } = target
  return openConnections(
    Array.from({ length: count }, (_, offset) => ({
      transport,
      port,
      clientId: `bench-vehicle-${first + offset}`,
      signIn: vehicleSignIn(passwords, first + offset),
      topicFilters: [vehicleFilter(first + offset)],
    })),
  )
}
