import type { ApplicativeMessage, PopupMessage, ReceiptState } from '@pillion/schema'
import type { Deliveries, Delivery } from './delivery.ts'
import type { DropReason } from './drop-reasons.ts'
import type { HostState } from './host-state.ts'
import type { MessageReports } from './message-reports.ts'
import type { PopupOutcomes } from './popup-outcome.ts'
import type { PopupQueue } from './popup-queue.ts'
import type { KeptMessage } from './ports/transport.ts'
import { type Downlink, type Refusal, readDownlink } from './read-downlink.ts'
import type { Receipts } from './receipts.ts'

/** What partners send, on its way to an app or to the popup layer. */
export class Inbox {
  #host: HostState
  #deliveries: Deliveries
  #popups: PopupQueue
  #outcomes: PopupOutcomes
  #receipts: Receipts
  #reports: MessageReports

  constructor(parts: {
    host: HostState
    deliveries: Deliveries
    popups: PopupQueue
    outcomes: PopupOutcomes
    receipts: Receipts
    reports: MessageReports
  }) {
    this.#host = parts.host
    this.#deliveries = parts.deliveries
    this.#popups = parts.popups
    this.#outcomes = parts.outcomes
    this.#receipts = parts.receipts
    this.#reports = parts.reports
  }

  /** One downlink. What cannot be delivered is dropped, logged and counted with its reason (W 3.2). */
  receive(topicName: string, bytes: Uint8Array): void {
    const downlink = this.#read(topicName, bytes)
    if (!downlink) return
    const { app, message } = downlink
    if (message.kind === 'popup') this.#askPopup(downlink, message)
    else {
      const state = this.#deliveries.deliver(app, this.#createDelivery(downlink, message))
      this.#receipts.tell(app.uid, message.payload, state)
    }
  }

  /** A downlink that the server kept while no head unit was connected: as for an app in background, and no popup is shown late (W 9.3). */
  receiveKept({ uid, subtopic, payload }: KeptMessage): void {
    const { root, vin } = this.#host
    const downlink = this.#read(
      `${root}/to/uid/${uid}/opa/${vin}/${subtopic}`,
      new TextEncoder().encode(payload),
    )
    if (!downlink) return
    const { app, message } = downlink
    if (message.kind === 'popup') {
      this.#host.journal.note('popup_late', app.idApp, 'A popup that was kept by the server is not shown.')
      this.#outcomes.miss(app, { payload: message.payload, subtopic: downlink.subtopic })
      this.#receipts.tell(app.uid, message.payload, 'dropped', 'popup_late')
    } else {
      const state = this.#deliveries.keep(app, this.#createDelivery(downlink, message))
      this.#receipts.tell(app.uid, message.payload, state)
    }
  }

  #read(topicName: string, bytes: Uint8Array): Downlink | undefined {
    const downlink = readDownlink(this.#host, topicName, bytes)
    if ('reason' in downlink) {
      this.#drop(downlink, topicName, bytes)
    } else {
      this.#logArrival(downlink)
      this.#reports.received(downlink.app.uid, downlink.message.payload, bytes)
      return downlink
    }
    return undefined
  }

  /** Which apps other partners have is not theirs to learn. */
  #drop({ reason, idApp, detail, sent }: Refusal, topicName: string, bytes: Uint8Array): void {
    this.#host.journal.drop(reason, idApp, detail)
    const told = reason === 'app_of_other_partner' ? 'id_app_unknown' : reason
    this.#reports.refused(topicName, bytes, told)
    if (sent) this.#receipts.tell(sent.uid, sent.payload, 'dropped', told)
  }

  #askPopup({ app, subtopic }: Downlink, { payload, text, button }: PopupMessage): void {
    const popup = { payload, subtopic }
    const tell = (state: ReceiptState, reason?: DropReason) =>
      this.#receipts.tell(app.uid, payload, state, reason)
    const dropped = (reason: DropReason) => {
      this.#host.journal.drop(reason, app.idApp, payload)
      tell('dropped', reason)
    }
    if (this.#host.shuttingDown) {
      dropped('head_unit_off')
      return
    }
    // Told first, for it may be on screen at once.
    if (!this.#popups.isFull) tell('taken')
    const accepted = this.#popups.ask({
      idApp: app.idApp,
      kind: 'partner',
      text,
      button,
      shown: () => tell('popup_shown'),
      closed: (outcome) => {
        tell(`popup_${outcome}`)
        this.#outcomes.settle(app, popup, outcome)
      },
      dropped,
    })
    if (accepted) return
    this.#outcomes.refuse(app, popup)
    tell('dropped', 'popup_queue_full')
  }

  /** Apps tell a popup's outcome from data by `'popupAction' in value`, so data never carries that key (W 3.4). */
  #createDelivery({ text, subtopic }: Downlink, { payload }: ApplicativeMessage): Delivery {
    if (!Object.hasOwn(payload, 'popupAction')) return { value: payload, text, subtopic }
    const { popupAction: _, ...value } = payload
    this.#reports.replace(payload, value)
    return { value, text: JSON.stringify(value), subtopic }
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
