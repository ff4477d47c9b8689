import type { AppWindow } from './app-window.ts'
import type { AppMessage, HostMessage } from './messages.ts'
import { promised } from './promised.ts'

/** `WebPortal.MQTT.publish`: the head unit numbers these requests from 1, refused ones included (W 6.4). */
export function createPublishing(appWindow: AppWindow, post: (message: AppMessage) => void) {
  var messageId = 0
  var settles: { [messageId: number]: (delivered: boolean) => void } = {}

  function publish(content: unknown, subtopic?: string, done?: (delivered: boolean) => void) {
    // First, for it may throw; JSON leaves out what is undefined.
    var payload = JSON.stringify({ content: content === undefined ? null : content })
    var message: AppMessage = { type: 'WebPortal.MQTT.publish', payload: payload }
    if (subtopic) message.subtopic = subtopic
    return promised(appWindow, done, function (settle) {
      messageId += 1
      settles[messageId] = settle
      post(message)
    })
  }

  function take(message: HostMessage): boolean {
    var settle: ((delivered: boolean) => void) | undefined
    if (
      message.type !== 'WebPortal.MQTT.evt.messageDelivered' &&
      message.type !== 'WebPortal.MQTT.evt.messageNotDelivered'
    )
      return false
    settle = settles[message.messageId]
    delete settles[message.messageId]
    if (settle) settle(message.type === 'WebPortal.MQTT.evt.messageDelivered')
    return true
  }

  return { publish: publish, take: take }
}
