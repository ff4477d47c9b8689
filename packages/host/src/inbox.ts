import type { ApplicativeMessage, PopupMessage } from '@pillion/schema'
import type { Deliveries, Delivery } from './delivery.ts'
import type { HostState } from './host-state.ts'
import type { PopupOutcomes } from './popup-outcome.ts'
import type { PopupQueue } from './popup-queue.ts'
import { type Downlink, readDownlink } from './read-downlink.ts'

/** What partners send, on its way to an app or to the popup layer. */
export class Inbox {
  #host: HostState
  #deliveries: Deliveries
  #popups: PopupQueue
  #outcomes: PopupOutcomes

  constructor(host: HostState, deliveries: Deliveries, popups: PopupQueue, outcomes: PopupOutcomes) {
    this.#host = host
    this.#deliveries = deliveries
    this.#popups = popups
    this.#outcomes = outcomes
  }

  /** One downlink. What cannot be delivered is dropped, logged and counted with its reason (W 3.2). */
  receive(topicName: string, bytes: Uint8Array): void {
    const downlink = readDownlink(this.#host, topicName, bytes)
    if ('reason' in downlink) {
      this.#host.journal.drop(downlink.reason, downlink.idApp, downlink.detail)
      return
    }
    this.#logArrival(downlink)
    const { message } = downlink
    if (message.kind === 'popup') this.#askPopup(downlink, message)
    else this.#deliveries.deliver(downlink.app, applicativeDelivery(downlink, message))
  }

  #askPopup({ app, subtopic }: Downlink, { payload, text, button }: PopupMessage): void {
    const { journal } = this.#host
    const popup = { payload, subtopic }
    const accepted = this.#popups.ask({
      idApp: app.idApp,
      text,
      button,
      shown: () => journal.note('popup_shown', app.idApp, text),
      closed: (outcome) => {
        journal.note('popup_closed', app.idApp, `The popup closed: ${outcome}.`)
        this.#outcomes.settle(app, popup, outcome)
      },
    })
    if (accepted) return
    journal.note('popup_refused', app.idApp, 'The popup queue is full (W 7.1).')
    this.#outcomes.refuse(app, popup)
  }

  #logArrival({ app, message, subtopic }: Downlink): void {
    const what = message.kind === 'popup' ? 'Popup message' : 'Applicative message'
    const text = subtopic ? `${what} on ${subtopic}.` : `${what}.`
    this.#host.journal.write({
      direction: 'in',
      kind: 'downlink',
      idApp: app.idApp,
      text,
      detail: message.payload,
    })
  }
}

/** Apps tell a popup's outcome from data by `'popupAction' in value`, so data never carries that key (W 3.4). */
function applicativeDelivery({ text, subtopic }: Downlink, { payload }: ApplicativeMessage): Delivery {
  if (!Object.hasOwn(payload, 'popupAction')) return { value: payload, text, subtopic }
  const { popupAction: _, ...value } = payload
  return { value, text: JSON.stringify(value), subtopic }
}
