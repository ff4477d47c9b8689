import { type BenchConnection, publishBytes } from './bench-connection.ts'
import type { Tally } from './tally.ts'

/** A partner's connection, its vehicle's, and what the one publishes on to reach the other. */
export interface Pair {
  readonly partner: BenchConnection
  readonly vehicle: BenchConnection
  readonly topicName: string
}

/** Starts to send; goes on until the tally says no more. */
export type Load = (pairs: readonly Pair[], tally: Tally) => void

/** Bursts of a pair that are under way at a time, so that the server never waits for the next; together far below an outbox. */
const burstsUnderWay = 2
const burstMax = 64
const burstBytesMax = 65_536

/** Each pair as fast as it goes: when a burst has arrived, the next goes out (closed loop). */
export function streamLoad(payloadBytes: number): Load {
  return (pairs, tally) => {
    for (const { partner, vehicle, topicName } of pairs) {
      const packet = publishBytes(topicName, Buffer.alloc(payloadBytes, 'x'))
      const burst = Math.min(burstMax, Math.max(1, Math.floor(burstBytesMax / packet.length)))
      const bytes = Buffer.concat(Array.from({ length: burst }, () => packet))
      const send = () => {
        if (!tally.isSending) return
        tally.sent += burst
        partner.send(bytes)
      }
      let missing = burst
      vehicle.onPublishes = (count) => {
        tally.delivered += count
        for (missing -= count; missing <= 0; missing += burst) send()
      }
      for (let each = 0; each < burstsUnderWay; each++) send()
    }
  }
}

/** Messages sent between two looks at what has arrived; a generator that is late catches up in steps. */
const messagesPerTurnMax = 64
/** The last byte of a payload is the number of its message in the pair, modulo this. */
const marks = 256

/**
 * All pairs in turn at a fixed rate, whatever the server does (open loop): every message has its moment, and its latency counts
 * from there, so that a server that stalls is seen in all that should have gone out meanwhile.
 */
export function latencyLoad(payloadBytes: number, perSecond: number): Load {
  return (pairs, tally) => {
    const startedAt = performance.now()
    const dueAt = (message: number) => startedAt + (message * 1000) / perSecond
    pairs.forEach(({ vehicle }, index) => {
      let next = 0
      vehicle.onPublish = (mark) => {
        // What was lost is passed over.
        const number = next + ((mark - next) & (marks - 1))
        next = number + 1
        tally.record(performance.now() - dueAt(number * pairs.length + index))
      }
      vehicle.onPublishes = (count) => {
        tally.delivered += count
      }
    })
    const payload = Buffer.alloc(payloadBytes, 'x')
    let message = 0
    // Once per turn of the event loop, without a pause: a timer would be late by a millisecond, which is what is measured.
    const turn = () => {
      for (let each = 0; each < messagesPerTurnMax && performance.now() >= dueAt(message); each++) {
        if (!tally.isSending) return
        const { partner, topicName } = pairs[message % pairs.length] as Pair
        payload[payloadBytes - 1] = Math.floor(message / pairs.length) % marks
        partner.send(publishBytes(topicName, payload))
        tally.sent++
        message++
      }
      if (tally.isSending) setImmediate(turn)
    }
    turn()
  }
}
