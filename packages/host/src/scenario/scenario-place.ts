import {
  defaultVehicleSignals,
  limits,
  mergeSignals,
  parseSignals,
  type SignalPath,
  signalRules,
  type VehicleSignals,
} from '@pillion/schema'
import type { Glide } from './glides.ts'
import type { ScenarioPlayerView } from './scenario-player.ts'

/** Where a player is, for a later one of the same scenario to go on from; plain JSON. */
export interface ScenarioPlace extends Pick<ScenarioPlayerView, 'state' | 'atSeconds' | 'speed' | 'loop'> {
  /** So many steps have been played. */
  readonly played: number
  /** What the scenario changes, as it was before it began. */
  readonly initial: Partial<VehicleSignals>
  readonly glides: readonly Glide[]
}

/** What `place` of a player was, out of a storage; undefined if it is anything else. */
export function readScenarioPlace(value: unknown): ScenarioPlace | undefined {
  const { state, atSeconds, speed, loop, played, initial, glides } = (value ?? {}) as Partial<ScenarioPlace>
  if (state !== 'paused' && state !== 'playing' && state !== 'ended') return undefined
  if (!isWithin(atSeconds, 0, Infinity) || !isWithin(speed, 1, limits.scenarioSpeedMax)) return undefined
  if (!isWithin(played, 0, limits.scenarioStepsMax) || !Number.isInteger(played)) return undefined
  if (!Array.isArray(glides) || !glides.every(isGlide)) return undefined
  const signals = readInitial(initial)
  return signals && { state, atSeconds, speed, loop: loop === true, played, initial: signals, glides }
}

/** Whole groups, as a player needs them. */
function readInitial(value: unknown): Partial<VehicleSignals> | undefined {
  const change = parseSignals(value)
  if ('fault' in change) return undefined
  const whole = Object.entries(mergeSignals(defaultVehicleSignals, change))
  return Object.fromEntries(whole.filter(([name]) => name in change))
}

function isGlide(value: unknown): value is Glide {
  const { path, from, to, startSeconds, endSeconds } = (value ?? {}) as Record<keyof Glide, unknown>
  if (typeof path !== 'string' || !Object.hasOwn(signalRules, path)) return false
  const isGood = (end: unknown) => !('fault' in parseSignals({ [path as SignalPath]: end }))
  if (typeof from !== 'number' || typeof to !== 'number' || !isGood(from) || !isGood(to)) return false
  return isWithin(startSeconds, 0, Infinity) && isWithin(endSeconds, startSeconds, Infinity)
}

function isWithin(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && value >= min && value <= max
}
