import { limits } from './limits.ts'

/**
 * Receipts, which go beyond the original: a partner that gives a downlink an own `receipt`, a string of 1 to 128
 * characters, hears from the head unit what becomes of it. They are uplinks without subtopic (W 6.4), one for each
 * state. Nothing is queued: what happens while the head unit is not connected is not told.
 */
export interface Receipt {
  /** As the partner wrote it. */
  readonly receipt: string
  readonly state: ReceiptState
  /** As the partner wrote it; absent if it was no string. */
  readonly idApp?: string
  /** Why, with `dropped`: one of `dropReasons` of `@pillion/host`. Further reasons may come. */
  readonly reason?: string
}

/**
 * Data: `taken` or `pending`; `dropped` may follow `pending`. Popup: `taken`, `popup_shown`, then one of the outcomes, or
 * `dropped` at any point: its app has left the wall, the head unit goes out. What was dropped before it could be taken: `dropped` alone.
 */
export type ReceiptState =
  /** Data: given to the app on screen. Popup: it is on screen, or waits for its turn. */
  | 'taken'
  /** Kept until the app fetches it (W 6.2). */
  | 'pending'
  | 'popup_shown'
  | 'popup_ok'
  | 'popup_cancel'
  | 'popup_timeout'
  | 'dropped'

/** The id under which a parsed downlink asks for receipts; undefined if it does not. */
export function receiptIdOf(payload: { readonly [field: string]: unknown }): string | undefined {
  if (!Object.hasOwn(payload, 'receipt')) return undefined
  const { receipt } = payload
  if (typeof receipt !== 'string' || receipt === '') return undefined
  return receipt.length <= limits.receiptCharactersMax ? receipt : undefined
}
