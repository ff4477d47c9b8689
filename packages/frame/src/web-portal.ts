import type { Payload } from '@pillion/schema'
import type { PostToHost } from './host-page.ts'
import type { Pending } from './pending.ts'
import type { StateHolder } from './state.ts'

export interface WebPortal {
  /** W 6.2. Another app's id: empty. Before the host has taken `onApplicationLoaded`: empty, with an own `error`. */
  readonly getPendingNotifications: (idApp?: string) => Payload[]
  /** BCP 47, such as `en-GB`. */
  getLanguage(): string
  /** The country's name, such as `France`. */
  getCountry(): string
}

export function createWebPortal(state: StateHolder, pending: Pending, post: PostToHost): WebPortal {
  const getPendingNotifications = (idApp?: unknown) => {
    if (!state.current.launched) return Object.assign([], { error: 'Unrecognised Error' })
    if (idApp !== undefined && idApp !== null && idApp !== state.current.idApp) return []
    const { values, sequence } = pending.drain()
    if (sequence !== undefined) post({ pillion: 'drained', sequence })
    return values
  }
  const webPortal = {
    getLanguage: () => state.current.language,
    getCountry: () => state.current.country,
  }
  // The published polling sample assigns an empty function to it before calling it; that must have no effect (W 5.3).
  return Object.defineProperty(webPortal, 'getPendingNotifications', {
    value: getPendingNotifications,
    enumerable: true,
    writable: false,
    configurable: false,
  }) as WebPortal
}
