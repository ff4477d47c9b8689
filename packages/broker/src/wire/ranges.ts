/** Below this size a range is copied together with its neighbours: one write costs more than the copy. */
const COPY_BYTES_MAX = 4_096
const BLOCK_BYTES_MIN = 4_096
const BLOCK_BYTES_MAX = 65_536

/** What all outboxes together hold in blocks of their own. */
export interface Holding {
  heldBytes: number
}

/**
 * Ranges of buffers that wait to be written, in order: arrays side by side, so that there is no object per message.
 * What is appended belongs to somebody else; `settle` copies it into blocks of our own.
 */
export class Ranges {
  readonly #buffers: Buffer[] = []
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  /** Messages in each range, which are whole. */
  readonly #messages: number[] = []
  /** The first so many ranges are blocks of our own; the last of these is the one that `settle` fills up. */
  #own = 0
  #bytes = 0
  /** How many messages the last `take` took. */
  takenMessages = 0
  readonly #holding: Holding

  constructor(holding: Holding) {
    this.#holding = holding
  }

  get bytes(): number {
    return this.#bytes
  }

  /** How many ranges there are. */
  get length(): number {
    return this.#buffers.length
  }

  /** Adds buffer[start, end), whose content must not change. A range that continues the last one makes it longer. */
  append(buffer: Buffer, start: number, end: number, messages: number): void {
    const last = this.#buffers.length - 1
    if (last >= this.#own && this.#buffers[last] === buffer && this.#ends[last] === start) {
      this.#ends[last] = end
      this.#messages[last] = (this.#messages[last] as number) + messages
    } else this.#push(buffer, start, end, messages)
    this.#bytes += end - start
  }

  #push(buffer: Buffer, start: number, end: number, messages: number): void {
    this.#buffers.push(buffer)
    this.#starts.push(start)
    this.#ends.push(end)
    this.#messages.push(messages)
  }

  /** Messages in the ranges that wait. */
  get messages(): number {
    let sum = 0
    for (const messages of this.#messages) sum += messages
    return sum
  }

  /**
   * Takes ranges from the front: at least one, then as long as fewer than `bytesMax` bytes are taken. Small ones come
   * joined, in bytes from `allocate`.
   */
  take(bytesMax: number, allocate: (bytes: number) => Buffer): Buffer[] {
    let count = 0
    let bytes = 0
    let messages = 0
    let allSmall = true
    while (count < this.#buffers.length && (count === 0 || bytes < bytesMax)) {
      const length = (this.#ends[count] as number) - (this.#starts[count] as number)
      if (length > COPY_BYTES_MAX) allSmall = false
      bytes += length
      messages += this.#messages[count] as number
      count++
    }
    const chunks = allSmall && count > 1 ? [this.#join(count, allocate(bytes))] : this.#slice(count)
    this.#forget(count)
    this.#bytes -= bytes
    this.takenMessages = messages
    return chunks
  }

  #join(count: number, joined: Buffer): Buffer {
    let at = 0
    for (let i = 0; i < count; i++) {
      at += (this.#buffers[i] as Buffer).copy(joined, at, this.#starts[i], this.#ends[i])
    }
    return joined
  }

  #slice(count: number): Buffer[] {
    const slices: Buffer[] = []
    for (let i = 0; i < count; i++) {
      const buffer = this.#buffers[i] as Buffer
      const isWhole = this.#starts[i] === 0 && this.#ends[i] === buffer.length
      slices.push(isWhole ? buffer : buffer.subarray(this.#starts[i], this.#ends[i]))
    }
    return slices
  }

  /** Forgets everything. */
  clear(): void {
    this.#forget(this.#buffers.length)
    this.#bytes = 0
  }

  #forget(count: number): void {
    for (let i = 0; i < Math.min(count, this.#own); i++) {
      this.#holding.heldBytes -= (this.#ends[i] as number) - (this.#starts[i] as number)
    }
    if (count === this.#buffers.length) {
      this.#buffers.length = 0
      this.#starts.length = 0
      this.#ends.length = 0
      this.#messages.length = 0
    } else {
      this.#buffers.splice(0, count)
      this.#starts.splice(0, count)
      this.#ends.splice(0, count)
      this.#messages.splice(0, count)
    }
    this.#own = Math.max(0, this.#own - count)
  }

  /** Moves what was appended since into blocks of our own: a message of 100 bytes must not hold on to the 64 KiB it came in. */
  settle(): void {
    const buffers = this.#buffers.splice(this.#own)
    const starts = this.#starts.splice(this.#own)
    const ends = this.#ends.splice(this.#own)
    const messages = this.#messages.splice(this.#own)
    for (let i = 0; i < buffers.length; i++) {
      this.#copyIn(buffers[i] as Buffer, starts[i] as number, ends[i] as number, messages[i] as number)
    }
  }

  #copyIn(buffer: Buffer, start: number, end: number, messages: number): void {
    const length = end - start
    let last = this.#own - 1
    if (last < 0 || (this.#buffers[last] as Buffer).length - (this.#ends[last] as number) < length) {
      // Blocks grow with what waits: small for a short hiccup, few for a long one.
      const size = Math.min(BLOCK_BYTES_MAX, Math.max(BLOCK_BYTES_MIN, this.#bytes))
      this.#push(Buffer.allocUnsafeSlow(Math.max(length, size)), 0, 0, 0)
      last = this.#own++
    }
    buffer.copy(this.#buffers[last] as Buffer, this.#ends[last] as number, start, end)
    this.#ends[last] = (this.#ends[last] as number) + length
    this.#messages[last] = (this.#messages[last] as number) + messages
    this.#holding.heldBytes += length
  }
}
