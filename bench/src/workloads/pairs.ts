import { type Connection, openConnections } from '../generator/connection.ts'
import { publishBytes, repeatBytes } from '../generator/packet-bytes.ts'
import type { Tally } from '../generator/tally.ts'
import { downlinkTopicName, partnerSignIn, vehicleFilter, vehicleSignIn } from '../population.ts'
import type { Load, OpenLoad, Target } from './workload.ts'

/** Ten partners, each streaming to its own vehicle; a burst goes out when the one before has fully arrived. */
export const openStream: OpenLoad = (target, tally) => openPairs(target, tally, { pairs: 10, burst: 64 })

/** Two hundred partners, each with one message under way to its own vehicle. */
export const openPaced: OpenLoad = (target, tally) => openPairs(target, tally, { pairs: 200, burst: 1 })

async function openPairs(
  target: Target,
  tally: Tally,
  shape: { pairs: number; burst: number },
): Promise<Load> {
  const indexes = Array.from({ length: shape.pairs }, (_, index) => index)
  const partners = await openConnections(
    indexes.map((index) => ({
      port: target.port,
      clientId: `bench-partner-${index}`,
      signIn: partnerSignIn(target.passwords, index),
    })),
  )
  const vehicles = await openConnections(
    indexes.map((index) => ({
      port: target.port,
      clientId: `bench-vehicle-${index}`,
      signIn: vehicleSignIn(target.passwords, index),
      topicFilter: vehicleFilter(index),
    })),
  )
  const senders = indexes.map((index) => {
    const packet = publishBytes(downlinkTopicName(index, index), target.payloadBytes)
    const bytes = repeatBytes(packet, shape.burst)
    return closeLoop(
      partners[index] as Connection,
      vehicles[index] as Connection,
      { bytes, messages: shape.burst },
      tally,
    )
  })
  return {
    connections: [...partners, ...vehicles],
    start() {
      for (const send of senders) send()
    },
  }
}

/** Returns the function that sends the first burst. */
function closeLoop(
  partner: Connection,
  vehicle: Connection,
  burst: { bytes: Uint8Array; messages: number },
  tally: Tally,
): () => void {
  let missing = 0
  let sentAt = 0
  const send = () => {
    if (!tally.take(burst.messages)) return
    missing = burst.messages
    sentAt = performance.now()
    partner.send(burst.bytes)
  }
  vehicle.onPublishes = (count) => {
    tally.received += count
    missing -= count
    if (missing > 0) return
    tally.latencies.record(performance.now() - sentAt)
    send()
  }
  return send
}
