import { type Connection, openConnections } from '../generator/connection.ts'
import type { PushStarted } from './push-process.ts'
import type { Endpoint, PushRest } from './push-rest.ts'
import { installationID, mqttTopic } from './receivers.ts'

export interface Receivers {
  /** Resolves with the moment when each has got one more message. */
  all(): Promise<number>
  close(): void
}

/** Connects so many installations, each subscribed to its own topic, as apps do (P 13.4). */
export async function openReceivers(
  { mqttPort }: PushStarted,
  rest: PushRest,
  count: number,
): Promise<Receivers> {
  const endpoints = await readEndpoints(rest, count)
  const connections = await openConnections(
    endpoints.map(({ username, password }, index) => ({
      transport: 'tcp',
      port: mqttPort,
      clientId: mqttTopic(index),
      signIn: { username, password },
      topicFilters: [mqttTopic(index)],
    })),
  )
  return {
    all: () => untilEachHasOne(connections),
    close: () => {
      for (const connection of connections) connection.close()
    },
  }
}

async function readEndpoints(rest: PushRest, count: number): Promise<Endpoint[]> {
  const endpoints: Endpoint[] = new Array(count)
  let next = 0
  const readInTurn = async () => {
    while (next < count) {
      const index = next++
      endpoints[index] = await rest.endpoint(installationID(index))
    }
  }
  await Promise.all(Array.from({ length: 16 }, readInTurn))
  return endpoints
}

function untilEachHasOne(connections: readonly Connection[]): Promise<number> {
  let missing = connections.length
  return new Promise((resolve) => {
    for (const connection of connections) {
      connection.onPublishes = (count) => {
        missing -= count
        if (missing === 0) resolve(performance.now())
      }
    }
  })
}
