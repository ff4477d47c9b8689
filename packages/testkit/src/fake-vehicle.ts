import { type Clock, Host, type HostLimits, type LogEntry, type Transport } from '@pillion/host'
import type { AppWithoutPackage, VehicleApp, VehicleSignals } from '@pillion/schema'
import type { AppScript, FakeApp } from './fake-app.ts'
import { FakeFrames } from './fake-frames.ts'
import { waitUntil } from './wait-until.ts'

export interface FakeVehicleOptions {
  readonly vin: string
  readonly apps: readonly FakeVehicleApp[]
  /** The vehicle is subscribed to these as well, and nothing was installed for them yet. */
  readonly withoutPackage?: readonly AppWithoutPackage[]
  /** By `idApp`; an app without one announces itself and does nothing more. */
  readonly scripts?: Readonly<Record<string, AppScript>>
  /** What the vehicle says of itself at first; later `host.setVehicle`. */
  readonly signals?: Partial<VehicleSignals>
  /** The constants of W 16. */
  readonly limits?: Partial<HostLimits>
  /** Does the server want to know what becomes of messages? By default no. */
  readonly reports?: boolean
  readonly log?: (entry: LogEntry) => void
}

/** By default an app is called as its id, and may be used while driving. */
export type FakeVehicleApp = Pick<VehicleApp, 'idApp' | 'uid'> & Partial<VehicleApp>

/** A head unit without a screen: the real host, with apps in plain JavaScript. */
export class FakeVehicle {
  /** What the user and the vehicle do: `pressOk`, `pressHome`, `setVehicle` …; what is on screen: `view`. */
  readonly host: Host
  readonly frames: FakeFrames
  /** What the host logged, oldest first. */
  readonly log: LogEntry[] = []

  constructor(
    options: FakeVehicleOptions,
    parts: { readonly clock: Clock; readonly transport: Transport; readonly root: string | undefined },
  ) {
    const { vin, withoutPackage = [], signals, limits, reports = false, log } = options
    const { clock, transport, root } = parts
    const apps = options.apps.map(withDefaults)
    const announce = Object.fromEntries(apps.map(({ idApp }) => [idApp, (app: FakeApp) => app.announce()]))
    this.frames = new FakeFrames({ ...announce, ...options.scripts }, clock)
    this.host = new Host({
      vin,
      apps,
      withoutPackage,
      clock,
      transport,
      frames: this.frames,
      reports,
      ...(root === undefined ? {} : { root }),
      ...(signals === undefined ? {} : { vehicle: signals }),
      ...(limits === undefined ? {} : { limits }),
      log: (entry) => {
        this.log.push(entry)
        log?.(entry)
      },
    })
    this.frames.receive = (idApp, data) => this.host.receiveFromFrame(idApp, data)
  }

  get vin(): string {
    return this.host.view.vin
  }

  /**
   * Taps the app's icon; resolves when it is on screen.
   * @throws TypeError if there is no such app, Error if it is not there within 5 s of real time
   */
  async open(idApp: string, deadlineMilliseconds?: number): Promise<FakeApp> {
    if (!this.host.view.apps.some((app) => app.idApp === idApp))
      throw new TypeError(`${this.vin} has no app ${idApp}.`)
    this.host.openApp(idApp)
    // An app that needs no time has none to wait for.
    await new Promise((resolve) => setImmediate(resolve))
    const what = `${idApp} on screen, which needs its onApplicationLoaded; its timers need the clock to advance`
    await waitUntil(what, () => this.frames.shown === idApp, deadlineMilliseconds)
    return this.frames.get(idApp)
  }

  close(): void {
    this.host.stop()
  }
}

function withDefaults(app: FakeVehicleApp): VehicleApp {
  return { name: app.idApp, url: `http://${app.idApp}.test/`, drivingMode: true, ...app }
}
