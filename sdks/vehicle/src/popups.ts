import type { AppWindow } from './app-window.ts'
import type { AppMessage, HostMessage } from './messages.ts'
import { promised } from './promised.ts'
import type { PopupOutcome } from './vehicle-app.ts'

type Settle = (outcome: PopupOutcome | 'refused') => void

interface AskedPopup {
  settle: Settle
  opened: boolean
  /** Asked for so recently that the head unit may still refuse it. */
  recent: boolean
}

/** The head unit refuses at once, which takes milliseconds. */
var REFUSAL_MILLISECONDS = 1000

/**
 * `WebPortal.popup.open`. Its events do not say which popup they are about; popups are shown in the order in which they were
 * asked for (W 7.1), so they are about the oldest. A refusal is about the newest, unless it is about the prompt of a
 * notification, which follows its `created`, or about a popup of the back end, when no popup was asked for just now.
 */
export function createPopups(appWindow: AppWindow, post: (message: AppMessage) => void) {
  /** Without an outcome yet, oldest first. */
  var asked: AskedPopup[] = []
  var promptMayFollow = false

  function open(text: string, done?: Settle) {
    return promised<PopupOutcome | 'refused'>(appWindow, done, function (settle) {
      var popup = { settle: settle, opened: false, recent: true }
      asked.push(popup)
      appWindow.setTimeout(function () {
        popup.recent = false
      }, REFUSAL_MILLISECONDS)
      post({ type: 'WebPortal.popup.open', text: String(text) })
    })
  }

  function take(message: HostMessage): boolean {
    var isAboutPrompt = promptMayFollow
    promptMayFollow = message.type === 'WebPortal.notification.evt.created'
    switch (message.type) {
      case 'WebPortal.popup.evt.opened':
        if (asked[0]) asked[0].opened = true
        return true
      case 'WebPortal.popup.evt.ok':
        return settleOldest('ok')
      case 'WebPortal.popup.evt.cancel':
        return settleOldest('cancel')
      case 'WebPortal.popup.evt.timeout':
        return settleOldest('timeout')
      case 'WebPortal.OverflowPopup':
        return isAboutPrompt || refuseNewest()
    }
    return false
  }

  function settleOldest(outcome: PopupOutcome): boolean {
    var popup = asked.shift()
    if (popup) popup.settle(outcome)
    return true
  }

  function refuseNewest(): boolean {
    var popup = asked[asked.length - 1]
    if (popup && popup.recent && !popup.opened) {
      asked.pop()
      popup.settle('refused')
    }
    return true
  }

  return { open: open, take: take }
}
