import type { FrameEvent, FrameState, HostMessage, PendingEntry } from '@pillion/schema'
import { type HostState, isDriving } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import type { Frames } from './ports/frames.ts'

/** The one way from the host to the frames: everything an app gets is posted and logged here. */
export class AppFrames {
  #host: HostState
  #frames: Frames
  #shown: string | undefined

  constructor(host: HostState, frames: Frames) {
    this.#host = host
    this.#frames = frames
  }

  open(app: HostedApp): void {
    this.#frames.open(app.about, this.#stateOf(app))
  }

  show(idApp: string | undefined): void {
    if (idApp === this.#shown) return
    this.#shown = idApp
    this.#frames.show(idApp)
  }

  close(app: HostedApp): void {
    this.#frames.close(app.idApp)
  }

  /** To the instance there is, shown or hidden; without one the message is void (W 5.2). */
  post(app: HostedApp, message: HostMessage): void {
    if (!app.instance) return
    this.#host.journal.write({
      direction: 'out',
      kind: 'app_message',
      idApp: app.idApp,
      text: message.type,
      detail: message,
    })
    this.#frames.post(app.idApp, message)
  }

  /** Before `ready` there is no listener yet; the state and the pending entries go out again when it comes. */
  sendState(app: HostedApp): void {
    if (app.instance?.ready) this.#frames.post(app.idApp, { pillion: 'state', state: this.#stateOf(app) })
  }

  sendStateToAll(): void {
    for (const app of this.#host.wall) this.sendState(app)
  }

  sendPending(app: HostedApp, entries: readonly PendingEntry[]): void {
    if (!app.instance?.ready || entries.length === 0) return
    this.#frames.post(app.idApp, { pillion: 'pending', entries: [...entries] })
  }

  fire(app: HostedApp, event: FrameEvent): void {
    if (!app.instance?.ready) return
    const text = `${event.emitter} ${event.name}`
    this.#host.journal.write({ direction: 'out', kind: 'event', idApp: app.idApp, text })
    this.#frames.post(app.idApp, { pillion: 'event', event })
  }

  /** To every app with a frame. One that is still loading has already read the old value, so it hears of the new one too. */
  fireToAll(event: FrameEvent): void {
    for (const app of this.#host.wall) this.fire(app, event)
  }

  #stateOf(app: HostedApp): FrameState {
    const { vehicle } = this.#host
    // What is not to be told is not in the frame: an app could read past the getters (W 9.2).
    const isPrivate = vehicle.privacyMode === 'Private'
    return {
      idApp: app.idApp,
      launched: app.state !== 'installed' && app.state !== 'loading',
      vin: isPrivate ? '' : this.#host.vin,
      privacyMode: vehicle.privacyMode,
      online: this.#host.connected,
      focus: this.#host.module === 'web',
      speedKmh: isPrivate ? 0 : vehicle.speedKmh,
      driving: isDriving(this.#host),
      language: vehicle.language,
      country: vehicle.country,
    }
  }
}
