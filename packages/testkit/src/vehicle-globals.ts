import {
  createEmitters,
  createVehicleGlobals as createInjected,
  createLegacyPopups,
  createWebPortal,
  type Emitters,
  fire,
  type LegacyPopups,
  Pending,
  removeOtherWaves,
  type StateHolder,
  type WebPortal,
} from '@pillion/frame/globals'
import type { FrameEvent, FrameState, FrameToHost, PendingEntry } from '@pillion/schema'

/** What the head unit injects into an app's window, by the code that does it in the vehicle (W 5.3, 10). */
export type VehicleGlobals = ReturnType<typeof createInjected> & { readonly WebPortal: WebPortal }

/** The injected globals of one document. */
export class InjectedGlobals {
  readonly globals: VehicleGlobals
  #pending: Pending
  #emitters: Emitters
  #popups: LegacyPopups
  #watchers: ((state: FrameState) => void)[] = []

  constructor(current: () => FrameState, post: (message: FrameToHost) => void) {
    const { wave } = current()
    const state: StateHolder = {
      hosted: true,
      get current() {
        return current()
      },
      replace: () => {},
      watch: (watcher) => this.#watchers.push(watcher),
    }
    this.#pending = new Pending(state)
    this.#emitters = createEmitters(wave)
    const popups = createLegacyPopups(this.#emitters.HMI, post)
    this.#popups = popups
    const injected = createInjected(this.#emitters, state, popups, post)
    removeOtherWaves(injected, wave)
    this.globals = { ...injected, WebPortal: createWebPortal(state, this.#pending, popups, post) }
  }

  stateChanged(state: FrameState): void {
    for (const watcher of this.#watchers) watcher(state)
  }

  keep(entries: readonly PendingEntry[]): void {
    this.#pending.append(entries)
  }

  refusePopup(id: number): void {
    this.#popups.refuse(id)
  }

  fire({ emitter, name }: FrameEvent): void {
    fire(this.#emitters[emitter], name)
  }
}
