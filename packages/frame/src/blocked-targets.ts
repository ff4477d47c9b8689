import type { LastingListeners } from './lasting-listeners.ts'

/** Where the sandbox lets nothing be shown (W 11.4). */
const blockedTargets = ['_blank', '_top', '_parent']

/**
 * The sandbox holds an app in its frame without a word: no window opens, no page but its own goes anywhere. This is for the app's
 * developer, who would look for the reason in vain.
 */
export function tellBlockedTargets(listeners: LastingListeners): void {
  const tell = (target: string, url: unknown) =>
    console.warn(`Blocked by the sandbox: an app opens nothing in ${target} (W 11.4): ${url}`)
  const open = window.open
  Object.assign(window, {
    open: (url?: string | URL, target = '_blank', features?: string) => {
      const opened = open.call(window, url, target, features)
      if (opened === null || blockedTargets.includes(target)) tell(target, url)
      return opened
    },
  })
  listeners.add(document, 'click', ({ target: clicked }) => {
    const link = clicked instanceof Element ? clicked.closest('a[href], area[href]') : null
    const target = link?.getAttribute('target') ?? ''
    if (blockedTargets.includes(target)) tell(target, link?.getAttribute('href'))
  })
}
