import { limits } from './limits.ts'
import type { Link, OutgoingMessage } from './link.ts'
import type { RetrySends } from './options.ts'
import { PartnerError } from './partner-error.ts'

interface Send {
  readonly message: OutgoingMessage
  readonly bytes: number
  readonly sentAt: number
  settle(error?: PartnerError): void
}

/**
 * Sends on their way: written in order while a link is attached, at most its `inFlightMax` unacknowledged. Without a link a
 * send fails at once, unless `hold` says that it may wait.
 */
export class Outbox {
  #link: Link | undefined
  #waiting: Send[] = []
  #waitingBytes = 0
  readonly #inFlight = new Set<Send>()
  #holding: RetrySends | undefined
  #expiry: NodeJS.Timeout | undefined
  #emptied: (() => void) | undefined

  /** What may wait while there is no link; undefined = nothing. Applies to later sends and losses. */
  hold(holding: RetrySends | undefined): void {
    this.#holding = holding
  }

  send(message: OutgoingMessage): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const bytes = Buffer.byteLength(message.payload)
    const settle = (error?: PartnerError) => (error === undefined ? resolve() : reject(error))
    const fault = this.#whyNot(bytes)
    if (fault !== undefined) {
      reject(fault)
      return promise
    }
    this.#waiting.push({ message, bytes, sentAt: performance.now(), settle })
    this.#waitingBytes += bytes
    if (this.#link === undefined) this.#watchExpiry()
    else this.#write()
    return promise
  }

  attach(link: Link): void {
    clearTimeout(this.#expiry)
    this.#expiry = undefined
    this.#link = link
    this.#write()
  }

  /** The link is lost: what was under way waits for the next one, or fails. */
  detach(): void {
    this.#link = undefined
    const lost = [...this.#inFlight, ...this.#waiting]
    this.#inFlight.clear()
    this.#waiting = this.#holding === undefined ? [] : lost.slice(0, this.#holding.messagesMax)
    this.#waitingBytes = this.#waiting.reduce((sum, send) => sum + send.bytes, 0)
    for (const send of lost.slice(this.#waiting.length)) {
      send.settle(
        new PartnerError('NOT_CONNECTED', 'the connection ended before the server acknowledged the message'),
      )
    }
    this.#watchExpiry()
  }

  /** Fails everything under way. */
  fail(error: PartnerError): void {
    clearTimeout(this.#expiry)
    const lost = [...this.#inFlight, ...this.#waiting]
    this.#inFlight.clear()
    this.#waiting = []
    this.#waitingBytes = 0
    for (const send of lost) send.settle(error)
    this.#emptied?.()
  }

  /** Resolves when nothing is under way any more, or after `seconds`. */
  async drain(seconds: number): Promise<void> {
    if (this.#inFlight.size + this.#waiting.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, seconds * 1000)
    this.#emptied = resolve
    await promise
    clearTimeout(timer)
  }

  #whyNot(bytes: number): PartnerError | undefined {
    if (this.#link === undefined && this.#holding === undefined) return new PartnerError('NOT_CONNECTED')
    if (
      this.#link === undefined &&
      this.#holding !== undefined &&
      this.#waiting.length >= this.#holding.messagesMax
    ) {
      return new PartnerError(
        'SENDS_BACKED_UP',
        `${this.#waiting.length} messages already wait for the connection`,
      )
    }
    if (this.#waitingBytes + bytes <= limits.waitingBytesMax) return undefined
    return new PartnerError('SENDS_BACKED_UP', `${this.#waitingBytes} bytes already wait to be sent`)
  }

  #write(): void {
    const link = this.#link
    while (link !== undefined && this.#inFlight.size < link.inFlightMax) {
      const send = this.#waiting.shift()
      if (send === undefined) break
      this.#waitingBytes -= send.bytes
      this.#inFlight.add(send)
      link.publish(send.message, (error) => this.#acknowledged(send, error))
    }
  }

  #acknowledged(send: Send, error: PartnerError | undefined): void {
    // An error without the server's answer means that the link is going; detach() decides then. A late call of a lost link
    // finds its send gone.
    if (error?.code === 'NOT_CONNECTED' || !this.#inFlight.delete(send)) return
    send.settle(error)
    this.#write()
    if (this.#inFlight.size + this.#waiting.length === 0) this.#emptied?.()
  }

  /** Sends wait in the order they were made, so the first one is the next to expire. */
  #watchExpiry(): void {
    const [first] = this.#waiting
    if (first === undefined || this.#holding === undefined || this.#expiry !== undefined) return
    const { secondsMax } = this.#holding
    if (secondsMax === Number.POSITIVE_INFINITY) return
    const dueIn = first.sentAt + secondsMax * 1000 - performance.now()
    this.#expiry = setTimeout(() => {
      this.#expiry = undefined
      this.#waiting.shift()
      this.#waitingBytes -= first.bytes
      first.settle(
        new PartnerError('NOT_CONNECTED', `the message was not acknowledged within ${secondsMax} s`),
      )
      this.#watchExpiry()
    }, dueIn)
  }
}
