import type { AppWindow } from './app-window.ts'
import type { Message, PopupAction } from './messages.ts'
import type { AppOptions, PopupOutcome } from './vehicle-app.ts'

var RETRY_MILLISECONDS = 250
var POLL_SECONDS = 5

var OUTCOMES: { [action in PopupAction]: PopupOutcome } = {
  'WebPortal.okBtnPopupRequestClicked': 'ok',
  'WebPortal.cancelBtnPopupRequestClicked': 'cancel',
  'WebPortal.closeTimeoutPopupRequest': 'timeout',
}

/**
 * Messages of the back end, from both their ways: posted while the app is on screen, fetched from the host's buffer otherwise
 * (W 6.1, 6.2). What is in the buffer is older than what is posted, so it is fetched first.
 */
export function createInbox(appWindow: AppWindow, options: AppOptions) {
  var waiting: Message[] = []
  var handing = false
  var stopped = false
  var retry: number | undefined
  var poll: number | undefined

  function start(): void {
    var seconds = options.pollSeconds === undefined ? POLL_SECONDS : options.pollSeconds
    fetch()
    if (seconds > 0) pollEvery(seconds * 1000)
  }

  function pollEvery(milliseconds: number): void {
    poll = appWindow.setTimeout(function () {
      pollEvery(milliseconds)
      fetch()
    }, milliseconds)
  }

  function receive(message: Message): void {
    take()
    waiting.push(message)
    handOn()
  }

  function fetch(): void {
    take()
    handOn()
  }

  function take(): void {
    var pending = readPending()
    // One retry at a time, however often this is called meanwhile.
    appWindow.clearTimeout(retry)
    if (pending) waiting = waiting.concat(pending)
    // The head unit has not noticed yet that the app is ready.
    else if (!stopped) retry = appWindow.setTimeout(fetch, RETRY_MILLISECONDS)
  }

  /** undefined: not yet. */
  function readPending(): Message[] | undefined {
    var pending: Message[] & { error?: unknown }
    if (!appWindow.WebPortal) return []
    try {
      pending = appWindow.WebPortal.getPendingNotifications(options.idApp)
    } catch (_error) {
      return undefined // some head units throw instead
    }
    return pending.error ? undefined : pending
  }

  /** A handler that looks for more messages must not be handed them before those that wait. */
  function handOn(): void {
    if (handing) return
    handing = true
    while (waiting.length) handOver(waiting.shift() as Message)
    handing = false
  }

  /** They are out of the host's buffer, so one that upsets its handler must not take the others with it. */
  function handOver(message: Message): void {
    try {
      if (message.popupAction === undefined) {
        if (options.onMessage) options.onMessage(message)
      } else if (options.onPopupOutcome) options.onPopupOutcome(OUTCOMES[message.popupAction], message)
    } catch (error) {
      appWindow.setTimeout(function () {
        throw error
      }, 0)
    }
  }

  function stop(): void {
    stopped = true
    appWindow.clearTimeout(retry)
    appWindow.clearTimeout(poll)
  }

  return { start: start, receive: receive, fetch: fetch, stop: stop }
}
