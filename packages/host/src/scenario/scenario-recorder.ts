import {
  defaultVehicleSignals,
  flattenSignals,
  limits,
  mergeSignals,
  nestSignals,
  type SignalChange,
  type SignalValue,
  type VehicleSignals,
} from '@pillion/schema'
import type { Clock } from '../ports/clock.ts'
import type { KeptRecording } from './kept-recording.ts'
import type { Scenario, ScenarioStep } from './scenario.ts'
import { stepCharacters } from './write-scenario.ts'

/** Left for the name and the description, which come last. */
const headCharacters = 4_096

/**
 * Writes down what becomes of a vehicle, as a scenario: the first step is all it says of itself, each further one a change. Give it
 * every view: `host.subscribe((view) => recorder.record(view.vehicle))`.
 */
export class ScenarioRecorder {
  #clock: Clock
  #startedAt: number
  #before: VehicleSignals | undefined
  #steps: ScenarioStep[] = []
  /** Of the written steps, and of the last of them. */
  #characters = headCharacters
  #lastCharacters = 0
  #isFull = false

  /** With what an earlier one has kept it goes on from there, as if no time had passed. */
  constructor(clock: Clock, kept?: KeptRecording) {
    this.#clock = clock
    this.#startedAt = clock.now() - (kept?.elapsedMilliseconds ?? 0)
    for (const step of kept?.steps ?? []) {
      this.#put({ ...step, overSeconds: 0, note: '' }, false)
      this.#before = mergeSignals(this.#before ?? defaultVehicleSignals, step.set)
    }
  }

  get kept(): KeptRecording {
    const steps = this.#steps.map(({ atSeconds, set }) => ({ atSeconds, set }))
    return { elapsedMilliseconds: this.#clock.now() - this.#startedAt, steps }
  }

  get steps(): number {
    return this.#steps.length
  }

  /** Nothing more is recorded: it could not be read again. */
  get isFull(): boolean {
    return this.#isFull || this.#steps.length >= limits.scenarioStepsMax
  }

  record(signals: VehicleSignals): void {
    const before = this.#before
    if (signals === before || this.isFull) return
    this.#before = signals
    const change = before ? difference(before, signals) : signals
    if (Object.keys(change).length > 0) this.#add(change)
  }

  finish(name: string, description = ''): Scenario {
    return { name, description, steps: [...this.#steps] }
  }

  #add(change: SignalChange): void {
    // Tenths of a second: what changes together stays together, and a glide does not fill it up at once.
    const atSeconds = Math.round((this.#clock.now() - this.#startedAt) / 100) / 10
    const last = this.#steps.at(-1)
    const joined = last?.atSeconds === atSeconds ? last : undefined
    const earlier = joined ? flattenSignals(joined.set) : []
    const set = nestSignals([...earlier, ...flattenSignals(change)])
    this.#put({ atSeconds, set, overSeconds: 0, note: '' }, joined !== undefined)
  }

  #put(step: ScenarioStep, replacesLast: boolean): void {
    const added = stepCharacters(step)
    const characters = this.#characters + added - (replacesLast ? this.#lastCharacters : 0)
    this.#isFull = characters > limits.scenarioCharactersMax
    if (this.#isFull) return
    if (replacesLast) this.#steps.pop()
    this.#steps.push(step)
    this.#characters = characters
    this.#lastCharacters = added
  }
}

function difference(before: VehicleSignals, after: VehicleSignals): SignalChange {
  const known = new Map<string, SignalValue>(flattenSignals(before))
  return nestSignals(flattenSignals(after).filter(([path, value]) => known.get(path) !== value))
}
