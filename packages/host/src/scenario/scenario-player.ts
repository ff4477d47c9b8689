import { limits, mergeSignals, type VehicleSignals } from '@pillion/schema'
import type { Host } from '../host.ts'
import type { Clock } from '../ports/clock.ts'
import { Glides } from './glides.ts'
import { durationSeconds, type Scenario, type ScenarioStep } from './scenario.ts'
import type { ScenarioPlace } from './scenario-place.ts'

export interface ScenarioPlayerOptions {
  readonly clock: Clock
  readonly scenario: Scenario
  readonly vehicle: Pick<Host, 'view' | 'setVehicle' | 'driveRoute'>
  /** Of an earlier player of this scenario: `play` goes on from there. The vehicle is left as it is. */
  readonly place?: ScenarioPlace | undefined
  /** Called when `view` has changed by more than the time. */
  readonly onChange?: () => void
  /** Called as a step with a note is played; not for what is passed by seeking. */
  readonly onNote?: (step: ScenarioStep) => void
}

export interface ScenarioPlayerView {
  readonly state: 'paused' | 'playing' | 'ended'
  readonly atSeconds: number
  readonly durationSeconds: number
  readonly speed: number
  readonly loop: boolean
  /** Of the latest step that had one. */
  readonly note: string
}

/** Between two looks at the clock, at least; and while numbers glide. */
const tickMilliseconds = 20
const glideMilliseconds = 250

/** Plays a scenario on a vehicle. What it costs does not depend on how long it plays. */
export class ScenarioPlayer {
  readonly scenario: Scenario
  #clock: Clock
  #vehicle: ScenarioPlayerOptions['vehicle']
  #onChange: () => void
  #onNote: (step: ScenarioStep) => void
  /** What the scenario is going to change, as it was before: seeking begins there. */
  #initial: Partial<VehicleSignals>
  #glides = new Glides()
  #durationSeconds: number
  #state: ScenarioPlayerView['state'] = 'paused'
  #atSeconds = 0
  /** The clock's time at which it was at `#atSeconds`, while playing. */
  #since = 0
  /** The steps that have been played: so many. */
  #played = 0
  #speed = 1
  #loop = false
  /** A scenario that says nothing of driving leaves that to the user. */
  #steers: boolean
  #drives = false
  #note = ''
  #cancelTimer = () => {}

  constructor({ clock, scenario, vehicle, place, onChange, onNote }: ScenarioPlayerOptions) {
    this.scenario = scenario
    this.#clock = clock
    this.#vehicle = vehicle
    this.#onChange = onChange ?? (() => {})
    this.#onNote = onNote ?? (() => {})
    this.#durationSeconds = durationSeconds(scenario)
    this.#steers = scenario.steps.some(({ drive }) => drive !== undefined)
    const touched = new Set(scenario.steps.flatMap(({ set }) => Object.keys(set)))
    const signals = Object.entries(vehicle.view.vehicle).filter(([name]) => touched.has(name))
    this.#initial = Object.fromEntries(signals)
    if (place) this.#resume(place)
  }

  get place(): ScenarioPlace {
    const { state, atSeconds, speed, loop } = this.view
    const [played, initial, glides] = [this.#played, this.#initial, this.#glides.list]
    return { state, atSeconds, speed, loop, played, initial, glides }
  }

  get view(): ScenarioPlayerView {
    return {
      state: this.#state,
      atSeconds: Math.min(this.#durationSeconds, this.#nowSeconds),
      durationSeconds: this.#durationSeconds,
      speed: this.#speed,
      loop: this.#loop,
      note: this.#note,
    }
  }

  /** From where it stands; from the beginning when it has ended. */
  play(): void {
    if (this.#state === 'playing') return
    if (this.#state === 'ended') this.#beginAgain()
    this.#state = 'playing'
    this.#since = this.#clock.now()
    this.#run()
    this.#onChange()
  }

  /** The vehicle stays as it is. */
  pause(): void {
    if (this.#state !== 'playing') return
    this.#atSeconds = Math.min(this.#durationSeconds, this.#nowSeconds)
    this.#halt('paused')
    this.#onChange()
  }

  /** The vehicle becomes what it would be had the scenario played up to there. */
  seek(seconds: number): void {
    if (this.#state === 'ended') this.#state = 'paused'
    this.#jump(Math.min(this.#durationSeconds, Math.max(0, seconds || 0)))
    if (this.#state === 'playing') this.#run()
    this.#onChange()
  }

  /** 1 to 1,000 times as fast as life. */
  setSpeed(speed: number): void {
    this.#atSeconds = this.#nowSeconds
    this.#since = this.#clock.now()
    this.#speed = Math.min(limits.scenarioSpeedMax, Math.max(1, speed || 1))
    if (this.#state === 'playing') this.#run()
    this.#onChange()
  }

  /** Begin again at the end, with the vehicle as it was at the beginning. */
  setLoop(loop: boolean): void {
    this.#loop = loop
    this.#onChange()
  }

  #resume({ state, atSeconds, speed, loop, played, initial, glides }: ScenarioPlace): void {
    this.#state = state === 'ended' ? 'ended' : 'paused'
    this.#atSeconds = Math.min(this.#durationSeconds, atSeconds)
    this.#speed = speed
    this.#loop = loop
    this.#initial = initial
    this.#glides.replace(glides)
    for (const step of this.scenario.steps.slice(0, played)) this.#pass(step)
  }

  get #nowSeconds(): number {
    if (this.#state !== 'playing') return this.#atSeconds
    return this.#atSeconds + ((this.#clock.now() - this.#since) / 1000) * this.#speed
  }

  /** Plays what has fallen due and waits for what comes next. A page that slept for long misses whole rounds, but no step of the last. */
  #run(): void {
    this.#cancelTimer()
    const duration = this.#durationSeconds
    let seconds = this.#nowSeconds
    if (seconds >= duration) {
      this.#playUntil(duration)
      if (!this.#loop || duration === 0) {
        this.#atSeconds = duration
        this.#halt('ended')
        return
      }
      seconds %= duration
      this.#beginAgain()
    }
    this.#playUntil(seconds)
    this.#atSeconds = seconds
    this.#since = this.#clock.now()
    this.#steer(this.#drives ? this.#speed : 0)
    this.#cancelTimer = this.#clock.after(this.#waitMilliseconds(), () => this.#wake())
  }

  #wake(): void {
    const played = this.#played
    this.#run()
    if (this.#played !== played || this.#state === 'ended') this.#onChange()
  }

  #waitMilliseconds(): number {
    const next = this.scenario.steps[this.#played]?.atSeconds ?? this.#durationSeconds
    const milliseconds = ((next - this.#atSeconds) / this.#speed) * 1000
    const max = this.#glides.size > 0 ? glideMilliseconds : milliseconds
    return Math.max(tickMilliseconds, Math.min(max, milliseconds))
  }

  /** Each step by itself, so that apps hear of everything that happens in between. */
  #playUntil(seconds: number): void {
    for (const step of this.#stepsUntil(seconds)) {
      this.#vehicle.setVehicle(this.#glides.at(step.atSeconds))
      // First, so that it is told before what comes of it.
      if (step.note !== '') this.#onNote(step)
      this.#vehicle.setVehicle(this.#glides.start(step, this.#vehicle.view.vehicle))
    }
    this.#vehicle.setVehicle(this.#glides.at(seconds))
  }

  #beginAgain(): void {
    this.#jump(0)
    for (const step of this.scenario.steps.slice(0, this.#played)) if (step.note !== '') this.#onNote(step)
  }

  /** All steps up to there as one change of the vehicle. */
  #jump(seconds: number): void {
    this.#glides.replace([])
    this.#played = 0
    this.#drives = false
    this.#note = ''
    let signals: VehicleSignals = { ...this.#vehicle.view.vehicle, ...this.#initial }
    for (const step of this.#stepsUntil(seconds)) {
      signals = mergeSignals(signals, this.#glides.at(step.atSeconds))
      signals = mergeSignals(signals, this.#glides.start(step, signals))
    }
    this.#vehicle.setVehicle(mergeSignals(signals, this.#glides.at(seconds)))
    this.#atSeconds = seconds
    this.#since = this.#clock.now()
  }

  *#stepsUntil(seconds: number): Generator<ScenarioStep> {
    for (;;) {
      const step = this.scenario.steps[this.#played]
      if (!step || step.atSeconds > seconds) return
      this.#pass(step)
      yield step
    }
  }

  #pass({ drive, note }: ScenarioStep): void {
    this.#played += 1
    this.#drives = drive ?? this.#drives
    this.#note = note || this.#note
  }

  #halt(state: 'paused' | 'ended'): void {
    this.#cancelTimer()
    this.#state = state
    this.#steer(0)
  }

  #steer(times: number): void {
    if (this.#steers) this.#vehicle.driveRoute(times)
  }
}
