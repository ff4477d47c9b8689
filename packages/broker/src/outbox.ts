import type { Counters } from './counters.ts'
import type { BrokerLimits } from './limits.ts'
import type { Transport } from './transport.ts'

/** Below this size a piece is copied together with its neighbours: one write costs more than the copy. */
const COPY_BYTES_MAX = 4_096
/** A write is no larger, so that a slow but living reader shows progress well within `outboxStuckSeconds`. */
const WRITE_BYTES_MAX = 65_536

/**
 * Bytes on their way out of one connection: collected during a turn of the event loop, written once at its
 * end, bounded. What is added is a range of somebody else's buffer; while the peer does not read, ranges are copied
 * into blocks of our own, or a message of 100 bytes would hold on to the 64 KiB it arrived in.
 */
export class Outbox {
  readonly #transport: Transport
  readonly #limits: BrokerLimits
  readonly #counters: Counters
  readonly #writer: Writer
  /** Undefined while nothing waits: most connections are idle most of the time. */
  #ranges: Ranges | undefined
  /** Ranges before this index are blocks of our own. */
  #ownRanges = 0
  #ownBlock: Buffer | undefined
  #ownBlockUsed = 0
  #waitingBytes = 0
  #waitingMessages = 0
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
    return this.#waitingBytes + this.#writingBytes
  }

  /**
   * Adds whole PUBLISH packets. False: they do not fit together; the caller may try them one by one, the last of
   * them is dropped and counted by `drop`.
   */
  add(buffer: Buffer, start: number, end: number, messages: number): boolean {
    const length = end - start
    if (this.#closed || this.bytes + length > this.#limits.outboxBytesMax) return false
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
    const buffer = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)
    this.#append(buffer, 0, buffer.length)
    return true
  }

  #append(buffer: Buffer, start: number, end: number): void {
    this.#ranges ??= this.#writer.takeRanges()
    const { buffers, starts, ends } = this.#ranges
    const last = buffers.length - 1
    if (last >= this.#ownRanges && buffers[last] === buffer && ends[last] === start) {
      ends[last] = end
    } else {
      buffers.push(buffer)
      starts.push(start)
      ends.push(end)
    }
    this.#waitingBytes += end - start
    if (!this.#scheduled) {
      this.#scheduled = true
      this.#writer.schedule(this)
    }
  }

  /** Called by the writer at the end of the turn, and when the transport has drained. */
  write(now: number): void {
    this.#scheduled = false
    if (this.#closed) return
    if (this.#writingBytes > 0) {
      this.#copyRanges()
      return
    }
    while (this.#waitingBytes > 0) {
      const written = this.#transport.write(this.#take())
      if (!written) {
        this.blockedSince = now
        if (this.#waitingBytes > 0) this.#copyRanges()
        return
      }
      this.#finishWriting()
    }
  }

  drained(now: number): void {
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

  /** The next bytes to write, small pieces joined. Moves them from waiting to writing. */
  #take(): Buffer[] {
    const ranges = this.#ranges as Ranges
    let count = 0
    let bytes = 0
    let allSmall = true
    while (count < ranges.buffers.length && (count === 0 || bytes < WRITE_BYTES_MAX)) {
      const length = (ranges.ends[count] as number) - (ranges.starts[count] as number)
      if (length > COPY_BYTES_MAX) allSmall = false
      bytes += length
      count++
    }
    const chunks = allSmall && count > 1 ? [this.#join(ranges, count, bytes)] : slice(ranges, count)
    this.#forget(ranges, count)
    this.#writingBytes = bytes
    this.#waitingBytes -= bytes
    // Which message ends in which write is not known without parsing; the last write of a batch counts them all.
    if (this.#waitingBytes === 0) {
      this.#writingMessages = this.#waitingMessages
      this.#waitingMessages = 0
    }
    return chunks
  }

  #join({ buffers, starts, ends }: Ranges, count: number, bytes: number): Buffer {
    const joined = this.#writer.allocate(bytes)
    let at = 0
    for (let i = 0; i < count; i++) at += (buffers[i] as Buffer).copy(joined, at, starts[i], ends[i])
    return joined
  }

  #forget(ranges: Ranges, count: number): void {
    if (count === ranges.buffers.length) {
      this.#writer.giveBackRanges(ranges)
      this.#ranges = undefined
      this.#ownRanges = 0
      this.#ownBlock = undefined
    } else {
      ranges.buffers.splice(0, count)
      ranges.starts.splice(0, count)
      ranges.ends.splice(0, count)
      this.#ownRanges = Math.max(0, this.#ownRanges - count)
    }
  }

  /** While the peer does not read: moves what came this turn into blocks of our own. */
  #copyRanges(): void {
    const ranges = this.#ranges
    if (ranges === undefined) return
    const buffers = ranges.buffers.splice(this.#ownRanges)
    const starts = ranges.starts.splice(this.#ownRanges)
    const ends = ranges.ends.splice(this.#ownRanges)
    for (let i = 0; i < buffers.length; i++) {
      this.#copyRange(ranges, buffers[i] as Buffer, starts[i] as number, ends[i] as number)
    }
    this.#ownRanges = ranges.buffers.length
  }

  #copyRange(ranges: Ranges, buffer: Buffer, start: number, end: number): void {
    const length = end - start
    if (this.#ownBlock === undefined || this.#ownBlock.length - this.#ownBlockUsed < length) {
      // Blocks grow with what waits: small for a short hiccup, few for a long one.
      const size = Math.max(length, Math.min(WRITE_BYTES_MAX, Math.max(4_096, this.#waitingBytes)))
      this.#ownBlock = Buffer.allocUnsafeSlow(size)
      this.#ownBlockUsed = 0
      ranges.buffers.push(this.#ownBlock)
      ranges.starts.push(0)
      ranges.ends.push(0)
    }
    buffer.copy(this.#ownBlock, this.#ownBlockUsed, start, end)
    this.#ownBlockUsed += length
    ranges.ends[ranges.ends.length - 1] = this.#ownBlockUsed
  }

  /** Whatever was not taken by the kernel is lost, and counted. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    const lost = this.#waitingMessages + this.#writingMessages
    if (lost > 0) this.#counters.drop('connection_closed', lost)
    this.#ranges = undefined
    this.#ownBlock = undefined
    this.#waitingBytes = 0
  }
}

/** What waits in one outbox: one entry per range, in three arrays, so that there is no object per message. */
interface Ranges {
  readonly buffers: Buffer[]
  readonly starts: number[]
  readonly ends: number[]
}

function slice({ buffers, starts, ends }: Ranges, count: number): Buffer[] {
  const chunks: Buffer[] = []
  for (let i = 0; i < count; i++) {
    const buffer = buffers[i] as Buffer
    const isWhole = starts[i] === 0 && ends[i] === buffer.length
    chunks.push(isWhole ? buffer : buffer.subarray(starts[i], ends[i]))
  }
  return chunks
}

/** Writes every outbox that got something during this turn of the event loop, once, at its end. */
export class Writer {
  #outboxes: Outbox[] = []
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
  #slabUsed = 0
  readonly #spareRanges: Ranges[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  schedule(outbox: Outbox): void {
    if (this.#outboxes.length === 0) setImmediate(this.#run)
    this.#outboxes.push(outbox)
  }

  readonly #run = (): void => {
    const outboxes = this.#outboxes
    this.#outboxes = []
    const now = this.#now()
    for (let i = 0; i < outboxes.length; i++) (outboxes[i] as Outbox).write(now)
  }

  takeRanges(): Ranges {
    return this.#spareRanges.pop() ?? { buffers: [], starts: [], ends: [] }
  }

  giveBackRanges(ranges: Ranges): void {
    if (this.#spareRanges.length >= SPARE_RANGES_MAX || ranges.buffers.length > RANGES_KEPT_MAX) return
    ranges.buffers.length = 0
    ranges.starts.length = 0
    ranges.ends.length = 0
    this.#spareRanges.push(ranges)
  }

  /** Bytes to fill and hand to a transport. Cut from a slab: an ArrayBuffer per write would cost more than the write. */
  allocate(bytes: number): Buffer {
    if (bytes > SLAB_BYTES / 4) return Buffer.allocUnsafeSlow(bytes)
    if (this.#slabUsed + bytes > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES)
      this.#slabUsed = 0
    }
    const start = this.#slabUsed
    this.#slabUsed += bytes
    return this.#slab.subarray(start, start + bytes)
  }
}

const SLAB_BYTES = 65_536
const SPARE_RANGES_MAX = 1_024
/** Longer arrays are left to the garbage collector. */
const RANGES_KEPT_MAX = 256
