import { measureLoad } from '../generator/measure.ts'
import { measureConnections } from './connections.ts'
import { openFanOut } from './fan-out.ts'
import { openFleet } from './fleet.ts'
import { openPaced, openStream } from './pairs.ts'
import type { Measurement, Target } from './workload.ts'

interface Workload {
  /** One line above its table. */
  readonly title: string
  readonly measure: (target: Target, seconds: number) => Promise<Measurement>
}

export const workloads = {
  stream: {
    title: '10 partners, each streaming to its vehicle in bursts of 64',
    measure: (target, seconds) => measureLoad(openStream, target, seconds),
  },
  'fan-out': {
    title: '1 vehicle to 100 connections of a partner',
    measure: (target, seconds) => measureLoad(openFanOut, target, seconds),
  },
  paced: {
    title: '200 partners, each with one message under way to its vehicle',
    measure: (target, seconds) => measureLoad(openPaced, target, seconds),
  },
  fleet: {
    title: '4 partners to 2,000 vehicles at random, 64 messages under way each',
    measure: (target, seconds) => measureLoad(openFleet, target, seconds),
  },
  connections: {
    title: '5,000 sign-ins with password and one subscription, then idle',
    measure: (target) => measureConnections(target),
  },
} satisfies Record<string, Workload>

export type WorkloadName = keyof typeof workloads

export function isWorkloadName(name: string): name is WorkloadName {
  return Object.hasOwn(workloads, name)
}
