import {
  formatPortalTopic,
  type Payload,
  type Receipt,
  type ReceiptState,
  receiptIdOf,
  type Uid,
} from '@pillion/schema'
import type { DropReason } from './drop-reasons.ts'
import type { HostState } from './host-state.ts'
import type { MessageReports } from './message-reports.ts'
import type { Transport } from './ports/transport.ts'

/** Tells partners that ask for it what becomes of their messages; see `Receipt` of `@pillion/schema`. */
export class Receipts {
  #host: HostState
  #transport: Transport
  #reports: MessageReports

  constructor(host: HostState, transport: Transport, reports: MessageReports) {
    this.#host = host
    this.#transport = transport
    this.#reports = reports
  }

  /** The partner is told if `payload`, a downlink of `uid`, asks for receipts; the server if it wants reports. */
  tell(uid: Uid, payload: Payload, state: ReceiptState, reason?: DropReason): void {
    this.#reports.tell(payload, state, reason)
    const { root, vin, connected, journal } = this.#host
    const id = receiptIdOf(payload)
    if (id === undefined || !connected) return
    const idApp = typeof payload.idApp === 'string' ? payload.idApp : undefined
    const receipt: Receipt = {
      receipt: id,
      state,
      ...(idApp === undefined ? {} : { idApp }),
      ...(reason === undefined ? {} : { reason }),
    }
    journal.write({ direction: 'out', kind: 'receipt', idApp, text: `Receipt: ${state}.`, detail: receipt })
    const topicName = formatPortalTopic({ word: 'from', uid, vin, subtopic: '' }, root)
    this.#transport.publish(topicName, new TextEncoder().encode(JSON.stringify(receipt))).catch((error) => {
      journal.note('receipt_lost', idApp, `The broker did not take the receipt ${id}: ${error}`)
    })
  }
}
