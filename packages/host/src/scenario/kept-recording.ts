import { limits, parseSignals, type SignalChange } from '@pillion/schema'

/** What a recorder has written down, for a later one to go on from; plain JSON. */
export interface KeptRecording {
  readonly elapsedMilliseconds: number
  /** In order of time. */
  readonly steps: readonly KeptStep[]
}

export interface KeptStep {
  readonly atSeconds: number
  readonly set: SignalChange
}

/** What `kept` of a recorder was, out of a storage; undefined if it is anything else. */
export function readKeptRecording(value: unknown): KeptRecording | undefined {
  const { elapsedMilliseconds, steps } = (value ?? {}) as Partial<Record<keyof KeptRecording, unknown>>
  if (!isTime(elapsedMilliseconds) || !Array.isArray(steps)) return undefined
  if (steps.length === 0 || steps.length > limits.scenarioStepsMax) return undefined
  const read: KeptStep[] = []
  for (const step of steps) {
    const { atSeconds, set } = (step ?? {}) as Partial<Record<keyof KeptStep, unknown>>
    const change = parseSignals(set)
    if (!isTime(atSeconds) || atSeconds < (read.at(-1)?.atSeconds ?? 0) || 'fault' in change) return undefined
    read.push({ atSeconds, set: change })
  }
  return { elapsedMilliseconds, steps: read }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity
}
