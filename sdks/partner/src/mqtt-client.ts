import { Connection } from './connection.ts'
import type { PartnerOptions } from './options.ts'
import { PartnerError } from './partner-error.ts'
import { ReportedPromise } from './reported-promise.ts'
import { checkTopicName, PORTAL_ROOT, readTopicFilter } from './topics.ts'

/** What `MQTTClient.publish` takes, as published (W 2.2). */
export class MQTTMessage {
  payload: string | Uint8Array = ''
  qos: 0 | 1 | 2 = 0
}

/**
 * The client of the published code, as it was printed: `new MQTTClient(config)`, `connect()`, `publish(topic, message)`,
 * `subscribe(topic)`, `onMessage(function (topic, payload) { … })`. Calls may follow `connect()` without waiting for it.
 *
 * All three calls return promises, which that code ignores. A failure that nobody awaits goes to `onError`; without one, a
 * failed `connect()` ends the process with its error, anything else becomes a process warning with the error's code.
 */
export class MQTTClient {
  readonly #connection: Connection
  readonly #root: string
  readonly #messageHandlers: ((topic: string, payload: string) => void)[] = []
  #errorHandler: ((error: PartnerError) => void) | undefined
  #connectError: unknown

  constructor(config: PartnerOptions) {
    this.#root = config.root ?? PORTAL_ROOT
    this.#connection = new Connection(config, {
      message: (topic, payload) => this.#receive(topic, payload),
      state: () => undefined,
      failure: (error) => this.#report(error),
    })
  }

  connect(): Promise<void> {
    const outcome = this.#connection.connect()
    outcome.catch((error) => {
      this.#connectError = error
    })
    return ReportedPromise.watch(outcome, (error) => {
      if (this.#errorHandler !== undefined) this.#errorHandler(error as PartnerError)
      else throwUncaught(error)
    })
  }

  /** The topic is taken as it stands: `…/to/…` or `…/from/…`, with or without the last slash (W 2.5). */
  publish(topic: string, message: MQTTMessage): Promise<void> {
    const publish = async () => {
      checkTopicName(this.#root, topic)
      checkMessage(message)
      await this.#connection.publish({ topic, payload: message.payload, qos: message.qos })
    }
    return ReportedPromise.watch(publish(), (error) => this.#report(error as PartnerError))
  }

  /** `…/opa/#/`, as some pages print it, is read as `…/opa/#`. Renewed after each reconnection. */
  subscribe(topic: string): Promise<void> {
    const subscribe = async () => this.#connection.subscribe(readTopicFilter(topic))
    return ReportedPromise.watch(subscribe(), (error) => this.#report(error as PartnerError))
  }

  /** `payload` is the text of the message; `JSON.parse(payload).content` is what the app sent. */
  onMessage(handler: (topic: string, payload: string) => void): void {
    this.#messageHandlers.push(handler)
  }

  /** Ours: gets every failure that no caller awaits. */
  onError(handler: (error: PartnerError) => void): void {
    this.#errorHandler = handler
  }

  /** Ours: finishes what is under way (at most 5 s) and disconnects. */
  close(): Promise<void> {
    return this.#connection.close()
  }

  #receive(topic: string, payload: string): void {
    // In a turn of its own: what a handler throws must not upset the connection.
    for (const handler of this.#messageHandlers) queueMicrotask(() => handler(topic, payload))
  }

  #report(error: PartnerError): void {
    if (error === this.#connectError) return // told once, by connect()
    if (this.#errorHandler !== undefined) this.#errorHandler(error)
    else process.emitWarning(error.message, { type: 'PartnerWarning', code: error.code })
  }
}

function checkMessage({ payload, qos }: MQTTMessage): void {
  if (typeof payload !== 'string' && !(payload instanceof Uint8Array)) {
    throw new PartnerError(
      'MESSAGE_MALFORMED',
      `payload is ${typeof payload}; JSON.stringify() makes it a string`,
    )
  }
  if (qos !== 0 && qos !== 1 && qos !== 2)
    throw new PartnerError('MESSAGE_MALFORMED', `qos is ${qos}, not 0, 1 or 2`)
}

function throwUncaught(error: unknown): void {
  process.nextTick(() => {
    throw error
  })
}
