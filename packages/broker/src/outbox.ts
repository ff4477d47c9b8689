import type { Core } from './core.ts'
import type { Congestible, Relief } from './fairness/congestible.ts'
import type { Transport } from './transports/transport.ts'
import type { Ranges } from './wire/ranges.ts'

/** A write is no larger, so that a slow but living reader shows progress well within `outboxStuckSeconds`. */
const WRITE_BYTES_MAX = 65_536
/** Shares of `outboxBytesMax`: above the first the senders are slowed down, at the second they go on. */
const CROWDED_SHARE = 1 / 4
const RELIEVED_SHARE = 1 / 8
/** A slow reader's outbox is full a little earlier, so that nobody makes bytes in vain that are just too many for it. */
const SLOW_SHARE = 7 / 8
/** What each slow reader's may hold even when all together hold more than they may. */
const OUTBOX_BYTES_MIN = 16_384

/** Bytes on their way out of one connection: collected during a turn of the event loop, written once at its end, bounded. */
export class Outbox implements Congestible {
  readonly #transport: Transport
  readonly #core: OutboxCore
  /** What waits, if it is one range of bytes: mostly it is one message. */
  #first: Buffer | undefined
  #firstStart = 0
  #firstEnd = 0
  #firstMessages = 0
  /** What waits otherwise; undefined while nothing does. */
  #waiting: Ranges | undefined
  /** Handed to the transport, not yet taken by the kernel. */
  #writingBytes = 0
  #writingMessages = 0
  /** Not yet taken by the kernel. */
  bytes = 0
  #scheduled = false
  #closed = false
  /** When the peer last failed to take everything, in the broker's coarse milliseconds; 0 = it keeps up. */
  blockedSince = 0
  /** Does so much wait that whoever sends more should be slowed down? Never for the sake of a reader that is slow. */
  isCrowded = false
  /** Did it not catch up while its senders waited? Until it has room again. */
  #isSlow = false
  /** What the kernel has taken since the beginning. */
  writtenBytes = 0
  writtenMessages = 0
  /** Messages that did not fit, or were lost with the connection. */
  droppedMessages = 0
  /** Told when a crowded outbox has room again, or is gone; undefined if nobody waits. */
  relief: Relief | undefined

  constructor(transport: Transport, core: OutboxCore) {
    this.#transport = transport
    this.#core = core
  }

  /**
   * Adds whole PUBLISH packets, which stand in buffer[start, end) and must not change there. False: they do not fit
   * together; the caller may try them one by one, and tells `drop` of those that do not fit either.
   */
  add(buffer: Buffer, start: number, end: number, messages: number): boolean {
    const bytes = this.bytes + end - start
    const { outboxBytesMax } = this.#core.limits
    if (bytes > outboxBytesMax * CROWDED_SHARE && !this.#isSlow) this.isCrowded = !this.#closed
    if (bytes > outboxBytesMax || !this.hasRoom) return false
    this.#append(buffer, start, end, messages)
    return true
  }

  /** Is it worth while to make bytes for it? A slow reader has none as long as all together hold more than they may. */
  get hasRoom(): boolean {
    if (!this.#isSlow) return !this.#closed
    const { limits, writer } = this.#core
    const bytesMax = writer.heldBytes > limits.outboxesBytesMax ? OUTBOX_BYTES_MIN : limits.outboxBytesMax
    return !this.#closed && this.bytes < bytesMax * SLOW_SHARE
  }

  drop(messages: number): void {
    this.droppedMessages += messages
    this.#core.counters.drop(this.#closed ? 'connection_closed' : 'outbox_full', messages)
  }

  /** Adds a packet that must not be lost, such as an acknowledgement. False: there is no room, the connection must go. */
  addControl(packet: Uint8Array): boolean {
    if (this.#closed || this.bytes + packet.length > 2 * this.#core.limits.outboxBytesMax) return false
    this.#append(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength), 0, packet.length, 0)
    return true
  }

  #append(buffer: Buffer, start: number, end: number, messages: number): void {
    this.bytes += end - start
    if (this.#waiting !== undefined) this.#waiting.append(buffer, start, end, messages)
    else if (this.#first === undefined) {
      this.#first = buffer
      this.#firstStart = start
      this.#firstEnd = end
      this.#firstMessages = messages
    } else if (this.#first === buffer && this.#firstEnd === start) {
      this.#firstEnd = end
      this.#firstMessages += messages
    } else this.#collect(this.#first).append(buffer, start, end, messages)
    if (!this.#scheduled) {
      this.#scheduled = true
      this.#core.writer.schedule(this)
    }
  }

  /** There is more than one range now. */
  #collect(first: Buffer): Ranges {
    this.#waiting = this.#core.writer.takeRanges()
    this.#waiting.append(first, this.#firstStart, this.#firstEnd, this.#firstMessages)
    this.#first = undefined
    return this.#waiting
  }

  /** Called by the writer at the end of the turn, and when the transport has drained. */
  write(now: number): void {
    this.#scheduled = false
    if (this.#closed) return
    while (this.#writingBytes === 0) {
      const chunks = this.#take()
      if (chunks === undefined) break
      if (this.#transport.write(chunks)) this.#finishWriting()
      else this.blockedSince = now
    }
    if (this.#first !== undefined) this.#collect(this.#first).settle()
    else this.#waiting?.settle()
    if (this.isCrowded || this.#isSlow) this.#relieve()
  }

  /** The next bytes, moved from waiting to writing; undefined if none wait. */
  #take(): Buffer[] | undefined {
    const first = this.#first
    if (first !== undefined) {
      this.#first = undefined
      this.#writingBytes = this.#firstEnd - this.#firstStart
      this.#writingMessages = this.#firstMessages
      return [this.#writingBytes === first.length ? first : first.subarray(this.#firstStart, this.#firstEnd)]
    }
    const waiting = this.#waiting
    if (waiting === undefined) return undefined
    const { writer } = this.#core
    const { bytes, length } = waiting
    const chunks = waiting.take(WRITE_BYTES_MAX, writer.allocate)
    this.#writingBytes = bytes - waiting.bytes
    this.#writingMessages = waiting.takenMessages
    if (waiting.bytes > 0) return chunks
    this.#waiting = undefined
    writer.giveBackRanges(waiting, length)
    return chunks
  }

  /** The transport has handed to the kernel what it was given. */
  drained(now: number): void {
    if (this.#closed) return
    this.#finishWriting()
    this.blockedSince = 0
    this.write(now)
  }

  #finishWriting(): void {
    const { counters } = this.#core
    counters.messagesSent += this.#writingMessages
    counters.bytesSent += this.#writingBytes
    this.writtenMessages += this.#writingMessages
    this.writtenBytes += this.#writingBytes
    this.bytes -= this.#writingBytes
    this.#writingMessages = 0
    this.#writingBytes = 0
  }

  #relieve(): void {
    if (this.bytes > this.#core.limits.outboxBytesMax * RELIEVED_SHARE) return
    this.#isSlow = false
    this.isCrowded = false
    this.relief?.relieve(this)
  }

  /** Its senders have waited long enough. */
  giveUp(): void {
    this.isCrowded = false
    this.#isSlow = true
  }

  /** Whoever takes less while its senders wait is slow, not busy: 2.6 MB/s with the limit as it is by default. */
  get busyBytes(): number {
    return this.#core.limits.outboxBytesMax * RELIEVED_SHARE
  }

  /** Drops what waits and has not been begun, so that a last packet can follow. */
  clear(): void {
    const lost = this.#forget()
    if (lost > 0) this.drop(lost)
  }

  /** Returns how many messages waited. */
  #forget(): number {
    const messages = this.#first === undefined ? (this.#waiting?.messages ?? 0) : this.#firstMessages
    this.#first = undefined
    this.#waiting?.clear()
    this.#waiting = undefined
    this.bytes = this.#writingBytes
    return messages
  }

  /** Does it not get on? Below TLS no write is done at once, so a little that was written just now says nothing yet. */
  isStuck(now: number): boolean {
    if (this.blockedSince === 0) return false
    return this.bytes > OUTBOX_BYTES_MIN || now - this.blockedSince >= 1_000
  }

  /** Whatever was not taken by the kernel is lost, and counted. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const lost = this.#forget() + this.#writingMessages
    if (lost > 0) this.drop(lost)
    this.#writingMessages = 0
    this.#writingBytes = 0
    this.bytes = 0
    this.isCrowded = false
    this.relief?.relieve(this)
  }
}

export type OutboxCore = Pick<Core, 'limits' | 'counters' | 'writer'>
