import { type Connection, openConnections } from '../generator/connection.ts'
import { publishBytes, repeatBytes } from '../generator/packet-bytes.ts'
import type { Tally } from '../generator/tally.ts'
import { downlinkTopicName, partnerSignIn, vehicleFilter, vehicleSignIn } from '../population.ts'
import { type Load, type OpenLoad, partnerPort, type Target, vehiclePort } from './workload.ts'

/** Ten partners, each streaming to its own vehicle; a burst goes out when the one before has fully arrived. */
export const openStream: OpenLoad = (target, tally) =>
  openClosedLoops(target, tally, { pairs: 10, burst: 64, underWay: target.burstsUnderWay ?? 1 })

/** Two hundred partners, each with one message under way to its own vehicle. */
export const openPaced: OpenLoad = (target, tally) =>
  openClosedLoops(target, tally, { pairs: 200, burst: 1, underWay: 1 })

/** A partner, its vehicle, and the bytes of one message from the one to the other. */
export interface Pair {
  readonly partner: Connection
  readonly vehicle: Connection
  readonly packet: Uint8Array
}

export async function openPairs(target: Target, count: number): Promise<Pair[]> {
  const { transport, passwords, payloadBytes } = target
  const indexes = Array.from({ length: count }, (_, index) => index)
  const partners = await openConnections(
    indexes.map((index) => ({
      transport,
      port: partnerPort(target, index),
      clientId: `bench-partner-${index}`,
      signIn: partnerSignIn(passwords, index),
    })),
  )
  const vehicles = await openConnections(
    indexes.map((index) => ({
      transport,
      port: vehiclePort(target, index),
      clientId: `bench-vehicle-${index}`,
      signIn: vehicleSignIn(passwords, index),
      topicFilters: [vehicleFilter(index)],
    })),
  )
  return indexes.map((index) => ({
    partner: partners[index] as Connection,
    vehicle: vehicles[index] as Connection,
    packet: publishBytes(downlinkTopicName(index, index), payloadBytes, transport),
  }))
}

interface LoopShape {
  readonly pairs: number
  /** Messages that are written together. */
  readonly burst: number
  /** Bursts of one pair that are on their way at the same time. */
  readonly underWay: number
}

async function openClosedLoops(target: Target, tally: Tally, shape: LoopShape): Promise<Load> {
  const pairs = await openPairs(target, shape.pairs)
  const senders = pairs.map((pair) => closeLoop(pair, shape.burst, tally))
  return {
    connections: pairs.flatMap(({ partner, vehicle }) => [partner, vehicle]),
    start() {
      for (let burst = 0; burst < shape.underWay; burst++) {
        for (const send of senders) send(performance.now())
      }
    },
  }
}

/** Returns the function that sends a burst; whenever one has fully arrived, the next goes out. */
function closeLoop({ partner, vehicle, packet }: Pair, burst: number, tally: Tally): (now: number) => void {
  const bytes = repeatBytes(packet, burst)
  /** Of the oldest burst. */
  let missing = burst
  const sentAt: number[] = []
  const send = (now: number) => {
    if (!tally.take(burst)) return
    sentAt.push(now)
    partner.send(bytes)
  }
  vehicle.onPublishes = (count) => {
    tally.received += count
    missing -= count
    while (missing <= 0) {
      missing += burst
      const now = performance.now()
      tally.latencies.record(now - (sentAt.shift() ?? Number.NaN))
      send(now)
    }
  }
  return send
}
