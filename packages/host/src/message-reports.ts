import {
  type MessageReport,
  type MessageState,
  type Payload,
  parsePortalTopic,
  payloadMark,
  type Uid,
  vehicleReportTopic,
} from '@pillion/schema'
import type { DropReason } from './drop-reasons.ts'
import type { HostState } from './host-state.ts'
import type { Transport } from './ports/transport.ts'

type OneReport = MessageReport['reports'][number]

/** What happens meanwhile goes in one message. */
const GATHER_MILLISECONDS = 100
const REPORTS_MAX = 200

/**
 * Tells the server what becomes of messages, for whoever asks there what became of one; see `MessageReport` of
 * `@pillion/schema`. Nothing is queued: what happens while the head unit is not connected is not told.
 */
export class MessageReports {
  #host: HostState
  #transport: Transport
  #wanted: boolean
  /** By the payload as it was parsed, for as long as anything here holds it. */
  #names = new WeakMap<Payload, { readonly uid: Uid; readonly mark: string }>()
  #gathered: OneReport[] = []

  constructor(host: HostState, transport: Transport, wanted: boolean) {
    this.#host = host
    this.#transport = transport
    this.#wanted = wanted
  }

  /** Does the server want them from now on? What came while it did not stays untold. */
  want(isWanted: boolean): void {
    this.#wanted = isWanted
  }

  /** A downlink has come; from here on it is known by its payload. */
  received(uid: Uid, payload: Payload, bytes: Uint8Array): void {
    if (!this.#wanted) return
    this.#names.set(payload, { uid, mark: payloadMark(bytes) })
    this.tell(payload, 'received')
  }

  /** A downlink that comes to nothing before it is anybody's. */
  refused(topicName: string, bytes: Uint8Array, reason: DropReason): void {
    const topic = parsePortalTopic(topicName, this.#host.root)
    if (typeof topic === 'string') return
    this.#gather({ uid: topic.uid, mark: payloadMark(bytes), state: 'dropped', reason })
  }

  /** `value` stands for `payload` from here on. */
  replace(payload: Payload, value: Payload): void {
    const name = this.#names.get(payload)
    if (name !== undefined) this.#names.set(value, name)
  }

  /** Does nothing if that was no downlink. */
  tell(payload: Payload, state: MessageState, reason?: DropReason): void {
    const name = this.#names.get(payload)
    if (name === undefined) return
    // The ledger knows this end by its own name.
    const told = reason === 'popup_queue_full' ? 'popup_overflow' : state
    this.#gather({ ...name, state: told, ...(reason === undefined ? {} : { reason }) })
  }

  #gather(report: Omit<OneReport, 'at'>): void {
    const { clock, connected } = this.#host
    if (!this.#wanted || !connected) return
    if (this.#gathered.length >= REPORTS_MAX) this.#send()
    if (this.#gathered.length === 0) clock.after(GATHER_MILLISECONDS, () => this.#send())
    this.#gathered.push({ ...report, at: clock.now() })
  }

  #send(): void {
    const { vin, connected, clock } = this.#host
    const report: MessageReport = { reports: this.#gathered, sentAt: clock.now() }
    this.#gathered = []
    if (!this.#wanted || !connected || report.reports.length === 0) return
    const payload = new TextEncoder().encode(JSON.stringify(report))
    this.#transport.publish(vehicleReportTopic(vin), payload).catch(() => {})
  }
}
