import { frameMessageHandlers } from './handle/frame-message.ts'
import { appMessageHandlers, type HandlerParts, type UncheckedMessage } from './handle/index.ts'
import type { HostState } from './host-state.ts'
import { findApp } from './host-state.ts'
import type { HostedApp, Instance } from './hosted-app.ts'

/** What frames post. Nothing an app can post makes it throw: an unknown or malformed message is ignored and logged (W 5). */
export class FrameInbox {
  #host: HostState
  #parts: HandlerParts

  constructor(parts: HandlerParts) {
    this.#host = parts.host
    this.#parts = parts
  }

  receive(idApp: string, data: unknown): void {
    const app = findApp(this.#host, idApp)
    if (!app?.instance) this.#host.journal.ignore('id_app_unknown', idApp, data)
    else if (typeof data !== 'object' || data === null)
      this.#host.journal.ignore('message_malformed', idApp, data)
    else this.#take(app, app.instance, data as UncheckedMessage)
  }

  #take(app: HostedApp, instance: Instance, message: UncheckedMessage): void {
    if (message.pillion === undefined) this.#takeAppMessage(app, instance, asRequest(message))
    else this.#takeInternal(app, message)
  }

  #takeAppMessage(app: HostedApp, instance: Instance, message: UncheckedMessage): void {
    const { journal } = this.#host
    const { type } = message
    const handle = appMessageHandlers.get(type)
    if (!handle) {
      const reason = typeof type === 'string' ? 'message_type_unknown' : 'message_malformed'
      journal.ignore(reason, app.idApp, message)
      return
    }
    journal.write({
      direction: 'in',
      kind: 'app_message',
      idApp: app.idApp,
      text: String(type),
      detail: message,
    })
    handle(app, instance, message, this.#parts)
  }

  /** `FrameToHost` */
  #takeInternal(app: HostedApp, message: UncheckedMessage): void {
    const handle = frameMessageHandlers.get(message.pillion)
    if (handle?.(app, message, this.#parts)) return
    this.#host.journal.ignore('message_malformed', app.idApp, message)
  }
}

/** The older form: no `type`, but an own `content`, is an uplink of that content (W 5.1). */
function asRequest(message: UncheckedMessage): UncheckedMessage {
  if (message.type !== undefined || !Object.hasOwn(message, 'content')) return message
  return { type: 'WebPortal.onSendNotificationRequest', value: message.content }
}
