import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { Connection, type ConnectionChange, type ConnectionState } from './connection.ts'
import { limits } from './limits.ts'
import { MessageStream } from './message-stream.ts'
import { mqttNetwork } from './network.ts'
import { OpenReceipts, readReceipt, type VehicleReceipt } from './open-receipts.ts'
import type { PartnerOptions } from './options.ts'
import { PartnerError } from './partner-error.ts'
import { PopupReceipt, Receipt } from './receipt.ts'
import { checkIdApp, downlinkTopic, PORTAL_ROOT, parsePortalTopic, uplinkFilter } from './topics.ts'

/** What an app in a vehicle sent (W 3.3). */
export interface UplinkMessage {
  readonly vin: string
  /** '' if the app gave none. */
  readonly subtopic: string
  /** What the app handed over: any JSON value. Undefined if the payload is not `{"content": …}`. Check it before use. */
  readonly content: unknown
  /** As it came. */
  readonly payload: string
  readonly topic: string
}

export interface PopupOptions {
  /** false hides the popup's OK button; the Return arrow is always there. Default true (W 3.2). */
  button?: boolean | undefined
  /** Given back to the app with the user's choice. */
  content?: unknown
}

/** Asks the vehicle to say what becomes of a message. */
export interface ReceiptRequest {
  /** How long to wait; default 300 s. Later the client's event `receipt` still tells. */
  receipt: true | { readonly secondsMax?: number | undefined }
}

export interface MessagesOptions {
  /** Ends the loop. */
  signal?: AbortSignal | undefined
  /** Messages kept for a loop that lags behind; the oldest beyond are dropped and counted. Default 1000. */
  bufferMax?: number | undefined
}

export interface PartnerEvents {
  /** The connection was made, lost or closed. */
  state: [change: ConnectionChange]
  /** A `messages()` loop was too slow; `dropped` counts all messages lost so by this client. */
  drop: [dropped: number]
  /** A vehicle said what became of a message that asked for it, sent by this client or another one of this login. */
  receipt: [receipt: VehicleReceipt]
}

/**
 * A partner's back end, for new code. All failures are `PartnerError`s with a stable `code`.
 *
 * ```ts
 * await using client = new PartnerClient(readPartnerConfig('config.json'))
 * await client.connect()
 * await client.send('VF30000000000TEST', 'my-app', { hello: 'world' })
 * for await (const { vin, content } of client.messages()) console.log(vin, content)
 * ```
 */
export class PartnerClient extends EventEmitter<PartnerEvents> implements AsyncDisposable {
  // Listeners are called in a turn of their own: what they throw must not upset the connection.
  readonly #connection: Connection
  readonly #root: string
  readonly #uid: string
  readonly #streams = new Set<MessageStream<UplinkMessage>>()
  readonly #receipts: OpenReceipts
  #dropped = 0

  /** Throws CONFIG_MALFORMED. Files named in the options are read by `connect()`. */
  constructor(options: PartnerOptions) {
    super()
    this.#root = options.root ?? PORTAL_ROOT
    this.#uid = options.username
    this.#receipts = new OpenReceipts((options.network ?? mqttNetwork).after)
    this.#connection = new Connection(options, {
      message: (topic, payload) => this.#receive(topic, payload),
      state: (change) => queueMicrotask(() => this.emit('state', change)),
      failure: (error) => this.#end(error),
    })
  }

  get state(): ConnectionState {
    return this.#connection.state
  }

  /**
   * Resolves when the connection stands; from then on it is renewed by itself. Rejects with SIGN_IN_REFUSED, TLS_FAILED or
   * CERTIFICATE_UNREADABLE at once, with NOT_CONNECTED after `connectSeconds` of trying; it may then be called again.
   */
  connect(): Promise<void> {
    return this.#connection.connect()
  }

  /**
   * Sends data to an app in a vehicle (W 3.1). Resolves when the server has it, which does not mean that the app has: only a
   * receipt, or the app's own answer, tells. Nothing is repeated unless `retrySends` is set.
   * @param content any JSON value; left out, the app gets none.
   */
  send(vin: string, idApp: string, content: unknown, options: ReceiptRequest): Promise<Receipt>
  send(vin: string, idApp: string, content?: unknown): Promise<void>
  async send(
    vin: string,
    idApp: string,
    content?: unknown,
    { receipt: wanted }: Partial<ReceiptRequest> = {},
  ): Promise<unknown> {
    const message = { idApp, popup: false, content }
    if (!wanted) return this.#publish(vin, message)
    return this.#publishWith(new Receipt(randomUUID(), vin, idApp), message, wanted)
  }

  /** Shows a popup over whatever is on the vehicle's screen (W 3.2); `\n` in the text starts a new line. */
  popup(
    vin: string,
    idApp: string,
    text: string,
    options: PopupOptions & ReceiptRequest,
  ): Promise<PopupReceipt>
  popup(vin: string, idApp: string, text: string, options?: PopupOptions): Promise<void>
  async popup(
    vin: string,
    idApp: string,
    text: string,
    { button = true, content, receipt: wanted }: PopupOptions & Partial<ReceiptRequest> = {},
  ): Promise<unknown> {
    if (typeof text !== 'string' || text === '') throw new PartnerError('POPUP_TEXT_MALFORMED')
    const message = { idApp, popup: true, popupBtn: button, popupText: text, content }
    if (!wanted) return this.#publish(vin, message)
    return this.#publishWith(new PopupReceipt(randomUUID(), vin, idApp), message, wanted)
  }

  /**
   * What the apps send, from this call on. Every call gives its own copy of all messages. The loop ends with `close()`, with
   * the signal, or by throwing the PartnerError that ended the connection for good.
   */
  messages({
    signal,
    bufferMax = limits.messagesBufferedMax,
  }: MessagesOptions = {}): MessageStream<UplinkMessage> {
    const end = () => stream.end()
    const stream = new MessageStream<UplinkMessage>(bufferMax, () => {
      this.#streams.delete(stream)
      signal?.removeEventListener('abort', end)
    })
    this.#streams.add(stream)
    signal?.addEventListener('abort', end)
    if (signal?.aborted || this.state === 'closed') stream.end()
    else this.#connection.subscribe(uplinkFilter(this.#root, this.#uid)).catch((error) => stream.end(error))
    return stream
  }

  /** Finishes sends under way (at most 5 s), ends all loops and the connection. */
  async close(): Promise<void> {
    await this.#connection.close()
    this.#end()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #publish(vin: string, message: Downlink): Promise<void> {
    checkIdApp(message.idApp)
    const topic = downlinkTopic(this.#root, this.#uid, vin)
    await this.#connection.publish({ topic, payload: encode(message), qos: 1 })
  }

  async #publishWith(
    receipt: Receipt,
    message: Downlink,
    wanted: ReceiptRequest['receipt'],
  ): Promise<Receipt> {
    this.#receipts.add(receipt, (wanted === true ? undefined : wanted.secondsMax) ?? limits.receiptSeconds)
    try {
      // Asked for before the message goes out; MQTT keeps the order.
      const subscribed = this.#connection.subscribe(uplinkFilter(this.#root, this.#uid))
      subscribed.catch((error) => this.#receipts.remove(receipt.id, error))
      await this.#publish(receipt.vin, { ...message, receipt: receipt.id })
    } catch (error) {
      this.#receipts.remove(receipt.id)
      throw error
    }
    return receipt
  }

  #receive(topic: string, payload: string): void {
    const portalTopic = parsePortalTopic(this.#root, topic)
    if (portalTopic === undefined) return
    const parsed = parseJson(payload)
    const receipt = readReceipt(portalTopic.vin, parsed)
    if (receipt === undefined) this.#handOut({ ...portalTopic, content: contentOf(parsed), payload, topic })
    else {
      this.#receipts.take(receipt)
      queueMicrotask(() => this.emit('receipt', receipt))
    }
  }

  #handOut(message: UplinkMessage): void {
    for (const stream of this.#streams) {
      if (stream.push(message)) continue
      const dropped = ++this.#dropped
      queueMicrotask(() => this.emit('drop', dropped))
    }
  }

  #end(error?: PartnerError): void {
    for (const stream of this.#streams) stream.end(error)
    this.#receipts.fail(error ?? new PartnerError('CLOSED'))
  }
}

interface Downlink {
  readonly idApp: string
  readonly content: unknown
  readonly [field: string]: unknown
}

function encode(message: { content: unknown }): string {
  const { content } = message
  if (typeof content === 'function' || typeof content === 'symbol') throw new PartnerError('CONTENT_NOT_JSON')
  try {
    return JSON.stringify(message)
  } catch (cause) {
    throw new PartnerError('CONTENT_NOT_JSON', (cause as Error).message, { cause })
  }
}

/** undefined if it is no JSON. */
function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return undefined
  }
}

function contentOf(parsed: unknown): unknown {
  return typeof parsed === 'object' && parsed !== null ? (parsed as { content?: unknown }).content : undefined
}
