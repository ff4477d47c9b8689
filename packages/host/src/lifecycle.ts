import type { AppFrames } from './app-frames.ts'
import type { Deliveries } from './delivery.ts'
import type { HostState } from './host-state.ts'
import type { Held, HostedApp } from './hosted-app.ts'
import type { AppState, Module } from './view.ts'

/** What depends on an app's being on screen, or there at all. */
export interface LifecycleEvents {
  /** The app is about to be told that it loses the screen or has to go. */
  leaving(app: HostedApp): void
  /** The app's document goes, is gone, or was replaced by another; may come more than once for one. */
  ended(app: HostedApp): void
}

/** The states of every app and the transitions of W 4.2, cited by their rows. */
export class Lifecycle {
  #host: HostState
  #frames: AppFrames
  #deliveries: Deliveries
  #events: LifecycleEvents
  #shownOrder = 0

  constructor(host: HostState, frames: AppFrames, deliveries: Deliveries, events: LifecycleEvents) {
    this.#host = host
    this.#frames = frames
    this.#deliveries = deliveries
    this.#events = events
  }

  /** Rows 2, 8 and 9: brings the app to the screen, whatever was there. */
  open(app: HostedApp): void {
    if (this.#host.shuttingDown) return
    this.#host.failure = undefined
    this.#host.center = { open: false }
    // Before the app on screen is hidden: should that one have to go, it gets no onApplicationHide (row 10).
    if (app.state === 'installed') this.#makeRoom(app)
    const before = this.#host.front
    this.#host.front = app
    if (before !== app && before?.state === 'foreground') this.#hide(before)
    this.showModule('web')
    if (app.state === 'installed') this.#launch(app)
    else if (app.state === 'background') this.#show(app)
    else if (app.state === 'unloaded') app.relaunch = true
    this.#host.changed()
  }

  /** Brings the app to the screen and gives it what led there: after onApplicationShow, or when it has announced itself. */
  openWith(app: HostedApp, item: Held): void {
    const isThere = app.state === 'foreground' || app.state === 'background'
    if (!isThere) app.held.push(item)
    this.open(app)
    if (isThere) this.#give(app, item)
  }

  /** Row 6. From another module it leads to the wall, too. */
  pressHome(): void {
    const app = this.#host.front
    if (app?.state === 'foreground') this.#frames.fire(app, { emitter: 'HMI', name: 'homeBtnClick' })
    this.showWall()
    this.showModule('web')
  }

  /** Rows 5 and 6 without the Home button: the wall takes the place of the app. */
  showWall(): void {
    const app = this.#host.front
    this.#host.front = undefined
    this.#host.failure = undefined
    this.#host.center = { open: false }
    if (app?.state === 'foreground') this.#hide(app)
    this.#host.changed()
  }

  /** Row 7; row 9 when the web module comes back. */
  showModule(module: Module): void {
    const before = this.#host.module
    if (module === before) return
    this.#host.module = module
    this.#host.changed()
    if (module !== 'web' && before !== 'web') return
    this.#frames.sendStateToAll()
    this.#fireFocus(module === 'web' ? 'show' : 'hide')
    const { front } = this.#host
    if (front?.state === 'foreground') this.#hide(front)
    else if (front?.state === 'background') this.#show(front)
  }

  /** A document of the app has its globals; a second one in the same frame means that the app reloaded itself (row 12). */
  documentReady(app: HostedApp): void {
    if (!app.instance) return
    if (app.state === 'unloaded') {
      // Made in the grace, it goes with it. It has no copy of the buffer, so what it fetched would be less than it says.
      app.instance.ready = false
      return
    }
    if (app.instance.ready) this.#startLoading(app)
    app.instance.ready = true
    this.#frames.sendState(app)
    this.#frames.sendPending(app, app.pending.entries)
  }

  /** The app posted onApplicationLoaded: row 3; row 5 if the user has left it meanwhile. */
  announce(app: HostedApp): void {
    if (app.state !== 'loading') {
      this.#host.journal.ignore('app_already_loaded', app.idApp, undefined)
      return
    }
    app.cancelTimer()
    const onScreen = this.#host.front === app && this.#host.module === 'web'
    this.#move(app, onScreen ? 'foreground' : 'background')
    this.#frames.sendState(app)
    // Once to every app that announced itself; behind another module it comes with the module's return (W 9.4).
    if (this.#host.module === 'web') this.#frames.fire(app, { emitter: 'HMI.WebBrowser', name: 'show' })
    if (app.updated) this.#frames.post(app, { type: 'WebPortal.onApplicationUpdated' })
    app.updated = false
    for (const item of app.held.splice(0)) this.#give(app, item)
  }

  /** The frame shows no document of the app, so nothing of it runs: it ends as in row 4. */
  frameBroke(app: HostedApp): void {
    if (!app.instance || app.state === 'unloaded') return
    const what = app.instance.ready ? 'went to a page that cannot be shown' : 'could not be loaded'
    this.#fail(app, 'app_frame_broke', `${app.about.name} ${what}.`)
  }

  /** Unloads the app and starts it again in the same place; an app that does not run is opened. */
  reload(app: HostedApp): void {
    if (app.state === 'installed') this.open(app)
    else if (app.state === 'unloaded') app.relaunch = true
    else this.#unload(app, true)
  }

  /** Row 11. An app that does not run hears of the update when it next does. */
  update(app: HostedApp): void {
    app.updated = true
    if (isLoaded(app)) this.#unload(app, true)
  }

  /** Row 10: the app is no longer on the wall, and nothing for it is kept. */
  remove(app: HostedApp): void {
    this.#deliveries.discard(app, 'app_removed')
    app.held = []
    app.relaunch = false
    if (this.#host.front === app) this.#host.front = undefined
    if (isLoaded(app)) this.#unload(app, false)
  }

  /** Row 10 for all; from OnShutDown on nothing is started any more (W 9.5). */
  shutDown(): void {
    for (const app of this.#host.wall) if (isLoaded(app)) this.#unload(app, false)
  }

  /** Takes every frame away at once. */
  stop(): void {
    for (const app of this.#host.apps.values()) if (app.instance) this.#close(app)
  }

  /** Rows 2 and 11. */
  #launch(app: HostedApp): void {
    this.#makeRoom(app)
    app.relaunch = false
    // One that is started again out of sight was not shown for that.
    if (this.#host.front === app) app.shownOrder = ++this.#shownOrder
    this.#startLoading(app)
    this.#frames.open(app)
  }

  #startLoading(app: HostedApp): void {
    const { clock, limits } = this.#host
    app.cancelTimer()
    this.#events.ended(app)
    app.instance = { ready: false, messageId: 0 }
    app.cancelTimer = clock.after(limits.loadTimeoutSeconds * 1000, () => this.#timeOut(app))
    this.#move(app, 'loading')
  }

  /** Row 4. */
  #timeOut(app: HostedApp): void {
    const seconds = this.#host.limits.loadTimeoutSeconds
    this.#fail(app, 'app_load_timeout', `${app.about.name} did not start within ${seconds} s.`)
  }

  #fail(app: HostedApp, kind: string, text: string): void {
    this.#host.journal.note(kind, app.idApp, text)
    this.#host.failure = { idApp: app.idApp, text }
    if (this.#host.front === app) this.#host.front = undefined
    this.#leave(app)
  }

  /** Row 9. */
  #show(app: HostedApp): void {
    app.shownOrder = ++this.#shownOrder
    this.#move(app, 'foreground')
    this.#frames.post(app, { type: 'WebPortal.onApplicationShow' })
  }

  /** Rows 6 to 8. The frame keeps running out of sight, so the app has its 100 ms to save and more. */
  #hide(app: HostedApp): void {
    this.#events.leaving(app)
    this.#frames.post(app, { type: 'WebPortal.onApplicationHide' })
    this.#move(app, 'background')
  }

  /** Row 10. An app that never announced itself goes without a word, as in row 4. */
  #unload(app: HostedApp, relaunch: boolean): void {
    if (!relaunch && this.#host.front === app) this.#host.front = undefined
    app.relaunch = relaunch
    if (app.state === 'loading') {
      this.#leave(app)
      return
    }
    this.#events.leaving(app)
    this.#frames.post(app, { type: 'WebPortal.onApplicationUnloaded' })
    this.#move(app, 'unloaded')
    this.#events.ended(app)
    app.cancelTimer = this.#host.clock.after(this.#host.limits.hideGraceMilliseconds, () => this.#leave(app))
  }

  #leave(app: HostedApp): void {
    this.#close(app)
    if (app.relaunch && !this.#host.shuttingDown) this.#launch(app)
    else for (const item of app.held.splice(0)) this.#keep(app, item)
  }

  #give(app: HostedApp, item: Held): void {
    if ('delivery' in item) this.#deliveries.deliver(app, item.delivery)
    else this.#frames.post(app, item.message)
  }

  /** It never announced itself: what may wait goes on waiting. */
  #keep(app: HostedApp, item: Held): void {
    if ('delivery' in item) this.#deliveries.keep(app, item.delivery)
    else this.#host.journal.drop('app_not_running', app.idApp, item.message)
  }

  #close(app: HostedApp): void {
    app.cancelTimer()
    this.#events.ended(app)
    app.instance = undefined
    this.#move(app, 'installed')
    this.#frames.close(app)
  }

  /** Unloads what was shown least recently until there is room for `app`; hidden apps go first. */
  #makeRoom(app: HostedApp): void {
    const loaded = this.#host.wall.filter((other) => other !== app && isLoaded(other))
    const excess = loaded.length + 1 - this.#host.limits.loadedAppsMax
    loaded.sort((a, b) => leaveRank[a.state] - leaveRank[b.state] || a.shownOrder - b.shownOrder)
    for (const other of loaded.slice(0, Math.max(0, excess))) this.#unload(other, false)
  }

  #fireFocus(name: 'show' | 'hide'): void {
    for (const app of this.#host.wall) {
      if (app.state === 'foreground' || app.state === 'background') {
        this.#frames.fire(app, { emitter: 'HMI.WebBrowser', name })
      }
    }
  }

  #move(app: HostedApp, state: AppState): void {
    this.#host.journal.note('app_state', app.idApp, `${app.state} → ${state}`)
    app.state = state
    const { front } = this.#host
    this.#frames.show(front?.state === 'foreground' ? front.idApp : undefined)
    this.#host.changed()
  }
}

const leaveRank: Record<AppState, number> = {
  background: 0,
  loading: 1,
  foreground: 2,
  unloaded: 3,
  installed: 3,
}

function isLoaded(app: HostedApp): boolean {
  return app.state === 'loading' || app.state === 'background' || app.state === 'foreground'
}
