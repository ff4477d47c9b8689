import type { Payload } from '@pillion/schema'
import type { PostToHost } from './host-page.ts'
import type { LegacyPopups } from './legacy-popups.ts'
import type { Pending } from './pending.ts'
import type { StateHolder } from './state.ts'

export interface WebPortal {
  /**
   * W 6.2. Another app's id: empty. Before the host has taken `onApplicationLoaded`: empty, with an own `error`; or it
   * throws, where the host is set to that.
   */
  readonly getPendingNotifications: (idApp?: string) => Payload[]
  /** BCP 47, such as `en-GB`. */
  getLanguage(): string
  /** The country's name, such as `France`. */
  getCountry(): string
  /** Removed from the reference (W 14): a popup with OK. Callbacks: OK, Return, nobody reacted. */
  showPopup(text: string, ...callbacks: (() => void)[]): boolean
}

const notLaunched = 'Unrecognised Error'

export function createWebPortal(
  state: StateHolder,
  pending: Pending,
  popups: LegacyPopups,
  post: PostToHost,
): WebPortal {
  const getPendingNotifications = (idApp?: unknown) => {
    if (!state.current.launched) {
      if (state.current.pendingErrorThrows) throw new Error(notLaunched)
      return Object.assign([], { error: notLaunched })
    }
    if (idApp !== undefined && idApp !== null && idApp !== state.current.idApp) return []
    const { values, sequence } = pending.drain()
    if (sequence !== undefined) post({ pillion: 'drained', sequence })
    return values
  }
  const webPortal = {
    getLanguage: () => state.current.language,
    getCountry: () => state.current.country,
    showPopup: (text?: unknown, ...callbacks: unknown[]) => popups.ask(text, true, callbacks),
  }
  // The published polling sample assigns an empty function to it before calling it; that must have no effect (W 5.3).
  return Object.defineProperty(webPortal, 'getPendingNotifications', {
    value: getPendingNotifications,
    enumerable: true,
    writable: false,
    configurable: false,
  }) as WebPortal
}
