import type { AppWindow } from './app-window.ts'
import { createGuidance } from './guidance.ts'
import { createInbox } from './inbox.ts'
import type { AppMessage, HostMessage } from './messages.ts'
import { createNotifications } from './notifications.ts'
import { createPopups } from './popups.ts'
import { createPublishing } from './publishing.ts'
import type { AppOptions, VehicleApp } from './vehicle-app.ts'

/**
 * Begins to listen, and tells the head unit that the app is ready. Written in ES5, for head units run old browsers:
 * no syntax and no built-in that is newer.
 */
export function startApp(options: AppOptions): VehicleApp {
  var appWindow = options.window || (window as unknown as AppWindow)
  var announced = false
  var inbox = createInbox(appWindow, options)
  var popups = createPopups(appWindow, post)
  var publishing = createPublishing(appWindow, post)
  var notifications = createNotifications(options, post)

  appWindow.addEventListener('message', receive, false)
  if (options.announce !== false) announce()

  function post(message: AppMessage): void {
    appWindow.parent.postMessage(message, '*')
  }

  function announce(): void {
    if (announced) return
    announced = true
    post({ type: 'WebPortal.onApplicationLoaded' })
    inbox.start()
  }

  function receive(event: MessageEvent): void {
    var message = event.data as HostMessage | null
    if (event.source !== (appWindow.parent as unknown) || !message || typeof message.type !== 'string') return
    if (popups.take(message) || publishing.take(message) || notifications.take(message)) return
    switch (message.type) {
      case 'WebPortal.onCurrentNotificationReceived':
        inbox.receive(message.value)
        break
      case 'WebPortal.onApplicationShow':
        if (options.onShow) options.onShow()
        inbox.fetch()
        break
      case 'WebPortal.onApplicationHide':
        inbox.fetch()
        if (options.onHide) options.onHide()
        break
      case 'WebPortal.onApplicationUnloaded':
        if (options.onUnloaded) options.onUnloaded()
        break
      case 'WebPortal.onApplicationUpdated':
        if (options.onUpdated) options.onUpdated()
        break
      case 'WebPortal.postMessage':
        if (options.onAppMessage) options.onAppMessage(message.content, message.appId)
        break
    }
  }

  return {
    announce: announce,
    send: function (content, subtopic) {
      var message: AppMessage = { type: 'WebPortal.onSendNotificationRequest', value: content }
      if (subtopic) message.topic = subtopic
      post(message)
    },
    publish: publishing.publish as VehicleApp['publish'],
    openPopup: popups.open as VehicleApp['openPopup'],
    notify: notifications.notify,
    writeTo: function (idApp, content) {
      post({ type: 'WebPortal.postMessage', appId: idApp, content: content })
    },
    openApp: function (idApp) {
      post({ type: 'WebPortal.app.open', appId: idApp })
    },
    startGuidance: createGuidance(appWindow),
    fetchPending: inbox.fetch,
    stop: function () {
      appWindow.removeEventListener('message', receive, false)
      inbox.stop()
    },
  }
}
