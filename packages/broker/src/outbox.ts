import type { Counters } from './counters.ts'
import type { BrokerLimits } from './limits.ts'
import type { Ranges } from './ranges.ts'
import type { Transport } from './transport.ts'
import type { Writer } from './writer.ts'

/** A write is no larger, so that a slow but living reader shows progress well within `outboxStuckSeconds`. */
const WRITE_BYTES_MAX = 65_536

/** Bytes on their way out of one connection: collected during a turn of the event loop, written once at its end, bounded. */
export class Outbox {
  readonly #transport: Transport
  readonly #limits: BrokerLimits
  readonly #counters: Counters
  readonly #writer: Writer
  /** Undefined while nothing waits. */
  #waiting: Ranges | undefined
  #waitingMessages = 0
  /** Handed to the transport, not yet taken by the kernel. */
  #writingBytes = 0
  #writingMessages = 0
  #scheduled = false
  #closed = false
  /** When the peer last failed to take everything, in the broker's coarse milliseconds; 0 = it keeps up. */
  blockedSince = 0

  constructor(transport: Transport, limits: BrokerLimits, counters: Counters, writer: Writer) {
    this.#transport = transport
    this.#limits = limits
    this.#counters = counters
    this.#writer = writer
  }

  /** Bytes not yet taken by the kernel. */
  get bytes(): number {
    return (this.#waiting?.bytes ?? 0) + this.#writingBytes
  }

  /**
   * Adds whole PUBLISH packets, which stand in buffer[start, end) and must not change there. False: they do not fit
   * together; the caller may try them one by one, and tells `drop` of those that do not fit either.
   */
  add(buffer: Buffer, start: number, end: number, messages: number): boolean {
    if (this.#closed || this.bytes + end - start > this.#limits.outboxBytesMax) return false
    this.#append(buffer, start, end)
    this.#waitingMessages += messages
    return true
  }

  drop(messages: number): void {
    this.#counters.drop(this.#closed ? 'connection_closed' : 'outbox_full', messages)
  }

  /** Adds a packet that must not be lost, such as an acknowledgement. False: there is no room, the connection must go. */
  addControl(packet: Uint8Array): boolean {
    if (this.#closed || this.bytes + packet.length > 2 * this.#limits.outboxBytesMax) return false
    this.#append(Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength), 0, packet.length)
    return true
  }

  #append(buffer: Buffer, start: number, end: number): void {
    this.#waiting ??= this.#writer.takeRanges()
    this.#waiting.append(buffer, start, end)
    if (!this.#scheduled) {
      this.#scheduled = true
      this.#writer.schedule(this)
    }
  }

  /** Called by the writer at the end of the turn, and when the transport has drained. */
  write(now: number): void {
    this.#scheduled = false
    if (this.#closed) return
    while (this.#waiting !== undefined && this.#writingBytes === 0) {
      if (this.#transport.write(this.#take(this.#waiting))) this.#finishWriting()
      else this.blockedSince = now
    }
    this.#waiting?.settle()
  }

  /** The next bytes, moved from waiting to writing. */
  #take(waiting: Ranges): Buffer[] {
    const { bytes, length } = waiting
    const chunks = waiting.take(WRITE_BYTES_MAX, this.#writer.allocate)
    this.#writingBytes = bytes - waiting.bytes
    if (waiting.bytes > 0) return chunks
    // Which message ends in which write is not known without parsing; the last write of a batch counts them all.
    this.#writingMessages = this.#waitingMessages
    this.#waitingMessages = 0
    this.#waiting = undefined
    this.#writer.giveBackRanges(waiting, length)
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
    this.#counters.messagesSent += this.#writingMessages
    this.#counters.bytesSent += this.#writingBytes
    this.#writingMessages = 0
    this.#writingBytes = 0
  }

  /** Whatever was not taken by the kernel is lost, and counted. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const lost = this.#waitingMessages + this.#writingMessages
    if (lost > 0) this.#counters.drop('connection_closed', lost)
    this.#waiting = undefined
    this.#waitingMessages = 0
    this.#writingMessages = 0
    this.#writingBytes = 0
  }
}
