import { Connection, type ConnectionOptions } from '../generator/connection.ts'
import { readProcessUsage } from '../generator/process-usage.ts'
import { startStopwatch } from '../generator/stopwatch.ts'
import { readSynRetransmits } from '../generator/syn-retransmits.ts'
import { vehicleFilter, vehicleSignIn } from '../population.ts'
import { type Measurement, type Target, vehiclePort } from './workload.ts'

/** A SYN for which there was no room is sent again after 1, 3, 7, 15, 31 seconds. */
const handshakeSeconds = 60
const attemptsMax = 3

/**
 * A fleet comes back at once: all clients connect in the same moment, each with a password and a subscription; when
 * the last is in, all sign off. Measures sign-ins per second until then, whatever the kernel or a client had to repeat.
 */
export async function measureStorm(target: Target): Promise<Measurement> {
  const { transport, passwords, clients = 5_000 } = target
  const synsBefore = readSynRetransmits()
  let retries = 0
  const open = async (options: ConnectionOptions): Promise<Connection | undefined> => {
    for (let attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        return await Connection.open(options)
      } catch {
        retries++
      }
    }
    return undefined
  }

  const stop = startStopwatch(target)
  const outcomes = await Promise.all(
    Array.from({ length: clients }, (_, index) =>
      open({
        transport,
        port: vehiclePort(target, index),
        clientId: `bench-vehicle-${index}`,
        signIn: vehicleSignIn(passwords, index),
        topicFilters: [vehicleFilter(index)],
        handshakeSeconds,
      }),
    ),
  )
  const { seconds, ...cores } = stop()
  const usage = readProcessUsage(target.pid)
  const synsAfter = readSynRetransmits()
  const connections = outcomes.filter((connection) => connection !== undefined)
  await Promise.all(connections.map((connection) => connection.disconnect()))

  return {
    perSecond: connections.length / seconds,
    published: 0,
    expected: 0,
    received: 0,
    lost: clients - connections.length,
    connected: connections.length,
    retries,
    ...cores,
    ...(synsBefore !== undefined && synsAfter !== undefined && { synRetransmits: synsAfter - synsBefore }),
    ...(usage && { rssKilobytes: usage.rssKilobytes }),
  }
}
