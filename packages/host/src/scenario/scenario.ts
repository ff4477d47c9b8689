import type { SignalChange } from '@pillion/schema'

/** What happens to a vehicle, second by second. */
export interface Scenario {
  readonly name: string
  readonly description: string
  /** In order of time; at least one. */
  readonly steps: readonly ScenarioStep[]
}

export interface ScenarioStep {
  readonly atSeconds: number
  readonly set: SignalChange
  /** Numbers such as speed and position glide from what they are to what is set, for so long; everything else changes at once. */
  readonly overSeconds: number
  /** From here on the vehicle follows the route that an app has asked for, or no longer. */
  readonly drive?: boolean
  /** For the person who watches; '' for none. */
  readonly note: string
}

export function durationSeconds({ steps }: Scenario): number {
  return steps.reduce((end, step) => Math.max(end, step.atSeconds + step.overSeconds), 0)
}
