/** Two who mind their own business while others misbehave, and what they notice of it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RawMqttClient } from '@pillion/testkit'
import { Latencies } from '../../../bench/src/generator/latencies.ts'
import { onPublish, publishPacket, type SignIn, signIn } from './sign-in.ts'

/** Often, because some loads are over within a second, and a p99 of a handful says nothing. */
const intervalMilliseconds = 2
const drainMilliseconds = 5_000

export interface Pair {
  readonly partner: SignIn
  readonly vehicle: SignIn
  readonly downlinkName: string
  readonly uplinkName: string
}

export interface BystanderFigures {
  /** From the partner; each is answered by the vehicle. */
  readonly sent: number
  readonly received: number
  /** There and back, through the server twice. */
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  /** How late it was itself, p99: what it tells of the server is worth no more than that. */
  readonly ownP99Milliseconds: number
}

const latencies = new Latencies()
const ownDelays = monitorEventLoopDelay({ resolution: 1 })
let partner: RawMqttClient
let downlinkName = ''
let timer: NodeJS.Timeout | undefined
let sent = 0
let received = 0

export async function open(pair: Pair): Promise<void> {
  downlinkName = pair.downlinkName
  partner = await signIn(pair.partner)
  const vehicle = await signIn(pair.vehicle)
  onPublish(vehicle, (payload) => vehicle.send(publishPacket(pair.uplinkName, payload)))
  onPublish(partner, (payload) => {
    latencies.record(performance.now() - Buffer.from(payload).readDoubleLE())
    received++
  })
}

/** By the clock, whether or not the last came back: a server that stands still must not stop the count. */
export function begin(): void {
  ownDelays.enable()
  timer = setInterval(() => {
    const payload = Buffer.alloc(8)
    payload.writeDoubleLE(performance.now())
    partner.send(publishPacket(downlinkName, payload))
    sent++
  }, intervalMilliseconds)
}

/** Figures since `begin`. */
export async function end(): Promise<BystanderFigures> {
  clearInterval(timer)
  const deadline = performance.now() + drainMilliseconds
  while (received < sent && performance.now() < deadline) await sleep(10)
  const figures = {
    sent,
    received,
    p50Milliseconds: latencies.percentile(0.5) ?? Infinity,
    p99Milliseconds: latencies.percentile(0.99) ?? Infinity,
    ownP99Milliseconds: ownDelays.percentile(99) / 1e6,
  }
  sent = 0
  received = 0
  latencies.clear()
  ownDelays.disable()
  ownDelays.reset()
  return figures
}
