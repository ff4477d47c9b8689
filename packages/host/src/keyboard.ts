import type { AppFrames } from './app-frames.ts'
import type { Deliveries } from './delivery.ts'
import type { HostState } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import type { KeyboardView } from './view.ts'

/**
 * The virtual keyboard (W 6.7): over the whole screen while a text field of the app on screen has the focus. Until it closes the
 * app receives nothing; then everything, in order.
 */
export class Keyboard {
  #host: HostState
  #frames: AppFrames
  #deliveries: Deliveries

  constructor(host: HostState, frames: AppFrames, deliveries: Deliveries) {
    this.#host = host
    this.#frames = frames
    this.#deliveries = deliveries
  }

  /** Is there one? Without it text fields are for the keyboard of the machine. */
  use(isVirtual: boolean): void {
    if (isVirtual === this.#host.virtualKeyboard) return
    this.#host.virtualKeyboard = isVirtual
    if (!isVirtual) this.close(undefined)
    this.#frames.sendStateToAll()
    this.#host.changed()
  }

  /** Only for the app on screen: where nobody looks nobody types. */
  open(app: HostedApp, field: Omit<KeyboardView, 'idApp'>): void {
    if (app.state !== 'foreground' || !this.#host.virtualKeyboard || this.#host.shuttingDown) {
      this.#frames.sendKeyboard(app, undefined)
      return
    }
    this.#host.keyboard = { idApp: app.idApp, ...field }
    this.#frames.hold(app)
    this.#host.changed()
  }

  /** `text`: what the field holds now; undefined if it stays as it was. */
  close(text: string | undefined): void {
    const app = this.#host.apps.get(this.#host.keyboard?.idApp ?? '')
    if (!this.#host.keyboard || !app) return
    this.#host.keyboard = undefined
    this.#host.changed()
    this.#frames.sendKeyboard(app, text)
    this.#frames.release()
  }

  /** The app is about to lose the screen; it hears of that in its turn. */
  leave(app: HostedApp): void {
    if (this.#host.keyboard?.idApp === app.idApp) this.close(undefined)
  }

  /** Its document is gone, and with it what waited for it; but what its partner sent is kept for the next one (W 6.2). */
  forget(app: HostedApp): void {
    if (this.#host.keyboard?.idApp !== app.idApp) return
    this.#host.keyboard = undefined
    for (const what of this.#frames.discard()) {
      if ('type' in what && what.type === 'WebPortal.onCurrentNotificationReceived')
        this.#deliveries.keep(app, what)
    }
    this.#host.changed()
  }
}
