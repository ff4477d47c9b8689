import type { AppWithoutPackage, SignalChange, VehicleApp } from '@pillion/schema'
import { AppFrames } from './app-frames.ts'
import { AudioChannel } from './audio.ts'
import { buildView } from './build-view.ts'
import { createHostState } from './create-host-state.ts'
import { Deliveries } from './delivery.ts'
import { FrameInbox } from './frame-inbox.ts'
import { Guidance } from './guidance/guidance.ts'
import type { KeptGuidance } from './guidance/kept-guidance.ts'
import type { HostOptions } from './host-options.ts'
import { findApp, type HostState, isAllowedOnline } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import { Inbox } from './inbox.ts'
import { Keyboard } from './keyboard.ts'
import { Lifecycle } from './lifecycle.ts'
import { MessageReports } from './message-reports.ts'
import { NotificationCenter } from './notification-center.ts'
import { PopupOutcomes } from './popup-outcome.ts'
import { PopupQueue } from './popup-queue.ts'
import type { Transport } from './ports/transport.ts'
import { Receipts } from './receipts.ts'
import { shutDown } from './shutdown.ts'
import { Timers } from './timers.ts'
import { Uplink } from './uplink.ts'
import { Vehicle } from './vehicle.ts'
import type { HostView, Module, NotificationKey } from './view.ts'
import { changeWall, followVehicle, type WallParts } from './wall.ts'

/**
 * The WebPortal runtime of one head unit, without a screen: it knows which app is where, what each app is
 * told and when, and what it may send. A screen draws its `view`; its frames and its connection come by
 * constructor. An id of an app that is not on the wall is ignored by every method.
 */
export class Host {
  readonly #host: HostState
  readonly #timers: Timers
  readonly #transport: Transport
  readonly #frames: AppFrames
  readonly #lifecycle: Lifecycle
  readonly #popups: PopupQueue
  readonly #keyboard: Keyboard
  readonly #center: NotificationCenter
  readonly #vehicle: Vehicle
  readonly #guidance: Guidance
  readonly #audio: AudioChannel
  readonly #frameInbox: FrameInbox
  readonly #reports: MessageReports
  readonly #listeners = new Set<(view: HostView) => void>()
  #view: HostView | undefined
  #telling = false
  #stopped = false

  constructor(options: HostOptions) {
    const { transport } = options
    this.#timers = new Timers(options.clock)
    this.#transport = transport
    this.#host = createHostState(options, this.#timers, () => this.#changed())
    const host = this.#host
    const frames = new AppFrames(host, options.frames)
    const reports = new MessageReports(host, transport, options.reports ?? false)
    this.#reports = reports
    const receipts = new Receipts(host, transport, reports)
    const deliveries = new Deliveries(host, frames, receipts)
    const { clock, limits, journal } = host
    const popups = new PopupQueue({ clock, limits, journal, changed: () => this.#popupsChanged() })
    const keyboard = new Keyboard(host, frames, deliveries)
    const lifecycle = new Lifecycle(host, frames, deliveries, {
      leaving: (app) => keyboard.leave(app),
      ended: (app) => this.#documentEnded(app),
    })
    const keep = options.onNotificationsChanged ?? (() => {})
    const center = new NotificationCenter({ host, frames, lifecycle, popups, keep })
    this.#frames = frames
    this.#lifecycle = lifecycle
    this.#popups = popups
    this.#keyboard = keyboard
    this.#center = center
    this.#vehicle = new Vehicle({ host, frames, transport, popups })
    const guidance = new Guidance(host, frames, this.#vehicle)
    const audio = new AudioChannel(host, frames, this.#vehicle)
    this.#guidance = guidance
    this.#audio = audio
    const uplink = new Uplink(host, transport)
    const parts = { host, lifecycle, uplink, frames, popups, center, keyboard, guidance, audio, reports }
    this.#frameInbox = new FrameInbox(parts)
    const okOpensApp = options.popupOkOpensApp ?? true
    const outcomes = new PopupOutcomes({ frames, deliveries, lifecycle, okOpensApp })
    this.setApps(options.apps, options.withoutPackage)
    if (options.guidance) guidance.resume(options.guidance)
    this.#connect(new Inbox({ host, deliveries, popups, outcomes, receipts, reports }))
  }

  get view(): HostView {
    this.#view ??= buildView(this.#host, this.#popups, this.#center)
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

  /** The Return arrow of a popup, if there is one; else closes the keyboard, else one page back in the notification center, else from the app to the wall. */
  pressBack(): void {
    if (this.#popups.displayed) this.#popups.pressReturn()
    else if (this.#host.keyboard) this.#keyboard.close(undefined)
    else if (this.#host.module !== 'web') return
    else if (this.#host.center.open) this.#center.back()
    else this.#lifecycle.showWall()
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

  /** The list of the notification center (W 7.4), from wherever the user is. */
  openCenter(): void {
    this.#center.open()
  }

  /** From the notification center to the wall. */
  closeCenter(): void {
    this.#center.close()
  }

  /** Its page in the notification center. */
  openNotification(key: NotificationKey): void {
    this.#center.select(key)
  }

  /** "Open the app", on a notification's page or in the list. */
  openNotificationApp(key: NotificationKey): void {
    this.#center.openApp(key)
  }

  /** "Delete", likewise. */
  deleteNotification(key: NotificationKey): void {
    this.#center.delete(key)
  }

  /** Closes the virtual keyboard: the field holds `text` now, or what it held before if undefined. */
  closeKeyboard(text: string | undefined): void {
    this.#keyboard.close(text)
  }

  /** Do text fields get the virtual keyboard from now on (W 6.7)? */
  useVirtualKeyboard(isVirtual: boolean): void {
    this.#keyboard.use(isVirtual)
  }

  /** The user's answer to `guidance.question` (W 8.1). */
  answerGuidance(accepted: boolean): void {
    if (!this.#stopped) this.#guidance.answer(accepted)
  }

  /** The user ends the guidance. A calculation is cancelled, as it is by an update of the software (W 8.3). */
  stopGuidance(): void {
    this.#guidance.stop()
  }

  /** The vehicle follows the route of the guidance at `times` its speed, now or as soon as there is one; 0 ends that and leaves the speed. */
  driveRoute(times: number): void {
    if (!this.#stopped) this.#guidance.drive(times)
  }

  /** For the host that comes after this one, as its `guidance`; undefined if there is none. */
  get keptGuidance(): KeptGuidance | undefined {
    return this.#guidance.kept
  }

  dismissFailure(): void {
    this.#host.failure = undefined
    this.#changed()
  }

  /** For the developer: unloads the app (W 4.2 row 10) and starts it again in the same place. */
  reloadApp(idApp: string): void {
    this.#withApp(idApp, (app) => this.#lifecycle.reload(app))
  }

  /** Groups such as `media` may be given in part. What comes from outside goes through `parseSignals` first. */
  setVehicle(change: SignalChange): void {
    if (this.#stopped) return
    const before = this.#host.vehicle
    this.#vehicle.change(change)
    if (this.#host.vehicle === before) return
    this.#audio.follow(before)
    this.#guidance.follow(before)
    followVehicle(this.#host, this.#wallParts, before)
  }

  /**
   * The vehicle's apps changed: new ones appear, missing ones go, one with another `url` was updated (W 4.2 rows 1, 10, 11). On the
   * wall are those that are offered in this vehicle (W 11.2). What is sent to those without a package is dropped, and that said.
   */
  setApps(apps: readonly VehicleApp[], withoutPackage: readonly AppWithoutPackage[] = []): void {
    this.#host.withoutPackage = withoutPackage
    changeWall(this.#host, this.#wallParts, apps)
  }

  /** Does the server want to know from now on what becomes of messages (`VehicleView.reports`, `VehicleNotice.reports`)? */
  useReports(isWanted: boolean): void {
    this.#reports.want(isWanted)
  }

  /** The vehicle is switched off: apps are told 2 s before, then everything stops (W 9.5). */
  shutDown(): void {
    if (this.#stopped) return
    const parts = {
      frames: this.#frames,
      keyboard: this.#keyboard,
      lifecycle: this.#lifecycle,
      popups: this.#popups,
    }
    shutDown(this.#host, parts, () => this.stop())
  }

  /** Ends at once: frames, timers and the connection go without a word to the apps. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#popups.forget(() => true)
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
      kept: (messages) => {
        if (this.#stopped || !isAllowedOnline(this.#host.vehicle)) return false
        for (const message of messages) inbox.receiveKept(message)
        return true
      },
    })
    if (!isAllowedOnline(this.#host.vehicle)) this.#transport.allow(false)
  }

  get #wallParts(): WallParts {
    return { lifecycle: this.#lifecycle, popups: this.#popups, center: this.#center }
  }

  #withApp(idApp: string, act: (app: HostedApp) => void): void {
    const app = findApp(this.#host, idApp)
    if (app) act(app)
  }

  /** Its frames know at once whether one is displayed: guidance is refused then (W 8.2). */
  #popupsChanged(): void {
    const isDisplayed = this.#popups.displayed !== undefined
    if (isDisplayed !== this.#host.popupDisplayed) {
      this.#host.popupDisplayed = isDisplayed
      this.#frames.sendStateToAll()
    }
    this.#changed()
  }

  /** What a document asked for goes with it; prompts and popups of back ends stay (W 7.1). */
  #documentEnded(app: HostedApp): void {
    this.#keyboard.forget(app)
    this.#guidance.forget(app)
    this.#popups.forget(({ idApp, kind }) => idApp === app.idApp && (kind === 'app' || kind === 'legacy'))
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
