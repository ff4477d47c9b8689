import type { HostToFrame } from '@pillion/schema'
import { fire } from './emitter.ts'
import type { Emitters } from './emitters.ts'
import type { LastingListeners } from './lasting-listeners.ts'
import type { LegacyPopups } from './legacy-popups.ts'
import type { Pending } from './pending.ts'
import type { StateHolder } from './state.ts'
import type { VirtualKeyboard } from './virtual-keyboard.ts'

/**
 * Takes the internal messages of the host page before any listener of the app can be asked: this is the
 * first listener of the document, on the capture phase. A message is handled when it arrives, so a getter
 * already answers from a state posted before the message or event that the app sees next (W 9.4).
 *
 * What other apps post here is stopped: a frame can reach its neighbours through the host page, and published
 * apps take whatever arrives for the host's (W 5).
 */
export function listenToHost(
  listeners: LastingListeners,
  state: StateHolder,
  pending: Pending,
  emitters: Emitters,
  keyboard: VirtualKeyboard,
  popups: LegacyPopups,
): void {
  const parent = window.parent
  listeners.add(window, 'message', (event) => {
    if (event.source !== parent) {
      // The app's own messages pass, and events it makes up itself.
      if (event.isTrusted && event.origin !== location.origin) event.stopImmediatePropagation()
      return
    }
    if (!isInternal(event.data)) return
    event.stopImmediatePropagation()
    take(event.data)
  })

  function take(message: HostToFrame): void {
    if (message.pillion === 'state') state.replace(message.state)
    else if (message.pillion === 'pending') pending.append(message.entries)
    else if (message.pillion === 'event') fire(emitters[message.event.emitter], message.event.name)
    else if (message.pillion === 'keyboard') keyboard.close(message.text)
    else if (message.pillion === 'popupRefused') popups.refuse(message.id)
  }
}

function isInternal(data: unknown): data is HostToFrame {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, 'pillion')
}
