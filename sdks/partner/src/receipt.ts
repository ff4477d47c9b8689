import { EventEmitter } from 'node:events'
import { PartnerError } from './partner-error.ts'

/**
 * What a vehicle says of a message. Data: `taken` by the app on screen, or `pending` until the app fetches it, after which it may
 * still be `dropped`. Popup: `taken`, `popup_shown`, then how it ended; or `dropped`.
 */
export type ReceiptState =
  | 'taken'
  | 'pending'
  | 'popup_shown'
  | 'popup_ok'
  | 'popup_cancel'
  | 'popup_timeout'
  | 'dropped'

export interface ReceiptChange {
  readonly state: ReceiptState
  /** Why, with `dropped`, such as `popup_queue_full`. */
  readonly reason?: string
}

export interface ReceiptEvents {
  state: [change: ReceiptChange]
}

/**
 * What becomes of one message. Its promises reject with MESSAGE_DROPPED (`error.reason` says why), with NO_RECEIPT when the time
 * is over, and with CLOSED; one that nobody awaits does so in silence.
 */
export class Receipt extends EventEmitter<ReceiptEvents> {
  /** Under which the vehicle speaks of the message. */
  readonly id: string
  readonly vin: string
  readonly idApp: string
  #states: ReceiptChange[] = []
  #taken = quietPromise<'taken' | 'pending'>()

  constructor(id: string, vin: string, idApp: string) {
    super()
    this.id = id
    this.vin = vin
    this.idApp = idApp
  }

  /** `taken`: a popup is on screen or waits for its turn, data is with the app; `pending`: the app is not on screen and fetches it later. */
  get taken(): Promise<'taken' | 'pending'> {
    return this.#taken.promise
  }

  /** So far, oldest first. */
  get states(): readonly ReceiptChange[] {
    return this.#states
  }

  /** Why the vehicle dropped the message; undefined if it did not. */
  get dropped(): string | undefined {
    const last = this.#states.at(-1)
    return last?.state === 'dropped' ? (last.reason ?? 'unknown') : undefined
  }

  /** Nothing further follows. */
  get isFinal(): boolean {
    const state = this.#states.at(-1)?.state
    return state === 'taken' || state === 'dropped'
  }

  /** @internal From the client. Earlier states may have been lost on their way. */
  take(change: ReceiptChange): void {
    this.#states.push(change)
    if (change.state === 'dropped') this.fail(droppedError(change))
    else this.#taken.resolve(change.state === 'pending' ? 'pending' : 'taken')
    // In a turn of their own: what listeners throw must not upset the connection.
    queueMicrotask(() => this.emit('state', change))
  }

  /** @internal */
  fail(error: PartnerError): void {
    this.#taken.reject(error)
  }
}

export type PopupEnd = 'ok' | 'cancel' | 'timeout'

const ends: Partial<Record<ReceiptState, PopupEnd>> = {
  popup_ok: 'ok',
  popup_cancel: 'cancel',
  popup_timeout: 'timeout',
}

export class PopupReceipt extends Receipt {
  #shown = quietPromise<void>()
  #outcome = quietPromise<PopupEnd>()

  /** It is, or was, on the vehicle's screen. */
  get shown(): Promise<void> {
    return this.#shown.promise
  }

  /** What the user did; `timeout`: nothing for 15 s. */
  get outcome(): Promise<PopupEnd> {
    return this.#outcome.promise
  }

  override get isFinal(): boolean {
    const state = this.states.at(-1)?.state
    return state !== undefined && (state === 'dropped' || ends[state] !== undefined)
  }

  /** @internal */
  override take(change: ReceiptChange): void {
    super.take(change)
    const end = ends[change.state]
    if (change.state === 'popup_shown' || end !== undefined) this.#shown.resolve()
    if (end !== undefined) this.#outcome.resolve(end)
  }

  /** @internal */
  override fail(error: PartnerError): void {
    super.fail(error)
    this.#shown.reject(error)
    this.#outcome.reject(error)
  }
}

function droppedError({ reason }: ReceiptChange): PartnerError {
  return new PartnerError('MESSAGE_DROPPED', `the vehicle dropped the message: ${reason ?? 'unknown'}`, {
    reason: reason ?? 'unknown',
  })
}

/** A rejection that nobody asks for is no fault of the program; who awaits the promise gets it all the same. */
function quietPromise<T>(): PromiseWithResolvers<T> {
  const resolvers = Promise.withResolvers<T>()
  resolvers.promise.catch(() => undefined)
  return resolvers
}
