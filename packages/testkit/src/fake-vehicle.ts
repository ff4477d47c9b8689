import { Host, type LogEntry, MqttTransport, systemClock, type TransportStatus } from '@pillion/host'
import type { VehicleApp } from '@pillion/schema'
import type { AppScript, FakeApp } from './fake-app.ts'
import { FakeFrames } from './fake-frames.ts'
import { waitUntil } from './wait-until.ts'

export interface FakeVehicleOptions {
  /** `mqtt(s)://…` or `ws(s)://…/mqtt` */
  readonly url: string
  readonly vin: string
  readonly password: string
  readonly apps: readonly VehicleApp[]
  /** Topic root (W 2.3). */
  readonly root?: string
  /** By `idApp`; an app without one announces itself and does nothing more. */
  readonly scripts?: Readonly<Record<string, AppScript>>
  /** PEM of the authority that vouches for the broker. */
  readonly caPem?: string
  /** How long `connect` waits; by default 5,000. */
  readonly connectMilliseconds?: number
  readonly onNotice?: () => void
  readonly log?: (entry: LogEntry) => void
}

/** A head unit without a screen: the real host and its real connection to a real broker, with apps in plain JavaScript. */
export class FakeVehicle {
  readonly host: Host
  readonly frames: FakeFrames
  readonly transport: MqttTransport
  /** What the host logged, oldest first. */
  readonly log: LogEntry[] = []

  private constructor(options: FakeVehicleOptions) {
    const { url, vin, password, apps, root, caPem, onNotice, log } = options
    const announce = Object.fromEntries(apps.map(({ idApp }) => [idApp, (app: FakeApp) => app.announce()]))
    this.frames = new FakeFrames({ ...announce, ...options.scripts })
    this.transport = new MqttTransport({
      url,
      vin,
      password,
      ...(root === undefined ? {} : { root }),
      ...(caPem === undefined ? {} : { caPem }),
      ...(onNotice === undefined ? {} : { onNotice }),
    })
    this.host = new Host({
      vin,
      apps,
      clock: systemClock,
      transport: this.transport,
      frames: this.frames,
      ...(root === undefined ? {} : { root }),
      log: (entry) => {
        this.log.push(entry)
        log?.(entry)
      },
    })
    this.frames.receive = (idApp, data) => this.host.receiveFromFrame(idApp, data)
  }

  /** Resolves when the broker has taken the sign-in and the subscription; rejects with the broker's reason if it refuses, and with the last failure when the time is over. */
  static async connect(options: FakeVehicleOptions): Promise<FakeVehicle> {
    const vehicle = new FakeVehicle(options)
    const { transport } = vehicle
    try {
      await waitUntil(
        'the connection to the broker',
        () => isConnected(transport.status),
        options.connectMilliseconds,
      )
    } catch (error) {
      const { text } = transport.status
      vehicle.close()
      throw new Error(`${vehicle.host.view.vin} is not connected: ${text}`, { cause: error })
    }
    return vehicle
  }

  /** Taps the app's icon; resolves when it is on screen. */
  async open(idApp: string): Promise<FakeApp> {
    this.host.openApp(idApp)
    await waitUntil(`${idApp} on screen`, () => this.frames.shown === idApp)
    return this.frames.get(idApp)
  }

  close(): void {
    this.host.stop()
  }
}

function isConnected({ state, text }: TransportStatus): boolean {
  if (state === 'refused' || state === 'taken_over') throw new Error(text)
  return state === 'connected'
}
