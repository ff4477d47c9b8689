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
import { fetchVehicle } from './vehicle-api.ts'

const refreshRetryMilliseconds = 5_000

/** Sentences for drops, the host's and those of this page. */
export const dropTexts: Readonly<Record<string, string>> = {
  ...dropReasons,
  frame_flood: 'The app posts more messages than the page takes; the excess is dropped unread.',
  frame_origin_other: 'The frame shows a document that is not of the app’s own origin.',
} satisfies Record<FrameDropReason, string> & Record<string, string>

/** One vehicle on this screen: the host with its frames and its connection, for the components to read. */
export class HeadUnit {
  readonly host: Host
  readonly iframes: Iframes
  readonly log: EventLog
  readonly view: ReadonlySignal<HostView>
  readonly status: ReadonlySignal<TransportStatus>
  /** By reason, largest first. */
  readonly drops: ReadonlySignal<readonly (readonly [reason: string, count: number])[]>
  #credentials: Credentials
  #transport: MqttTransport
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
    this.iframes = new Iframes({
      receive: (idApp, data) => this.host.receiveFromFrame(idApp, data),
      onDrop: (idApp, reason, count) => this.#countFrameDrops(idApp, reason, count),
      onBroken: (idApp) => this.host.reportBrokenFrame(idApp),
    })
    this.host = new Host({
      vin: vehicle.vin,
      root: vehicle.root,
      apps: vehicle.apps,
      clock: systemClock,
      transport: this.#transport,
      frames: this.iframes,
      log: (entry) => log.add(entry),
    })
    const view = signal(this.host.view)
    this.host.subscribe((changed) => {
      view.value = changed
    })
    this.view = view
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

  stop(): void {
    this.#stopped = true
    this.#cancelRetry()
    this.host.stop()
    this.iframes.stop()
  }

  #createTransport(vehicle: VehicleView, status: Signal<TransportStatus>): MqttTransport {
    return new MqttTransport({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`,
      vin: vehicle.vin,
      password: this.#credentials.password,
      root: vehicle.root,
      onNotice: () => this.refresh(),
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
      this.host.setApps(answer.vehicle.apps)
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
