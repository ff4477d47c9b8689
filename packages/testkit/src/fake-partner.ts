import { formatPortalTopic, type PortalTopic, parseUid, parseVin, type Receipt } from '@pillion/schema'
import type { FakeNetwork } from './fake-network.ts'

/** What an app sent, as `messages()` of `@pillion/partner` gives it. */
export interface UplinkMessage {
  readonly vin: string
  /** '' if there is none. */
  readonly subtopic: string
  /** undefined if the payload is not `{"content": …}`. */
  readonly content: unknown
  /** As it came. */
  readonly payload: string
  readonly topic: string
}

/** What became of a message sent with `receipt`. */
export interface ReceivedReceipt extends Receipt {
  readonly vin: string
}

export interface FakePartnerMessageOptions {
  readonly content?: unknown
  readonly subtopic?: string
  /** An id of your choice, 1 to 128 characters: what becomes of the message comes to `receipts`. */
  readonly receipt?: string
}

/** A back end without a network: speak with its methods, or let your own back end do it with `options`. */
export class FakePartner {
  readonly uid: string
  /** What apps sent, oldest first. */
  readonly received: UplinkMessage[] = []
  readonly receipts: ReceivedReceipt[] = []
  /** Called after the message was recorded, never inside of what brought it about. */
  onMessage: (message: UplinkMessage) => void = () => {}
  #network: FakeNetwork
  #links = new Set<FakeLink>()

  constructor(uid: string, network: FakeNetwork) {
    this.uid = uid
    this.#network = network
  }

  /** For `new PartnerClient(…)` or `new MQTTClient(…)` of `@pillion/partner`: this back end, without a network. */
  get options() {
    const { root, clock } = this.#network
    return {
      uri: 'mqtt://fake.invalid',
      username: this.uid,
      password: '',
      root,
      network: {
        openLink: async (_options: unknown, receive: FakeLink['receive'], signal: AbortSignal) =>
          this.#openLink(receive, signal),
        after: (milliseconds: number, callback: () => void) => clock.after(milliseconds, callback),
      },
    }
  }

  /** Data for an app (W 3.1). */
  send(vin: string, idApp: string, content?: unknown, options: FakePartnerMessageOptions = {}): void {
    const { subtopic, receipt } = options
    this.publish(vin, { idApp, popup: false, content, receipt }, subtopic)
  }

  /** A popup (W 3.2); `button: false` hides its OK. */
  popup(
    vin: string,
    idApp: string,
    text: string,
    options: FakePartnerMessageOptions & { readonly button?: boolean } = {},
  ): void {
    const { button = true, content, subtopic, receipt } = options
    const message = { idApp, popup: true, popupBtn: button, popupText: text, content, receipt }
    this.publish(vin, message, subtopic)
  }

  /** Any payload; what is no string goes as its JSON text. @throws TypeError if `vin` is none */
  publish(vin: string, payload: unknown, subtopic = ''): void {
    const uid = parseUid(this.uid)
    const parsedVin = parseVin(vin)
    if (uid === undefined || parsedVin === undefined) throw new TypeError(`${vin} is not a VIN (W 2.3).`)
    const topic = { word: 'to', uid, vin: parsedVin, subtopic } as const
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    this.#network.sendDown(this.uid, formatPortalTopic(topic, this.#network.root), text)
  }

  /** For `FakeNetwork`: an uplink. */
  take({ vin, subtopic }: PortalTopic, topic: string, payload: string): void {
    const parsed: unknown = JSON.parse(payload)
    const fields = (typeof parsed === 'object' && parsed !== null ? parsed : {}) as Record<string, unknown>
    if (isReceipt(fields)) this.receipts.push({ ...fields, vin })
    else {
      const message = { vin, subtopic, content: fields.content, payload, topic }
      this.received.push(message)
      queueMicrotask(() => this.onMessage(message))
    }
    for (const link of this.#links) if (link.subscribed) queueMicrotask(() => link.receive(topic, payload))
  }

  #openLink(receive: FakeLink['receive'], signal: AbortSignal): FakeLink {
    const link = new FakeLink(receive, {
      publish: (topicName, payload) => this.#network.sendDown(this.uid, topicName, payload),
      closed: () => this.#links.delete(link),
    })
    this.#links.add(link)
    signal.addEventListener('abort', () => void link.close(), { once: true })
    return link
  }
}

/** An app's uplink always has `content` (W 6.4). */
function isReceipt(fields: object): fields is Receipt {
  return 'receipt' in fields && 'state' in fields && !('content' in fields)
}

/** A connection of `@pillion/partner`: everything is granted and acknowledged at once, but never inside of the call. */
class FakeLink {
  readonly inFlightMax = 100
  readonly receive: (topic: string, payload: string) => void
  readonly closed: Promise<Error>
  subscribed = false
  #ended: (reason: Error) => void
  #network: { publish(topicName: string, payload: string): void; closed(): void }

  constructor(
    receive: FakeLink['receive'],
    network: { publish(topicName: string, payload: string): void; closed(): void },
  ) {
    const { promise, resolve } = Promise.withResolvers<Error>()
    this.receive = receive
    this.closed = promise
    this.#ended = resolve
    this.#network = network
  }

  publish(message: { topic: string; payload: string | Uint8Array }, done: (error: undefined) => void): void {
    const { topic, payload } = message
    this.#network.publish(topic, typeof payload === 'string' ? payload : new TextDecoder().decode(payload))
    queueMicrotask(() => done(undefined))
  }

  /** Whatever a partner may subscribe with (W 2.6): it hears all its vehicles. */
  subscribe(_filter: string, done: (error: undefined) => void): void {
    this.subscribed = true
    queueMicrotask(() => done(undefined))
  }

  async close(): Promise<void> {
    this.#network.closed()
    this.#ended(new Error('closed'))
  }
}
