import { type Clock, type Frames, systemClock } from '@pillion/host'
import type { FrameState, HostMessage, HostToFrame, VehicleApp } from '@pillion/schema'
import { callSafely, MemoryStorage } from './app-window.ts'
import { type AppScript, FakeApp } from './fake-app.ts'

/**
 * A screen without a browser: each frame holds a `FakeApp`. With a script for its id an app loads by itself,
 * in a microtask; without one the test calls `load` and the rest. What an app posts while the host is
 * posting to it reaches the host in a microtask, as `postMessage` would never call back either.
 */
export class FakeFrames implements Frames {
  /** The app on screen. */
  shown: string | undefined
  /** Every app ever opened, oldest first. */
  readonly opened: FakeApp[] = []
  /** Where frames post to: `(idApp, data) => host.receiveFromFrame(idApp, data)`. */
  receive: (idApp: string, data: unknown) => void = () => {}
  #scripts: Readonly<Record<string, AppScript>>
  #clock: Clock
  #open = new Map<string, FakeApp>()
  /** By `idApp`; it outlasts the app's frame (W 4.2). */
  #storages = new Map<string, MemoryStorage>()
  #posting = 0

  /** Scripts by `idApp`; the clock of the apps' timers. */
  constructor(scripts: Readonly<Record<string, AppScript>> = {}, clock: Clock = systemClock) {
    this.#scripts = scripts
    this.#clock = clock
  }

  /** The app's open frame. */
  find(idApp: string): FakeApp | undefined {
    return this.#open.get(idApp)
  }

  /** @throws if the app has no frame */
  get(idApp: string): FakeApp {
    const app = this.#open.get(idApp)
    if (!app) throw new Error(`${idApp} has no frame.`)
    return app
  }

  open(about: VehicleApp, state: FrameState): void {
    if (this.#open.has(about.idApp)) throw new Error(`${about.idApp} already has a frame.`)
    const script = this.#scripts[about.idApp]
    const app = new FakeApp(about, structuredClone(state), {
      script,
      postToHost: (data) => this.#postToHost(app, data),
      storage: this.#storageOf(about.idApp),
      after: (milliseconds, callback) => this.#clock.after(milliseconds, callback),
    })
    this.#open.set(about.idApp, app)
    this.opened.push(app)
    if (script) queueMicrotask(() => callSafely(() => app.load()))
  }

  post(idApp: string, message: HostMessage | HostToFrame): void {
    this.#posting += 1
    try {
      this.#open.get(idApp)?.take(structuredClone(message))
    } finally {
      this.#posting -= 1
    }
  }

  show(idApp: string | undefined): void {
    this.shown = idApp
  }

  close(idApp: string): void {
    this.#open.get(idApp)?.close()
    this.#open.delete(idApp)
  }

  #storageOf(idApp: string): MemoryStorage {
    const storage = this.#storages.get(idApp) ?? new MemoryStorage()
    this.#storages.set(idApp, storage)
    return storage
  }

  /** A frame that is gone is no source that the host knows, even for what it posted before. */
  #postToHost(app: FakeApp, data: unknown): void {
    const pass = () => {
      if (app.open) this.receive(app.about.idApp, data)
    }
    if (this.#posting > 0) queueMicrotask(pass)
    else pass()
  }
}
