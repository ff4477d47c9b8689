import { defaultVehicleSignals, type FrameState } from '@pillion/schema'
import { decodeFrameName, encodeFrameName } from './frame-name.ts'

/** What a document answers from when no host page holds it, so that an app opened in a plain tab still runs. */
const alone: FrameState = {
  ...defaultVehicleSignals,
  idApp: '',
  launched: false,
  vin: '',
  online: false,
  focus: true,
  driving: false,
  popupDisplayed: false,
  virtualKeyboard: false,
  pendingErrorThrows: false,
  pendingMax: 0,
}

/** The one copy of the state in a document; every injected getter reads it, synchronously (W 5.3). */
export interface StateHolder {
  /** Did a host page give this document its state? Only then is there anybody to talk to. */
  readonly hosted: boolean
  readonly current: FrameState
  replace(state: FrameState): void
  /** Is told of every later state before the app can ask for it. */
  watch(watcher: (state: FrameState) => void): void
}

/**
 * Takes the state out of `window.name` and gives the app a name of its own in its place. The real name is
 * kept up to date, so that the state is there again when the app reloads itself; by then the new instance
 * has not announced itself yet, hence `launched: false` (W 4.2 row 12, 6.2).
 */
export function openState(): StateHolder {
  const realName = Object.getOwnPropertyDescriptor(window, 'name')
  const given = decodeFrameName(window.name)
  let current = given ?? alone
  const watchers: ((state: FrameState) => void)[] = []
  const keep = () => realName?.set?.call(window, encodeFrameName({ ...current, launched: false }))
  if (given) {
    keep()
    shadowName()
  }
  return {
    hosted: given !== undefined,
    get current() {
      return current
    },
    replace(state) {
      current = state
      keep()
      for (const watcher of watchers) watcher(state)
    },
    watch(watcher) {
      watchers.push(watcher)
    },
  }
}

/** Like the native one, the app's `window.name` turns everything into a string. Configurable, or `let name` would be an error in apps. */
function shadowName(): void {
  let name = ''
  Object.defineProperty(window, 'name', {
    configurable: true,
    enumerable: true,
    get: () => name,
    set: (value: unknown) => {
      name = String(value)
    },
  })
}
