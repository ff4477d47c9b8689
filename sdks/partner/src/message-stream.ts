import type { PartnerError } from './partner-error.ts'

/**
 * Messages for one `for await` loop. Holds at most `bufferMax`; when the loop lags further behind, the oldest is dropped and
 * counted. Ends when told to; what is buffered by then is still handed out.
 */
export class MessageStream<Message> implements AsyncIterableIterator<Message, undefined> {
  readonly #bufferMax: number
  readonly #onEnd: () => void
  #buffer: Message[] = []
  #waiting: PromiseWithResolvers<IteratorResult<Message, undefined>>[] = []
  #ended = false
  #error: PartnerError | undefined
  #dropped = 0

  constructor(bufferMax: number, onEnd: () => void) {
    this.#bufferMax = bufferMax
    this.#onEnd = onEnd
  }

  /** How many messages this loop lost because it was too slow. */
  get dropped(): number {
    return this.#dropped
  }

  /** Returns false if a message had to be dropped for it. */
  push(message: Message): boolean {
    if (this.#ended) return true
    const reader = this.#waiting.shift()
    if (reader !== undefined) {
      reader.resolve({ done: false, value: message })
      return true
    }
    this.#buffer.push(message)
    if (this.#buffer.length <= this.#bufferMax) return true
    this.#buffer.shift()
    this.#dropped += 1
    return false
  }

  /** The loop ends after what is buffered; with an error it throws it then. */
  end(error?: PartnerError): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#onEnd()
    const readers = this.#waiting
    this.#waiting = []
    for (const reader of readers) this.#finish().then(reader.resolve, reader.reject)
  }

  next(): Promise<IteratorResult<Message, undefined>> {
    const message = this.#buffer.shift()
    if (message !== undefined) return Promise.resolve({ done: false, value: message })
    if (this.#ended) return this.#finish()
    const reader = Promise.withResolvers<IteratorResult<Message, undefined>>()
    this.#waiting.push(reader)
    return reader.promise
  }

  /** Called by `break` and `return` inside the loop. */
  return(): Promise<IteratorResult<Message, undefined>> {
    this.#buffer = []
    this.end()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(): Promise<IteratorResult<Message, undefined>> {
    const error = this.#error
    this.#error = undefined // thrown once, as generators do
    return error === undefined ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error)
  }
}
