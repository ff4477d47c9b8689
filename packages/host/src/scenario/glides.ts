import {
  flattenSignals,
  nestSignals,
  type SignalChange,
  type SignalPath,
  type SignalValue,
  signalRules,
  type VehicleSignals,
} from '@pillion/schema'
import type { ScenarioStep } from './scenario.ts'

/** One number on its way. */
export interface Glide {
  readonly path: string
  readonly from: number
  readonly to: number
  readonly startSeconds: number
  readonly endSeconds: number
}

/** The numbers that are on their way to a value, one for each signal at most. */
export class Glides {
  #glides = new Map<string, Glide>()

  get size(): number {
    return this.#glides.size
  }

  /** All of them. */
  get list(): readonly Glide[] {
    return [...this.#glides.values()]
  }

  /** Others in their place. */
  replace(glides: readonly Glide[]): void {
    this.#glides = new Map(glides.map((glide) => [glide.path, glide]))
  }

  /** Begins what the step lets glide, from what `signals` are now; what is left is to be set at once. */
  start({ set, atSeconds, overSeconds }: ScenarioStep, signals: VehicleSignals): SignalChange {
    const now = new Map(flattenSignals(signals))
    const atOnce: [string, SignalValue][] = []
    for (const [path, to] of flattenSignals(set)) {
      const from = now.get(path)
      this.#forget(path)
      if (overSeconds > 0 && canGlide(path) && typeof from === 'number' && typeof to === 'number')
        this.#glides.set(path, {
          path,
          from,
          to,
          startSeconds: atSeconds,
          endSeconds: atSeconds + overSeconds,
        })
      else atOnce.push([path, to])
    }
    return nestSignals(atOnce)
  }

  /** Where they all are; those that have arrived are done with. */
  at(seconds: number): SignalChange {
    const values: [string, SignalValue][] = []
    for (const [path, { from, to, startSeconds, endSeconds }] of this.#glides) {
      const part = Math.min(1, (seconds - startSeconds) / (endSeconds - startSeconds))
      values.push([path, part === 1 ? to : round(path, from + (to - from) * part)])
      if (part === 1) this.#glides.delete(path)
    }
    return nestSignals(values)
  }

  /** Together with its parts, should a group become null. */
  #forget(path: string): void {
    for (const other of this.#glides.keys())
      if (other === path || other.startsWith(`${path}.`)) this.#glides.delete(other)
  }
}

/** Not so codes, such as the theme, and counts. */
function canGlide(path: string): boolean {
  const { kind } = signalRules[path as SignalPath] ?? {}
  return kind === 'number' || kind === 'time'
}

/** Six decimals of a degree are 11 cm; of all else apps show what they get, so one is enough, and none of a millisecond. */
function round(path: string, value: number): number {
  const isTime = signalRules[path as SignalPath].kind === 'time'
  const parts = isTime ? 1 : /(lat|long)itude$/.test(path) ? 1e6 : 10
  return Math.round(value * parts) / parts
}
