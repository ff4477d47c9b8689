import type { Relay, RelayExtras } from '@pillion/broker'
import type { RelayLimits } from '../options.ts'
import { BATCH_OVERHEAD_BYTES, type Block, FrameBlocks } from './frame-blocks.ts'
import { type Answer, BATCH_HEADER_BYTES, writeBatchHeader } from './frames.ts'
import { GivenUpBatches, type LostBatch, type TellLost, tellLost } from './lost-messages.ts'
import { encodePacket, isPlain, plainBytesMax, writePlain } from './messages.ts'

/** Shares of `relayWindowBytesMax`: from the first on senders should be slowed down, until it is below the second. */
const CONGESTED_SHARE = 1 / 4
const RELIEVED_SHARE = 1 / 8
/** Of the same: so much of what was given up is remembered until it is known whether its receiver is gone for good. */
const GIVEN_UP_SHARE = 1 / 8
/** A receiver that takes less while its senders wait is slow, not busy: 2.6 MB/s with the limit as it is by default. */
const BUSY_SHARE = 1 / 64

type Congestible = NonNullable<Relay['congested']>

interface Batch {
  readonly block: Block
  /** Header and messages. */
  readonly frame: Buffer
  readonly first: number
  readonly count: number
  readonly at: number
}

export interface OutStreamOptions {
  /** Incarnation of this node. */
  readonly from: string
  readonly limits: RelayLimits
  /** Milliseconds of a clock that never goes back. */
  now(): number
  /** Largest frame that can be sent now. */
  frameBytesMax(): number
  /** A new number for each stream this node begins, ever growing. */
  nextStream(): number
  send(frame: Buffer): void
  /** Messages that will not arrive. */
  dropped(reason: string, messages: number): void
  /** Who is to be told of each message whose receiver is gone for good; undefined: nobody wants to know. */
  lost(): TellLost | undefined
}

/**
 * Messages to one other node: numbered, collected into a batch per turn, kept until they are acknowledged.
 *
 * Only what never got a number, or whose receiver is gone for good, is counted as dropped here. What is given up because
 * it is too old leaves a hole that the receiver counts when it is told of the next `base`: only it knows what it has got.
 */
export class OutStream implements Congestible {
  readonly #options: OutStreamOptions
  /** What the receiver calls the present state of things; it ignores what was sent under an earlier one. */
  #session = 0
  #stream: number
  /** Number of the next message that is put into a batch frame. */
  #next = 0
  #acknowledged = 0
  #window: Batch[] = []
  /** The window begins here; what is before it has been let go. */
  #head = 0
  #windowBytes = 0
  readonly #givenUp: GivenUpBatches
  readonly #blocks: FrameBlocks
  /** Where the next frame is made: from `#begin` on, and so far up to `#filled`. */
  #filling: Block | undefined
  #begin = 0
  #filled = BATCH_HEADER_BYTES
  #fillingCount = 0
  /** Of the last message in the batch. */
  #lastTopic: string | undefined
  #sentAt = 0
  /** Did it not catch up while its senders waited? Until it has room again. */
  #isSlow = false
  isCongested = false
  relief: Congestible['relief']
  /** What has been acknowledged since the beginning. */
  writtenBytes = 0

  constructor(options: OutStreamOptions) {
    this.#options = options
    this.#stream = options.nextStream()
    this.#blocks = new FrameBlocks(options.limits.relayBatchBytesMax)
    this.#givenUp = new GivenUpBatches(this.#share(GIVEN_UP_SHARE))
  }

  /** Messages of which it is not known whether they have arrived. */
  get unsettled(): number {
    return this.#next + this.#fillingCount - this.#acknowledged
  }

  get windowBytes(): number {
    return this.#windowBytes + (this.#fillingCount > 0 ? this.#filled - this.#begin : 0)
  }

  /** Is there anything to flush? */
  get hasMessages(): boolean {
    return this.#fillingCount > 0
  }

  /** Copies the message, or counts it as dropped. */
  add(topic: string, payload: Uint8Array, extras: RelayExtras | undefined): void {
    if (extras !== undefined && !isPlain(extras)) this.#addPacket(encodePacket(topic, payload, extras))
    else if (this.#makeRoom(plainBytesMax(topic, payload))) {
      const isKept = extras?.isKept ?? false
      const newTopic = topic === this.#lastTopic ? undefined : topic
      this.#filled = writePlain((this.#filling as Block).bytes, this.#filled, newTopic, payload, isKept)
      this.#fillingCount++
      this.#lastTopic = topic
    }
  }

  /** Ends the batch and sends it. */
  flush(): void {
    if (this.#fillingCount === 0) return
    const now = this.#options.now()
    const block = this.#filling as Block
    const frame = block.bytes.subarray(this.#begin, this.#filled)
    const batch = { block, frame, first: this.#next, count: this.#fillingCount, at: now }
    block.uses++
    this.#next += this.#fillingCount
    this.#beginFrame(this.#filled)
    this.#window.push(batch)
    this.#windowBytes += frame.length + BATCH_OVERHEAD_BYTES
    this.isCongested = !this.#isSlow && this.#windowBytes > this.#share(CONGESTED_SHARE)
    this.#send(batch)
  }

  acknowledge({ stream, expected }: Answer): void {
    if (stream !== this.#stream || expected > this.#next) return
    if (expected > this.#acknowledged) this.#acknowledged = expected
    for (let batch = this.#first(); batch !== undefined; batch = this.#first()) {
      if (batch.first + batch.count > expected) break
      this.writtenBytes += batch.frame.length
      this.#letGo(batch)
    }
    this.#givenUp.settle(expected)
    this.#relieve()
  }

  /** The receiver asks for everything from `expected` on. Asked again for the same, it is only told where things stand. */
  resync(answer: Answer): void {
    this.acknowledge(answer)
    const isKnown = answer.stream !== this.#stream || answer.session <= this.#session
    if (!isKnown) {
      this.#session = answer.session
      this.resend()
    }
    this.#probe()
  }

  /** Everything that is not acknowledged: a link was cut. */
  resend(): void {
    for (let index = this.#head; index < this.#window.length; index++) {
      const batch = this.#window[index] as Batch
      // The first copy may be acknowledged before this one has left.
      batch.block.isTainted = true
      this.#send(batch)
    }
  }

  /**
   * Gives up what is too old, of which only the receiver knows whether it has it, and asks after what is not acknowledged
   * `patience` milliseconds after it was sent.
   */
  tick(patience: number): void {
    const now = this.#options.now()
    const oldest = now - this.#options.limits.relayLateSeconds * 1_000
    for (let batch = this.#first(); batch !== undefined; batch = this.#first()) {
      if (batch.at > oldest) break
      if (this.#options.lost() !== undefined) this.#givenUp.add(batch)
      this.#letGo(batch)
    }
    this.#relieve()
    if (this.windowBytes === 0) this.#shrink()
    if (this.#acknowledged < this.#next && now - this.#sentAt >= patience) this.#probe()
  }

  /** The receiver is gone for good, or so it has to be taken: what is unsettled is lost, and a new stream begins. */
  restart(): void {
    const lost = this.#options.lost()
    if (lost !== undefined && this.unsettled > 0)
      void tellLost(this.#unsettledBatches(), this.#options.now, lost)
    this.end()
  }

  /** This node goes: what is unsettled counts as lost, though of none it is known, for the receiver may take it yet. */
  end(): void {
    if (this.#next + this.#fillingCount === 0) return
    if (this.unsettled > 0) this.#options.dropped('relay_lost', this.unsettled)
    this.#givenUp.clear()
    this.#window = []
    this.#head = 0
    this.#windowBytes = 0
    this.#filling = undefined
    this.#beginFrame(0)
    this.#next = 0
    this.#acknowledged = 0
    this.#session = 0
    this.#stream = this.#options.nextStream()
    this.#relieve()
  }

  #unsettledBatches(): LostBatch[] {
    const batches: LostBatch[] = [...this.#givenUp.all, ...this.#window.slice(this.#head)]
    if (this.#filling !== undefined && this.#fillingCount > 0) {
      const frame = this.#filling.bytes.subarray(this.#begin, this.#filled)
      batches.push({ frame, count: this.#fillingCount, at: this.#options.now() })
    }
    return batches
  }

  /** Nothing is on its way, and most nodes have little to say to most others. */
  #shrink(): void {
    this.#blocks.shrink()
    this.#filling = undefined
    this.#beginFrame(0)
  }

  get busyBytes(): number {
    return this.#share(BUSY_SHARE)
  }

  giveUp(): void {
    this.isCongested = false
    this.#isSlow = true
  }

  #relieve(): void {
    if (this.#windowBytes > this.#share(RELIEVED_SHARE)) return
    this.#isSlow = false
    this.isCongested = false
    this.relief?.relieve(this)
  }

  #share(share: number): number {
    return this.#options.limits.relayWindowBytesMax * share
  }

  #addPacket(message: Buffer): void {
    if (!this.#makeRoom(message.length)) return
    this.#filled += message.copy((this.#filling as Block).bytes, this.#filled)
    this.#fillingCount++
  }

  /** Returns false if there is none; then the message is counted as dropped. */
  #makeRoom(bytes: number): boolean {
    const { limits, dropped, frameBytesMax } = this.#options
    if (BATCH_HEADER_BYTES + bytes > frameBytesMax()) {
      dropped('relay_too_large', 1)
      return false
    }
    if (this.windowBytes + bytes + BATCH_OVERHEAD_BYTES > limits.relayWindowBytesMax) {
      dropped('relay_full', 1)
      return false
    }
    const usual = Math.min(limits.relayBatchBytesMax, frameBytesMax())
    if (this.#filled - this.#begin + bytes > usual) this.flush()
    if (this.#filled + bytes <= (this.#filling?.bytes.length ?? 0)) return true
    this.flush()
    if (this.#filling !== undefined) this.#blocks.endUse(this.#filling)
    this.#filling = this.#blocks.take(BATCH_HEADER_BYTES + bytes)
    this.#beginFrame(0)
    return true
  }

  #beginFrame(at: number): void {
    this.#begin = at
    this.#filled = at + BATCH_HEADER_BYTES
    this.#fillingCount = 0
    this.#lastTopic = undefined
  }

  #first(): Batch | undefined {
    return this.#window[this.#head]
  }

  #letGo(batch: Batch): void {
    this.#windowBytes -= batch.frame.length + BATCH_OVERHEAD_BYTES
    this.#blocks.endUse(batch.block)
    this.#head++
    // Now and then, so that letting go of one costs the same however many there are.
    if (this.#head * 2 < this.#window.length) return
    this.#window.splice(0, this.#head)
    this.#head = 0
  }

  #send({ frame, first, count }: Batch): void {
    this.#sentAt = this.#options.now()
    writeBatchHeader(frame, this.#options.from, this.#header(first, count))
    this.#options.send(frame)
  }

  /** A batch of nothing, which shows the receiver whether it has missed something. */
  #probe(): void {
    this.#sentAt = this.#options.now()
    const frame = Buffer.allocUnsafe(BATCH_HEADER_BYTES)
    writeBatchHeader(frame, this.#options.from, this.#header(this.#next, 0))
    this.#options.send(frame)
  }

  #header(first: number, count: number) {
    const base = this.#first()?.first ?? this.#next
    return { stream: this.#stream, session: this.#session, base, first, count }
  }
}
