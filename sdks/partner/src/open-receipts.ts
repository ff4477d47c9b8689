import { limits } from './limits.ts'
import type { Network } from './network.ts'
import { PartnerError } from './partner-error.ts'
import type { Receipt, ReceiptChange, ReceiptState } from './receipt.ts'

const states: readonly string[] = [
  'taken',
  'pending',
  'popup_shown',
  'popup_ok',
  'popup_cancel',
  'popup_timeout',
  'dropped',
] satisfies ReceiptState[]

/** One receipt as a vehicle sends it. */
export interface VehicleReceipt extends ReceiptChange {
  readonly vin: string
  /** The id under which the message asked for it. */
  readonly receipt: string
  readonly idApp?: string
}

/** The receipts that are waited for, each until its last state or the end of its time. */
export class OpenReceipts {
  readonly #after: Network['after']
  readonly #open = new Map<string, { receipt: Receipt; cancelTimer: () => void }>()

  constructor(after: Network['after']) {
    this.#after = after
  }

  add(receipt: Receipt, secondsMax: number): void {
    const [oldest] = this.#open.keys()
    if (oldest !== undefined && this.#open.size >= limits.receiptsOpenMax)
      this.remove(oldest, noReceipt(`${limits.receiptsOpenMax} later messages asked for one`))
    const cancelTimer = this.#after(secondsMax * 1000, () =>
      this.remove(receipt.id, noReceipt(`nothing final came within ${secondsMax} s`)),
    )
    this.#open.set(receipt.id, { receipt, cancelTimer })
  }

  take({ vin, receipt: id, state, reason }: VehicleReceipt): void {
    const receipt = this.#open.get(id)?.receipt
    if (receipt?.vin !== vin) return
    receipt.take(reason === undefined ? { state } : { state, reason })
    if (receipt.isFinal) this.remove(id)
  }

  remove(id: string, error?: PartnerError): void {
    const entry = this.#open.get(id)
    this.#open.delete(id)
    entry?.cancelTimer()
    if (error) entry?.receipt.fail(error)
  }

  fail(error: PartnerError): void {
    for (const id of [...this.#open.keys()]) this.remove(id, error)
  }
}

/** Reads a parsed uplink; what apps send always has `content`, receipts never have (W 3.3). */
export function readReceipt(vin: string, parsed: unknown): VehicleReceipt | undefined {
  if (typeof parsed !== 'object' || parsed === null || Object.hasOwn(parsed, 'content')) return undefined
  const { receipt, state, idApp, reason } = parsed as Record<string, unknown>
  if (typeof receipt !== 'string' || typeof state !== 'string' || !states.includes(state)) return undefined
  return {
    vin,
    receipt,
    state: state as ReceiptState,
    ...(typeof idApp === 'string' && { idApp }),
    ...(typeof reason === 'string' && { reason }),
  }
}

function noReceipt(detail: string): PartnerError {
  return new PartnerError('NO_RECEIPT', detail)
}
