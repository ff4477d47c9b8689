import type { AppMessage, AppNotification, HostMessage } from './messages.ts'
import type { AppOptions, NotificationEvent } from './vehicle-app.ts'

type Listener = (event: NotificationEvent, data?: unknown) => void

/** `WebPortal.notification.new` and its events (W 7.4). A second request with the id of an entry is refused and changes nothing. */
export function createNotifications(options: AppOptions, post: (message: AppMessage) => void) {
  /** By key: those that wait for `created` or `error`, oldest first, and the one whose entry is in the center. */
  var asked: { [key: string]: Listener[] } = {}
  var listeners: { [key: string]: Listener } = {}

  function notify(notification: AppNotification, listener?: Listener): void {
    var key = keyOf(notification.id)
    asked[key] = (asked[key] || []).concat(listener || function () {})
    post({ type: 'WebPortal.notification.new', notification: notification })
  }

  function take(message: HostMessage): boolean {
    switch (message.type) {
      case 'WebPortal.notification.evt.created':
        listeners[keyOf(message.notifId)] = takeAsked(message.notifId)
        tell(listenerOf(message.notifId), 'created', message.notifId)
        return true
      case 'WebPortal.notification.evt.error':
        tell(takeAsked(message.notifId), 'error', message.notifId)
        return true
      case 'WebPortal.notification.evt.show':
        tell(listenerOf(message.notifId), 'show', message.notifId)
        return true
      case 'WebPortal.notification.evt.click':
        tell(release(message.notifId), 'click', message.notifId, message.data)
        return true
      case 'WebPortal.notification.evt.close':
        tell(release(message.notifId), 'close', message.notifId)
        return true
    }
    return false
  }

  function takeAsked(id: string): Listener {
    var key = keyOf(id)
    var waiting = asked[key] || []
    var listener = waiting.shift()
    if (!waiting.length) delete asked[key]
    return listener || function () {}
  }

  function listenerOf(id: string): Listener {
    return listeners[keyOf(id)] || function () {}
  }

  /** The entry is gone. */
  function release(id: string): Listener {
    var listener = listenerOf(id)
    delete listeners[keyOf(id)]
    return listener
  }

  function tell(listener: Listener, event: NotificationEvent, id: string, data?: unknown): void {
    listener(event, data)
    if (options.onNotification) options.onNotification(event, id, data)
  }

  return { notify: notify, take: take }
}

/** Unlike the id, no name that every object has. A malformed id is answered with an empty one. */
function keyOf(id: unknown): string {
  return '#' + (typeof id === 'string' ? id : '')
}
