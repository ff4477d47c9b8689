import {
  type Clock,
  type Host,
  type KeptRecording,
  parseScenario,
  type Scenario,
  type ScenarioFault,
  type ScenarioPlace,
  ScenarioPlayer,
  type ScenarioPlayerView,
  ScenarioRecorder,
  type ScenarioStep,
  writeScenario,
} from '@pillion/host'
import { type ReadonlySignal, signal } from '@preact/signals'

/** What the deck plays its scenarios on, and records. */
export type DeckVehicle = Pick<Host, 'view' | 'setVehicle' | 'driveRoute' | 'subscribe'>

/** A scenario, and where in it the deck is: what the next document needs to go on. */
export interface KeptScenario {
  readonly scenario: Scenario
  readonly place: ScenarioPlace
}

/** Plays one scenario at a time and records what becomes of the vehicle, also while nobody looks at the panel. */
export class ScenarioDeck {
  readonly scenario: ReadonlySignal<Scenario | undefined>
  /** What is wrong with the text that was loaded last; then the scenario from before stays. */
  readonly faults: ReadonlySignal<readonly ScenarioFault[]>
  readonly view: ReadonlySignal<ScenarioPlayerView | undefined>
  /** Steps so far; undefined while nothing is recorded. */
  readonly recordedSteps: ReadonlySignal<number | undefined>
  #scenario = signal<Scenario | undefined>(undefined)
  #faults = signal<readonly ScenarioFault[]>([])
  #view = signal<ScenarioPlayerView | undefined>(undefined)
  #recordedSteps = signal<number | undefined>(undefined)
  #vehicle: DeckVehicle
  #clock: Clock
  #onNote: (step: ScenarioStep) => void
  #player: ScenarioPlayer | undefined
  #recorder: ScenarioRecorder | undefined
  #endRecording = () => {}

  /** `onNote` is told each note of a scenario as it passes. */
  constructor(vehicle: DeckVehicle, clock: Clock, onNote: (step: ScenarioStep) => void = () => {}) {
    this.#vehicle = vehicle
    this.#clock = clock
    this.#onNote = onNote
    this.scenario = this.#scenario
    this.faults = this.#faults
    this.view = this.#view
    this.recordedSteps = this.#recordedSteps
  }

  /** From YAML; takes the place of the one before, at its beginning and paused. */
  load(text: string): void {
    const { scenario, faults } = parseScenario(text)
    this.#faults.value = faults ?? []
    if (scenario) this.#insert(scenario)
  }

  /** undefined if there is no scenario in the deck. */
  get kept(): KeptScenario | undefined {
    return this.#player && { scenario: this.#player.scenario, place: this.#player.place }
  }

  /** As it was kept: one that played goes on playing. */
  resume({ scenario, place }: KeptScenario): void {
    const player = this.#insert(scenario, place)
    if (place.state === 'playing') player.play()
  }

  eject(): void {
    this.#player?.pause()
    this.#player = undefined
    this.#scenario.value = undefined
    this.#faults.value = []
    this.refresh()
  }

  toggle(): void {
    if (this.#player?.view.state === 'playing') this.#player.pause()
    else this.#player?.play()
  }

  seek(seconds: number): void {
    this.#player?.seek(seconds)
  }

  setSpeed(speed: number): void {
    this.#player?.setSpeed(speed)
  }

  setLoop(loop: boolean): void {
    this.#player?.setLoop(loop)
  }

  /** The time goes on without a word: who shows it asks. */
  refresh(): void {
    this.#view.value = this.#player?.view
  }

  /** Goes on with what another deck has kept, if that is given. */
  record(kept?: KeptRecording): void {
    if (this.#recorder) return
    const recorder = new ScenarioRecorder(this.#clock, kept)
    const take = () => {
      recorder.record(this.#vehicle.view.vehicle)
      this.#recordedSteps.value = recorder.steps
    }
    take()
    this.#recorder = recorder
    this.#endRecording = this.#vehicle.subscribe(take)
  }

  /** undefined while nothing is recorded. */
  get keptRecording(): KeptRecording | undefined {
    return this.#recorder?.kept
  }

  /** The YAML of what was recorded, also in the deck to be played; undefined if nothing was. */
  finishRecording(name: string): string | undefined {
    const scenario = this.#recorder?.finish(name)
    this.#stopRecording()
    if (!scenario) return undefined
    this.#faults.value = []
    this.#insert(scenario)
    return writeScenario(scenario)
  }

  stop(): void {
    this.#player?.pause()
    this.#stopRecording()
  }

  /** Without a place it begins anew, at the speed and in the loop of the one before. */
  #insert(scenario: Scenario, place?: ScenarioPlace): ScenarioPlayer {
    this.#player?.pause()
    const { speed = 1, loop = false } = place ?? this.#player?.view ?? {}
    const player = new ScenarioPlayer({
      clock: this.#clock,
      scenario,
      vehicle: this.#vehicle,
      place,
      onChange: () => this.refresh(),
      onNote: this.#onNote,
    })
    this.#player = player
    this.#scenario.value = scenario
    player.setSpeed(speed)
    player.setLoop(loop)
    return player
  }

  #stopRecording(): void {
    this.#endRecording()
    this.#recorder = undefined
    this.#recordedSteps.value = undefined
  }
}
