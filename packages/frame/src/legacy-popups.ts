import type { Emitter } from './emitter.ts'
import type { PostToHost } from './host-page.ts'

/** The outcomes of a popup, as events of `HMI`; `WebPortal.showPopup` takes its callbacks in this order. */
const outcomes = ['okBtnPopupRequestClicked', 'cancelBtnPopupRequestClicked', 'closeTimeoutPopupRequest']

export interface LegacyPopups {
  /** Was it asked for? Not without a text. */
  ask(text: unknown, button: boolean, callbacks?: readonly unknown[]): boolean
  /** The host had no room for the one of this id. */
  refuse(id: number): void
}

/**
 * `Device.PopupRequest` and `WebPortal.showPopup`, which the reference no longer has (W 14). Popups are shown in order
 * (W 7.1), so an outcome belongs to the oldest that is still without one.
 */
export function createLegacyPopups(hmi: Emitter, post: PostToHost): LegacyPopups {
  let asked: { readonly id: number; readonly callbacks: readonly unknown[] }[] = []
  let lastId = 0
  for (const [index, outcome] of outcomes.entries()) {
    hmi.addEventListener(outcome, () => {
      const callback = asked.shift()?.callbacks[index]
      if (typeof callback === 'function') callback()
    })
  }
  return {
    ask(text, button, callbacks = []) {
      if (typeof text !== 'string' || text === '') return false
      const id = ++lastId
      asked.push({ id, callbacks })
      post({ pillion: 'popupRequest', id, button, text })
      return true
    },
    refuse(id) {
      asked = asked.filter((popup) => popup.id !== id)
    },
  }
}
