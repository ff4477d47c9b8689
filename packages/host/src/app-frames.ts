import type { FrameEvent, FrameState, HostMessage, PendingEntry } from '@pillion/schema'
import { type HostState, isDriving } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import type { Frames } from './ports/frames.ts'
import { withhold } from './withhold.ts'

interface HeldItem {
  readonly what: HostMessage | FrameEvent
  act(): void
}

/** The one way from the host to the frames: everything an app gets is posted and logged here. */
export class AppFrames {
  #host: HostState
  #frames: Frames
  #shown: string | undefined
  /** What waits for the app whose field has the virtual keyboard (W 6.7), in order. */
  #held: { readonly app: HostedApp; readonly items: HeldItem[] } | undefined

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
    if (this.#hold(app, () => this.post(app, message), message)) return
    this.#host.journal.write({
      direction: 'out',
      kind: 'app_message',
      idApp: app.idApp,
      text: message.type,
      detail: message,
    })
    try {
      this.#frames.post(app.idApp, message)
    } catch (error) {
      if (!isOfCloning(error)) throw error
      // What came out of a frame need not go into another: a port, for instance, can be handed on only once.
      this.#host.journal.drop('content_not_cloneable', app.idApp, String(error))
    }
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
    if (this.#hold(app, () => this.fire(app, event), event)) return
    const text = `${event.emitter} ${event.name}`
    this.#host.journal.write({ direction: 'out', kind: 'event', idApp: app.idApp, text })
    this.#frames.post(app.idApp, { pillion: 'event', event })
  }

  /** To every app with a frame. One that is still loading has already read the old value, so it hears of the new one too. */
  fireToAll(event: FrameEvent): void {
    for (const app of this.#host.wall) this.fire(app, event)
  }

  /** The virtual keyboard has closed, or does not open. */
  sendKeyboard(app: HostedApp, text: string | undefined): void {
    if (app.instance?.ready) this.#frames.post(app.idApp, { pillion: 'keyboard', text })
  }

  /** W 14; at once, for it says what the frame script is not to wait for. */
  sendPopupRefused(app: HostedApp, id: number): void {
    if (app.instance?.ready) this.#frames.post(app.idApp, { pillion: 'popupRefused', id })
  }

  /** From now on the app gets no message and no event, until `release`. Its getters and its pending buffer are kept up to date. */
  hold(app: HostedApp): void {
    if (this.#held?.app !== app) this.#held = { app, items: [] }
  }

  release(): void {
    const items = this.#held?.items ?? []
    this.#held = undefined
    for (const { act } of items) act()
  }

  /** The document for which it waited is gone. Returns what it was, oldest first. */
  discard(): readonly (HostMessage | FrameEvent)[] {
    const items = this.#held?.items ?? []
    this.#held = undefined
    return items.map(({ what }) => what)
  }

  #hold(app: HostedApp, act: () => void, what: HeldItem['what']): boolean {
    if (this.#held?.app !== app) return false
    if (this.#held.items.length < this.#host.limits.keyboardHeldMax) this.#held.items.push({ act, what })
    else this.#host.journal.drop('keyboard_overflow', app.idApp, what)
    return true
  }

  #stateOf(app: HostedApp): FrameState {
    const { vehicle, vin, connected, module, limits } = this.#host
    const { popupDisplayed, virtualKeyboard, pendingErrorThrows } = this.#host
    const { network: _, ...signals } = withhold(vehicle)
    return {
      ...signals,
      idApp: app.idApp,
      launched: app.state !== 'installed' && app.state !== 'loading',
      vin: vehicle.privacyMode === 'Private' ? '' : vin,
      online: connected,
      focus: module === 'web',
      driving: isDriving(this.#host),
      popupDisplayed,
      virtualKeyboard,
      pendingErrorThrows,
      pendingMax: limits.pendingMax,
    }
  }
}

/** What `postMessage` throws: the content has no copy, or nests too deep for one. */
function isOfCloning(error: unknown): boolean {
  return error instanceof DOMException || error instanceof RangeError
}
