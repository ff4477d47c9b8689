import {
  dropReasons,
  Host,
  type HostView,
  type LogEntry,
  MqttTransport,
  systemClock,
  type TransportStatus,
} from '@pillion/host'
import type { VehicleView } from '@pillion/schema'
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { Credentials } from './credentials.ts'
import type { EventLog } from './event-log.ts'
import { type FrameDropReason, Iframes } from './iframes.ts'
import { formatTime } from './panel/scenario/format-time.ts'
import { ScenarioDeck } from './panel/scenario/scenario-deck.ts'
import { SlowTransport } from './slow-transport.ts'
import { fetchVehicle } from './vehicle-api.ts'
import { VehicleMemory } from './vehicle-memory.ts'

const refreshRetryMilliseconds = 5_000
/** A scenario changes signals many times a second; so often they are kept. */
const keepMilliseconds = 1_000

/** Sentences for drops, the host's and those of this page. */
export const dropTexts: Readonly<Record<string, string>> = {
  ...dropReasons,
  frame_flood: 'The app posts more messages than the page takes; the excess is dropped unread.',
  frame_origin_other: 'The frame shows a document that is not of the app’s own origin.',
} satisfies Record<FrameDropReason, string> & Record<string, string>

let nextId = 1

/** One vehicle on this screen: the host with its frames and its connection, for the components to read. */
export class HeadUnit {
  readonly host: Host
  readonly iframes: Iframes
  readonly log: EventLog
  readonly view: ReadonlySignal<HostView>
  readonly status: ReadonlySignal<TransportStatus>
  /** By reason, largest first. */
  readonly drops: ReadonlySignal<readonly (readonly [reason: string, count: number])[]>
  /** The head unit's own settings are on screen, in the place of the wall. */
  readonly settingsOpen = signal(false)
  /** An app dials (W 10.2); until the user has seen it. */
  readonly call = signal<{ readonly idApp: string | undefined; readonly number: string } | undefined>(
    undefined,
  )
  /** Switched off; only a new head unit helps (W 9.5). */
  readonly off = signal(false)
  readonly deck: ScenarioDeck
  /** No two of a page are the same. */
  readonly id = nextId++
  #credentials: Credentials
  #memory: VehicleMemory
  #delaySeconds = signal(0)
  #transport: MqttTransport
  #network: SlowTransport
  #cancelKeep: (() => void) | undefined
  #frameDrops = signal<Readonly<Record<string, number>>>({})
  #refreshing = false
  #refreshAgain = false
  #cancelRetry = () => {}
  #stopped = false

  constructor(vehicle: VehicleView, credentials: Credentials, log: EventLog) {
    this.#credentials = credentials
    this.log = log
    const status = signal<TransportStatus>({ state: 'connecting', text: 'Connecting.' })
    this.status = status
    this.#transport = this.#createTransport(vehicle, status)
    this.#network = new SlowTransport(this.#transport, systemClock, () => this.#wentOff())
    this.#memory = new VehicleMemory(vehicle.vin)
    this.#delaySeconds.value = this.#memory.readDelaySeconds()
    this.#network.delaySeconds = this.#delaySeconds.value
    this.iframes = new Iframes({
      receive: (idApp, data) => this.host.receiveFromFrame(idApp, data),
      onDrop: (idApp, reason, count) => this.#countFrameDrops(idApp, reason, count),
      onBroken: (idApp) => this.host.reportBrokenFrame(idApp),
    })
    this.host = new Host({
      vin: vehicle.vin,
      root: vehicle.root,
      apps: vehicle.apps,
      withoutPackage: vehicle.withoutPackage,
      clock: systemClock,
      transport: this.#network,
      frames: this.iframes,
      reports: vehicle.reports ?? false,
      vehicle: this.#memory.readSignals(),
      guidance: this.#memory.readGuidance(),
      notifications: this.#memory.readNotifications(),
      onNotificationsChanged: (entries) => this.#memory.writeNotifications(entries),
      log: (entry) => this.#log(entry),
    })
    const view = signal(this.host.view)
    this.host.subscribe((changed) => {
      const before = view.value
      view.value = changed
      this.#follow(before, changed)
    })
    this.view = view
    this.deck = new ScenarioDeck(this.host, systemClock, ({ atSeconds, note }) =>
      this.#note('scenario_note', `${formatTime(atSeconds)} ${note}`),
    )
    const scenario = this.#memory.readScenario()
    if (scenario) this.deck.resume(scenario)
    const recording = this.#memory.readRecording()
    if (recording) this.deck.record(recording)
    this.#restoreScreen()
    window.addEventListener('pagehide', this.#leave)
    this.drops = computed(() =>
      Object.entries({ ...view.value.drops, ...this.#frameDrops.value }).sort(([, a], [, b]) => b - a),
    )
  }

  /** Ends a wait for the next attempt; takes the vehicle back after it was opened elsewhere. */
  connectNow(): void {
    this.#transport.connectNow()
  }

  /** Asks the server for the vehicle's apps again; once more if asked meanwhile. */
  async refresh(): Promise<void> {
    this.#refreshAgain = true
    if (this.#refreshing) return
    this.#refreshing = true
    while (this.#refreshAgain && !this.#stopped) {
      this.#refreshAgain = false
      await this.#fetchApps()
    }
    this.#refreshing = false
  }

  /** From the settings to the wall; else as the host has it. */
  pressBack(): void {
    const { popup } = this.view.value
    if (this.settingsOpen.value && !popup) this.#setSettings(false)
    else this.host.pressBack()
  }

  pressHome(): void {
    this.#setSettings(false)
    this.host.pressHome()
  }

  openSettings(): void {
    this.host.pressHome()
    this.#setSettings(true)
  }

  /** Seconds that each message takes, each way; 0: the network is not slow. */
  get delaySeconds(): number {
    return this.#delaySeconds.value
  }

  setDelay(seconds: number): void {
    this.#network.delaySeconds = seconds
    this.#delaySeconds.value = seconds
    this.#memory.writeDelaySeconds(seconds)
  }

  stop(): void {
    this.#stopped = true
    window.removeEventListener('pagehide', this.#leave)
    this.#leave()
    this.#cancelRetry()
    this.deck.stop()
    this.host.stop()
    this.iframes.stop()
  }

  /** The host has switched itself off: what a car forgets with that is forgotten. */
  #wentOff(): void {
    if (this.#stopped) return
    this.#keepNow()
    this.#memory.forgetTab()
    this.deck.stop()
    this.off.value = true
  }

  #restoreScreen(): void {
    const { module, app, center, settings } = this.#memory.readScreen()
    if (app !== undefined) this.host.openApp(app)
    else if (center?.open) this.host.openCenter()
    else if (settings) this.settingsOpen.value = true
    if (module === 'navigation' || module === 'media') this.host.showModule(module)
  }

  #follow(before: HostView, view: HostView): void {
    if (view.module !== 'web' || view.app !== undefined || view.center.open) this.settingsOpen.value = false
    if (this.#stopped || this.off.value) return
    if (view.module !== before.module || view.app !== before.app || view.center !== before.center)
      this.#keepScreen()
    const isSame = view.vehicle === before.vehicle && view.guidance === before.guidance
    if (isSame || this.#cancelKeep) return
    this.#cancelKeep = systemClock.after(keepMilliseconds, this.#keepNow)
  }

  #setSettings(open: boolean): void {
    this.settingsOpen.value = open
    this.#keepScreen()
  }

  #keepScreen(): void {
    if (this.off.value) return
    const { module, app, center } = this.host.view
    this.#memory.writeScreen({ module, app, center, settings: this.settingsOpen.value })
  }

  /** What all tabs share only if something has changed: another tab may have this vehicle now. */
  #keepNow = () => {
    if (this.off.value) return
    this.#memory.writeGuidance(this.host.keptGuidance)
    this.#memory.writeScenario(this.deck.kept)
    if (!this.#cancelKeep) return
    this.#cancelKeep()
    this.#cancelKeep = undefined
    this.#memory.writeSignals(this.host.view)
  }

  /** A recording may be long: it is written down for the next document only, not as it grows. */
  #leave = () => {
    this.#keepNow()
    if (!this.off.value) this.#memory.writeRecording(this.deck.keptRecording)
  }

  #log(entry: LogEntry): void {
    this.log.add(entry)
    if (entry.kind !== 'phone_call') return
    // The host has the number only when it has written this.
    queueMicrotask(() => {
      this.call.value = { idApp: entry.idApp, number: this.host.view.call ?? '' }
    })
  }

  #createTransport(vehicle: VehicleView, status: Signal<TransportStatus>): MqttTransport {
    return new MqttTransport({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`,
      vin: vehicle.vin,
      password: this.#credentials.password,
      root: vehicle.root,
      onNotice: () => this.refresh(),
      onSignals: (change) => this.host.setVehicle(change),
      onReports: (isWanted) => this.host.useReports(isWanted),
      onStatus: (changed) => {
        // A notice may have passed while there was no connection.
        if (changed.state === 'connected' && status.value.state !== 'connected') this.refresh()
        if (changed.text !== status.value.text) this.#note('connection', changed.text)
        status.value = changed
      },
    })
  }

  async #fetchApps(): Promise<void> {
    this.#cancelRetry()
    const answer = await fetchVehicle(this.#credentials)
    if (this.#stopped) return
    if (answer.kind === 'vehicle') {
      this.host.setApps(answer.vehicle.apps, answer.vehicle.withoutPackage)
      this.host.useReports(answer.vehicle.reports ?? false)
      return
    }
    const text = answer.kind === 'away' ? answer.text : 'The server refuses VIN and password.'
    this.#note('wall_not_refreshed', `The wall could not be refreshed. ${text}`)
    if (answer.kind === 'refused') return
    this.#cancelRetry = systemClock.after(refreshRetryMilliseconds, () => this.refresh())
  }

  #countFrameDrops(idApp: string, reason: FrameDropReason, count: number): void {
    const drops = this.#frameDrops.value
    this.#frameDrops.value = { ...drops, [reason]: (drops[reason] ?? 0) + count }
    const text = `${count === 1 ? 'A message' : `${count} messages`} of the app dropped. ${dropTexts[reason]}`
    this.#write({ kind: 'dropped', idApp, text, reason })
  }

  #note(kind: string, text: string): void {
    this.#write({ kind, idApp: undefined, text })
  }

  #write(entry: Omit<LogEntry, 'at' | 'direction'>): void {
    this.log.add({ at: systemClock.now(), direction: 'note', ...entry })
  }
}
