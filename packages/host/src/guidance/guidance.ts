import type { GuidanceRequest, VehicleSignals } from '@pillion/schema'
import type { AppFrames } from '../app-frames.ts'
import { findApp, type HostState } from '../host-state.ts'
import type { HostedApp, Instance } from '../hosted-app.ts'
import type { Vehicle } from '../vehicle.ts'
import type { GuidanceView } from '../view.ts'
import { guidanceSignals, noGuidanceSignals } from './guidance-signals.ts'
import type { KeptGuidance } from './kept-guidance.ts'
import { Trip } from './trip.ts'

/** A request and the document it came from, which alone gets the answer. */
interface Task {
  readonly app: HostedApp
  readonly instance: Instance
  readonly request: GuidanceRequest
}

type Answer = `RouteCalculation${'Successful' | 'Failed' | 'Cancelled'}`

export const noGuidance: GuidanceView = {
  state: 'none',
  label: '',
  waypoints: [],
  route: [],
  remainingMeters: 0,
  drive: 0,
}

const tickSeconds = 1
const driveTimesMax = 1_000
/** At which a standing vehicle sets off. */
const setOffKmh = 50

/** Guidance that apps start (W 8): each request gets exactly one of three answers, and one guidance runs at a time. */
export class Guidance {
  #host: HostState
  #frames: AppFrames
  #vehicle: Vehicle
  #state: GuidanceView['state'] = 'none'
  #task: Task | undefined
  #trip: Trip | undefined
  /** Waits for the user to say whether it may replace the guidance there is. */
  #question: Task | undefined
  #drive = 0
  #cancelTimer = () => {}

  constructor(host: HostState, frames: AppFrames, vehicle: Vehicle) {
    this.#host = host
    this.#frames = frames
    this.#vehicle = vehicle
  }

  /** From the app's frame, which has answered `true` already; hence an answer follows even if that is out of date (W 8.2). */
  request(app: HostedApp, request: GuidanceRequest): void {
    if (!app.instance) return
    const task = { app, instance: app.instance, request }
    if (this.#host.vehicle.privacyMode !== 'Public' || this.#host.popupDisplayed) this.#cancelSoon(task)
    else if (request.confirms && this.#isRunning) this.#ask(task)
    else this.#start(task)
  }

  /** What the user says to `question`; nothing if there is none. */
  answer(accepted: boolean): void {
    const task = this.#question
    this.#question = undefined
    if (!task) return
    if (accepted) this.#start(task)
    else this.#tell(task, 'RouteCalculationCancelled')
    this.#show()
  }

  /** The user ends it, or an update of the software does; a calculation is cancelled. */
  stop(): void {
    this.#end()
    this.#drive = 0
    this.#show()
  }

  /** Lets the vehicle follow the route at `times` its speed, now or as soon as there is one; 0 ends that and leaves the speed. */
  drive(times: number): void {
    this.#drive = Math.min(driveTimesMax, Math.max(0, times || 0))
    if (this.#drive > 0 && this.#state === 'guiding') this.#setOff()
    this.#show()
  }

  /** A document of the app is gone, and with it whoever waits for an answer to its question. */
  forget(app: HostedApp): void {
    if (this.#question?.app !== app) return
    this.#question = undefined
    this.#show()
  }

  /** After a change of the vehicle that came from elsewhere. */
  follow(before: VehicleSignals): void {
    const { position, softwareRelease } = this.#host.vehicle
    if (softwareRelease !== before.softwareRelease && this.#state === 'calculating') this.stop()
    if (!position || position === before.position || this.#state !== 'guiding') return
    this.#trip?.moveTo(position)
    this.#progress()
  }

  /** What there is, for a later host; a question is not, for it ends with the document that asked. */
  get kept(): KeptGuidance | undefined {
    if (this.#state === 'none' || !this.#task) return undefined
    const { app, request } = this.#task
    return { state: this.#state, idApp: app.idApp, request, drive: this.#drive, trip: this.#trip?.kept }
  }

  /** Goes on with that of an earlier host; nothing if its app is not on the wall. */
  resume({ state, idApp, request, drive, trip }: KeptGuidance): void {
    const app = findApp(this.#host, idApp)
    if (!app) return
    this.#drive = drive
    // The document that asked is gone, so nobody waits for an answer any more.
    const task = { app, instance: { ready: false, messageId: 0 }, request }
    if (state === 'calculating' || !trip) {
      this.#start(task)
      return
    }
    this.#task = task
    this.#state = state
    this.#trip = new Trip(trip.start, trip.stops, trip.alongMeters)
    if (state === 'guiding') {
      this.#tellSignals(this.#trip, task)
      this.#waitForTick()
    }
    this.#show()
  }

  get #isRunning(): boolean {
    return this.#state === 'calculating' || this.#state === 'guiding'
  }

  #ask(task: Task): void {
    const asked = this.#question
    this.#question = task
    if (asked) this.#tell(asked, 'RouteCalculationCancelled')
    this.#show()
  }

  #start(task: Task): void {
    const { clock, limits } = this.#host
    this.#end()
    this.#task = task
    this.#state = 'calculating'
    this.#host.journal.note('guidance', task.app.idApp, 'A route is calculated.')
    this.#cancelTimer = clock.after(limits.routeCalculationSeconds * 1000, () => this.#calculated(task))
    this.#show()
  }

  #end(): void {
    this.#cancelTimer()
    const wasCalculating = this.#state === 'calculating'
    const task = this.#task
    this.#state = 'none'
    this.#task = undefined
    if (this.#trip) this.#vehicle.change(noGuidanceSignals)
    this.#trip = undefined
    if (wasCalculating && task) this.#tell(task, 'RouteCalculationCancelled')
  }

  #calculated(task: Task): void {
    const { position } = this.#host.vehicle
    if (position) {
      this.#state = 'guiding'
      this.#trip = new Trip(position, [...task.request.waypoints, task.request.destination])
      this.#tellSignals(this.#trip, task)
      this.#tell(task, 'RouteCalculationSuccessful')
      if (this.#drive > 0) this.#setOff()
      this.#waitForTick()
    } else {
      this.#state = 'none'
      this.#task = undefined
      this.#tell(task, 'RouteCalculationFailed')
    }
    this.#show()
  }

  /** Arrival times change even while the vehicle stands. */
  #waitForTick(): void {
    this.#cancelTimer = this.#host.clock.after(tickSeconds * 1000, () => {
      this.#waitForTick()
      if (this.#drive > 0) this.#advance()
      this.#progress()
    })
  }

  #setOff(): void {
    const { vehicle, limits } = this.#host
    if (vehicle.speedKmh <= limits.drivingThresholdKmh) this.#vehicle.change({ speedKmh: setOffKmh })
  }

  #advance(): void {
    const { speedKmh, mileageKm } = this.#host.vehicle
    const trip = this.#trip
    if (!trip || speedKmh === 0) return
    const meters = Math.min(trip.remainingMeters, (speedKmh / 3.6) * this.#drive * tickSeconds)
    trip.advance(meters)
    const { latitude, longitude, streetName: address } = trip.here
    this.#vehicle.change({ position: { latitude, longitude, address }, mileageKm: mileageKm + meters / 1000 })
  }

  #progress(): void {
    if (!this.#trip || !this.#task) return
    if (this.#trip.isReached) this.#arrive(this.#task)
    else this.#tellSignals(this.#trip, this.#task)
    this.#show()
  }

  #arrive(task: Task): void {
    this.#cancelTimer()
    this.#state = 'reached'
    const stands = this.#drive > 0 ? { speedKmh: 0 } : {}
    this.#drive = 0
    this.#vehicle.change({ ...noGuidanceSignals, ...stands })
    this.#host.journal.note('guidance', task.app.idApp, 'The destination is reached.')
    // To the app as it is now: it may have been started anew on the way.
    const app = findApp(this.#host, task.app.idApp)
    if (app) this.#frames.fire(app, { emitter: 'Navigation', name: 'WebDestinationReached' })
  }

  #tellSignals(trip: Trip, { request }: Task): void {
    const { vehicle, clock } = this.#host
    this.#vehicle.change(guidanceSignals(trip, request.label, vehicle, clock.now()))
  }

  /** Privacy or a popup came between the frame's answer and now; an event never comes before the method has returned (W 8.3). */
  #cancelSoon(task: Task): void {
    this.#host.clock.after(0, () => this.#tell(task, 'RouteCalculationCancelled'))
  }

  #tell({ app, instance }: Task, answer: Answer): void {
    this.#host.journal.note('guidance', app.idApp, answers[answer])
    if (app.instance === instance) this.#frames.fire(app, { emitter: 'Navigation', name: answer })
  }

  #show(): void {
    const { request, app } = this.#task ?? {}
    const asked = this.#question
    this.#host.guidance = {
      state: this.#state,
      ...(app ? { idApp: app.idApp } : {}),
      label: request?.label ?? '',
      ...(request ? { destination: request.destination } : {}),
      waypoints: request?.waypoints ?? [],
      route: this.#trip?.points ?? [],
      remainingMeters: this.#trip?.remainingMeters ?? 0,
      drive: this.#drive,
      ...(asked ? { question: { idApp: asked.app.idApp, label: asked.request.label } } : {}),
    }
    this.#host.changed()
  }
}

const answers: Record<Answer, string> = {
  RouteCalculationSuccessful: 'The route is ready.',
  RouteCalculationFailed: 'No route: the position of the vehicle is not known.',
  RouteCalculationCancelled: 'The request for guidance was cancelled.',
}
