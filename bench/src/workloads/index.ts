import { measureLoad } from '../generator/measure.ts'
import type { Transport } from '../transport.ts'
import { transports } from '../transport.ts'
import { measureConnections } from './connections.ts'
import { openFanOut } from './fan-out.ts'
import { openFleet } from './fleet.ts'
import { openLatency } from './latency.ts'
import { openPaced, openStream } from './pairs.ts'
import { openScaling, sizes } from './scaling.ts'
import { measureStorm } from './storm.ts'
import type { Measurement, OpenLoad, Size, Target } from './workload.ts'

export interface Workload {
  /** One line above its table. */
  readonly title: string
  /** Over which it tells something. */
  readonly transports: readonly Transport[]
  /** False: nothing is published, so a size of payload makes no difference. */
  readonly publishes: boolean
  /** Measured once for each; without, once. */
  readonly sizes?: readonly Size[]
  readonly measure: (target: Target, seconds: number) => Promise<Measurement>
}

const names = ['stream', 'fan-out', 'paced', 'fleet', 'latency', 'connections', 'storm', 'scaling'] as const
export type WorkloadName = (typeof names)[number]

export const workloads: Record<WorkloadName, Workload> = {
  stream: load('10 partners, each streaming to its vehicle in bursts of 64', openStream),
  'fan-out': load('1 vehicle to 100 connections of a partner', openFanOut),
  paced: load('200 partners, each with one message under way to its vehicle', openPaced),
  fleet: load('4 partners to 2,000 vehicles at random, 64 messages under way each', openFleet),
  latency: load("200 pairs at half the slower peer's rate, timed from when each was due", openLatency),
  connections: {
    title: 'sign-ins with password and one subscription, 64 at a time, then idle',
    transports,
    publishes: false,
    measure: measureConnections,
  },
  storm: {
    title: '5,000 clients connect at once, each with password and one subscription',
    transports: ['tcp'],
    publishes: false,
    measure: (target) => measureStorm(target),
  },
  scaling: {
    ...load('4 partners to 100 vehicles, beside more and more that it is not for', openScaling),
    transports: ['tcp'],
    sizes,
  },
}

function load(title: string, open: OpenLoad): Workload {
  return {
    title,
    transports,
    publishes: true,
    measure: (target, seconds) => measureLoad(open, target, seconds),
  }
}

export const workloadNames: readonly WorkloadName[] = names

export function isWorkloadName(name: string): name is WorkloadName {
  return Object.hasOwn(workloads, name)
}
