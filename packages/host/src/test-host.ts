import { type FakeApp, FakeFrames, ManualClock, MemoryTransport } from '@pillion/testkit'
import { Host } from './host.ts'
import type { HostOptions } from './host-options.ts'
import type { AppState, LogEntry } from './view.ts'

export const VIN = '0123456789ABCDEFG'
export const ROOT = 'psa/OVIPPartners-Dev'

/** Apps of partner P, as many as there may be loaded and one more, and one of partner Q. */
export const [alpha, beta, gamma, delta, other] = [
  { idApp: 'alpha', name: 'Alpha', uid: 'P', url: 'http://alpha.test/1/', drivingMode: true },
  { idApp: 'beta', name: 'Beta', uid: 'P', url: 'http://beta.test/1/', drivingMode: true },
  { idApp: 'gamma', name: 'Gamma', uid: 'P', url: 'http://gamma.test/1/', drivingMode: true },
  { idApp: 'delta', name: 'Delta', uid: 'P', url: 'http://delta.test/1/', drivingMode: true },
  { idApp: 'other', name: 'Other', uid: 'Q', url: 'http://other.test/1/', drivingMode: true },
] as const

/** A host under test: connected, on a manual clock, with frames and a broker played by the test. */
export class TestHost {
  readonly clock = new ManualClock()
  readonly frames = new FakeFrames()
  readonly transport = new MemoryTransport()
  readonly log: LogEntry[] = []
  readonly host: Host

  constructor(options: Partial<HostOptions> = {}) {
    this.host = new Host({
      vin: VIN,
      root: ROOT,
      apps: [alpha, beta, gamma, delta, other],
      clock: this.clock,
      transport: this.transport,
      frames: this.frames,
      log: (entry) => this.log.push(entry),
      ...options,
    })
    this.frames.receive = (idApp, data) => this.host.receiveFromFrame(idApp, data)
    this.transport.connect()
  }

  stateOf(idApp: string): AppState | undefined {
    return this.host.view.apps.find((app) => app.idApp === idApp)?.state
  }

  pendingOf(idApp: string): number | undefined {
    return this.host.view.apps.find((app) => app.idApp === idApp)?.pending
  }

  /** Opens the app and lets it announce itself. What it got so far is forgotten. */
  launch(idApp: string): FakeApp {
    this.host.openApp(idApp)
    const app = this.frames.get(idApp)
    app.load()
    app.announce()
    forget(app)
    return app
  }

  /** Launches the app and leaves it for the wall. */
  launchHidden(idApp: string): FakeApp {
    const app = this.launch(idApp)
    this.host.pressHome()
    forget(app)
    return app
  }

  /** An applicative message from partner P. */
  send(idApp: string, content: unknown, subtopic = ''): void {
    this.receive({ idApp, popup: false, content }, subtopic)
  }

  /** A popup message from partner P. */
  sendPopup(idApp: string, fields: Record<string, unknown> = {}): void {
    this.receive({ idApp, popup: true, popupText: 'Hello', ...fields })
  }

  /** Any payload from partner P. */
  receive(payload: unknown, subtopic = ''): void {
    this.transport.deliver(`${ROOT}/to/uid/P/opa/${VIN}/${subtopic}`, payload)
  }

  reasons(kind: 'dropped' | 'ignored'): (string | undefined)[] {
    return this.log.filter((entry) => entry.kind === kind).map((entry) => entry.reason)
  }
}

export function forget(app: FakeApp): void {
  app.messages.length = 0
  app.happened.length = 0
}
