import type { CanonicalTopic } from './canonical-topic.ts'

/** What a waiting message takes beside its payload. */
const ENTRY_BYTES = 512
/** Dead places at the front of a list that are worth moving the rest. */
const DEAD_MIN = 1_024

/** Read each time: an operator may change it while this node runs. */
type QueueLimits = { readonly mailboxQueueBytesPerPartnerMax: number }

/** A message as it came: nobody has looked into it yet. */
export interface WaitingMessage {
  readonly topic: CanonicalTopic
  /** A copy of its own. */
  readonly payload: Uint8Array
  readonly receivedAt: number
  readonly expirySeconds: number | undefined
}

/** One that is queued. */
export interface QueuedMessage extends WaitingMessage {
  /** Grows with each that comes. */
  readonly number: number
}

/**
 * Messages that wait to be written. Each partner has so much room; who sends more pushes out its own oldest, so that nobody
 * else loses anything, and the newest, which are the ones to be kept, are there.
 */
export class MailboxQueue {
  readonly #limits: QueueLimits
  readonly #byPartner = new Map<string, Line>()
  #size = 0
  #numbered = 0

  constructor(limits: QueueLimits) {
    this.#limits = limits
  }

  get size(): number {
    return this.#size
  }

  /** Copies the payload. Returns those of the partner's oldest that were pushed out. */
  add(message: WaitingMessage): readonly QueuedMessage[] {
    const { uid } = message.topic
    let line = this.#byPartner.get(uid)
    if (line === undefined) {
      line = new Line()
      this.#byPartner.set(uid, line)
    }
    let pushedOut: QueuedMessage[] | undefined
    while (line.size > 0 && line.bytes + sizeOf(message) > this.#limits.mailboxQueueBytesPerPartnerMax) {
      pushedOut ??= []
      pushedOut.push(line.shift())
    }
    line.push({ ...message, payload: Buffer.from(message.payload), number: this.#numbered++ })
    this.#size += 1 - (pushedOut?.length ?? 0)
    return pushedOut ?? nobody
  }

  /** To where they were before they were taken. Returns those of the oldest of their partners that were pushed out. */
  putBack(messages: readonly QueuedMessage[]): readonly QueuedMessage[] {
    const pushedOut: QueuedMessage[] = []
    for (const [uid, own] of Map.groupBy(messages, ({ topic }) => topic.uid)) {
      const line = this.#byPartner.get(uid) ?? new Line()
      this.#byPartner.set(uid, line)
      line.putBack(own)
      this.#size += own.length
      for (; line.size > 1 && line.bytes > this.#limits.mailboxQueueBytesPerPartnerMax; this.#size--)
        pushedOut.push(line.shift())
    }
    return pushedOut
  }

  /** The oldest of each partner in turn, as many as have `bytesMax` together, but one at least. */
  take(countMax: number, bytesMax: number): QueuedMessage[] {
    const taken: QueuedMessage[] = []
    let bytes = 0
    for (const [uid, line] of this.#byPartner) {
      if (taken.length > 0 && (taken.length >= countMax || bytes + line.first > bytesMax)) break
      bytes += line.first
      taken.push(line.shift())
      this.#size--
      // To the end of the map, where it is met again once it is its turn.
      this.#byPartner.delete(uid)
      if (line.size > 0) this.#byPartner.set(uid, line)
    }
    return taken
  }

  /** All for one vehicle, in the order of each partner. */
  takeFor(vin: string): QueuedMessage[] {
    const taken: QueuedMessage[] = []
    for (const [uid, line] of this.#byPartner) {
      taken.push(...line.takeWhere(({ topic }) => topic.vin === vin))
      if (line.size === 0) this.#byPartner.delete(uid)
    }
    this.#size -= taken.length
    return taken
  }

  has(vin: string): boolean {
    for (const line of this.#byPartner.values()) if (line.some(({ topic }) => topic.vin === vin)) return true
    return false
  }
}

const nobody: readonly QueuedMessage[] = []

/** A list that is taken from at its front without being moved each time. */
class Line {
  bytes = 0
  #entries: (QueuedMessage | undefined)[] = []
  #front = 0

  get size(): number {
    return this.#entries.length - this.#front
  }

  /** Bytes of the one at the front. */
  get first(): number {
    return sizeOf(this.#entries[this.#front] as QueuedMessage)
  }

  push(message: QueuedMessage): void {
    this.#entries.push(message)
    this.bytes += sizeOf(message)
  }

  putBack(messages: readonly QueuedMessage[]): void {
    const all = [...messages, ...this.#entries.filter((message) => message !== undefined)]
    this.#entries = all.sort((a, b) => a.number - b.number)
    this.#front = 0
    for (const message of messages) this.bytes += sizeOf(message)
  }

  shift(): QueuedMessage {
    const message = this.#entries[this.#front] as QueuedMessage
    this.#entries[this.#front++] = undefined
    this.bytes -= sizeOf(message)
    if (this.#front >= DEAD_MIN && this.#front * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#front)
      this.#front = 0
    }
    return message
  }

  some(isMeant: (message: WaitingMessage) => boolean): boolean {
    return this.#entries.some((message) => message !== undefined && isMeant(message))
  }

  takeWhere(isMeant: (message: WaitingMessage) => boolean): QueuedMessage[] {
    if (!this.some(isMeant)) return []
    const all = this.#entries.filter((message) => message !== undefined)
    this.#entries = all.filter((message) => !isMeant(message))
    this.#front = 0
    const taken = all.filter(isMeant)
    for (const message of taken) this.bytes -= sizeOf(message)
    return taken
  }
}

function sizeOf({ payload }: WaitingMessage): number {
  return ENTRY_BYTES + payload.length
}
