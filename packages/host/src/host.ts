import { PORTAL_ROOT, parseVin, type VehicleApp } from '@pillion/schema'
import { AppFrames } from './app-frames.ts'
import { buildView } from './build-view.ts'
import { Deliveries } from './delivery.ts'
import { FrameInbox } from './frame-inbox.ts'
import { defaultHostLimits, type HostLimits } from './host-limits.ts'
import { findApp, type HostState, isAllowedOnline } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import { Inbox } from './inbox.ts'
import { Journal } from './journal.ts'
import { Lifecycle } from './lifecycle.ts'
import { PopupOutcomes } from './popup-outcome.ts'
import { PopupQueue } from './popup-queue.ts'
import type { Clock } from './ports/clock.ts'
import type { Frames } from './ports/frames.ts'
import type { Transport } from './ports/transport.ts'
import { Timers } from './timers.ts'
import { Uplink } from './uplink.ts'
import { defaultVehicle, Vehicle } from './vehicle.ts'
import type { HostView, LogEntry, Module, VehicleSettings } from './view.ts'
import { changeWall } from './wall.ts'

export interface HostOptions {
  readonly vin: string
  /** Topic root (W 2.3); by default the printed one. */
  readonly root?: string
  readonly apps: readonly VehicleApp[]
  readonly clock: Clock
  readonly transport: Transport
  readonly frames: Frames
  readonly vehicle?: Partial<VehicleSettings>
  readonly limits?: Partial<HostLimits>
  /** Does OK on a back end's popup open its app (W 15 no. 5)? By default yes. */
  readonly popupOkOpensApp?: boolean
  readonly log?: (entry: LogEntry) => void
}

/**
 * The WebPortal runtime of one head unit, without a screen: it knows which app is where, what each app is
 * told and when, and what it may send. A screen draws its `view`; its frames and its connection come by
 * constructor. An id of an app that is not on the wall is ignored by every method.
 */
export class Host {
  readonly #host: HostState
  readonly #timers: Timers
  readonly #transport: Transport
  readonly #lifecycle: Lifecycle
  readonly #popups: PopupQueue
  readonly #vehicle: Vehicle
  readonly #frameInbox: FrameInbox
  readonly #listeners = new Set<(view: HostView) => void>()
  #view: HostView | undefined
  #telling = false
  #stopped = false

  constructor(options: HostOptions) {
    this.#timers = new Timers(options.clock)
    this.#transport = options.transport
    this.#host = createHostState(options, this.#timers, () => this.#changed())
    const host = this.#host
    const frames = new AppFrames(host, options.frames)
    const deliveries = new Deliveries(host, frames)
    this.#lifecycle = new Lifecycle(host, frames, deliveries)
    this.#popups = new PopupQueue(host)
    this.#vehicle = new Vehicle(host, frames, options.transport)
    const parts = { lifecycle: this.#lifecycle, uplink: new Uplink(host, options.transport), frames }
    this.#frameInbox = new FrameInbox(host, parts)
    const outcomes = new PopupOutcomes({
      frames,
      deliveries,
      lifecycle: this.#lifecycle,
      okOpensApp: options.popupOkOpensApp ?? true,
    })
    this.setApps(options.apps)
    this.#connect(new Inbox(host, deliveries, this.#popups, outcomes))
  }

  get view(): HostView {
    this.#view ??= buildView(this.#host, this.#popups)
    return this.#view
  }

  /** The listener is called in a microtask after changes, once for all of one turn. Returns the way to end it. */
  subscribe(listener: (view: HostView) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** From a frame: `AppMessage`, its older forms, `FrameToHost`; anything else is ignored and logged (W 5). */
  receiveFromFrame(idApp: string, data: unknown): void {
    if (!this.#stopped) this.#frameInbox.receive(idApp, data)
  }

  /** A frame shows something else than a document of the app, such as the browser's error page: the app is closed and the user told. */
  reportBrokenFrame(idApp: string): void {
    if (!this.#stopped) this.#withApp(idApp, (app) => this.#lifecycle.frameBroke(app))
  }

  /** The icon is tapped. */
  openApp(idApp: string): void {
    this.#withApp(idApp, (app) => this.#lifecycle.open(app))
  }

  pressHome(): void {
    this.#lifecycle.pressHome()
  }

  /** The Return arrow of a popup, if there is one; else from the app to the wall. */
  pressBack(): void {
    if (this.#popups.displayed) this.#popups.pressReturn()
    else if (this.#host.module === 'web') this.#lifecycle.showWall()
  }

  showModule(module: Module): void {
    this.#lifecycle.showModule(module)
  }

  /** Nothing if the popup has no button. */
  pressOk(): void {
    this.#popups.pressOk()
  }

  pressReturn(): void {
    this.#popups.pressReturn()
  }

  dismissFailure(): void {
    this.#host.failure = undefined
    this.#changed()
  }

  /** For the developer: unloads the app (W 4.2 row 10) and starts it again in the same place. */
  reloadApp(idApp: string): void {
    this.#withApp(idApp, (app) => this.#lifecycle.reload(app))
  }

  setVehicle(change: Partial<VehicleSettings>): void {
    this.#vehicle.change(change)
  }

  /** The wall changed: new apps appear, missing ones go, one with another `url` was updated (W 4.2 rows 1, 10, 11). */
  setApps(apps: readonly VehicleApp[]): void {
    changeWall(this.#host, this.#lifecycle, this.#popups, apps)
  }

  /** Ends at once: frames, timers and the connection go without a word to the apps. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#timers.cancelAll()
    this.#lifecycle.stop()
    this.#transport.stop()
  }

  #connect(inbox: Inbox): void {
    const whileRunning = (act: () => void) => {
      if (!this.#stopped) act()
    }
    this.#transport.start({
      connected: () => whileRunning(() => this.#vehicle.connected()),
      disconnected: () => whileRunning(() => this.#vehicle.disconnected()),
      message: (topicName, payload) => whileRunning(() => inbox.receive(topicName, payload)),
    })
    if (!isAllowedOnline(this.#host.vehicle)) this.#transport.allow(false)
  }

  #withApp(idApp: string, act: (app: HostedApp) => void): void {
    const app = findApp(this.#host, idApp)
    if (app) act(app)
  }

  #changed(): void {
    this.#view = undefined
    if (this.#telling) return
    this.#telling = true
    queueMicrotask(() => {
      this.#telling = false
      for (const listener of this.#listeners) listener(this.view)
    })
  }
}

function createHostState(options: HostOptions, clock: Clock, changed: () => void): HostState {
  const vin = parseVin(options.vin)
  if (vin === undefined) throw new TypeError(`${options.vin} is not a VIN: 17 letters or digits (W 2.3).`)
  return {
    vin,
    root: options.root ?? PORTAL_ROOT,
    limits: { ...defaultHostLimits, ...options.limits },
    clock,
    journal: new Journal(clock, options.log ?? (() => {}), changed),
    changed,
    apps: new Map(),
    wall: [],
    module: 'web',
    front: undefined,
    failure: undefined,
    vehicle: { ...defaultVehicle, ...options.vehicle },
    connected: false,
  }
}
