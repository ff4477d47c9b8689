const SECOND = 1_000
/** A message of more bytes takes as much of the budget as several: it is copied, hashed and parsed. */
export const BYTES_PER_TURN = 16_384

export interface BudgetLimits {
  readonly ledgerPerSecondMax: number
  readonly ledgerPerSenderPerSecondMax: number
}

/**
 * How many messages may be recorded: of the node, and of each sender, so that no one takes the room of the others. Whoever
 * was quiet for a second may have a second's worth at once; after that it trickles, so that a flood is never looked at in a lump.
 */
export class Budget {
  readonly #limits: BudgetLimits
  readonly #now: () => number
  readonly #all: Bucket
  readonly #senders = new Map<string, Bucket>()
  #sweptAt: number
  passedOver = 0

  constructor(limits: BudgetLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
    this.#sweptAt = now()
    this.#all = { left: limits.ledgerPerSecondMax, at: this.#sweptAt }
  }

  /** Of so many messages of a sender, so many may be recorded; the others are counted as passed over. */
  take(sender: string, messages: number): number {
    const now = this.#now()
    fill(this.#all, this.#limits.ledgerPerSecondMax, now)
    const granted = this.#all.left < 1 ? 0 : this.#grant(sender, messages, now)
    this.passedOver += messages - granted
    return granted
  }

  #grant(sender: string, messages: number, now: number): number {
    const own = this.#bucketOf(sender, now)
    fill(own, this.#limits.ledgerPerSenderPerSecondMax, now)
    const granted = Math.max(0, Math.min(messages, Math.floor(this.#all.left), Math.floor(own.left)))
    own.left -= granted
    this.#all.left -= granted
    return granted
  }

  /** A message that was granted turned out to be large. */
  weigh(sender: string, bytes: number): void {
    if (bytes <= BYTES_PER_TURN) return
    const turns = Math.floor(bytes / BYTES_PER_TURN)
    this.#all.left -= turns
    this.#bucketOf(sender, this.#now()).left -= turns
  }

  #bucketOf(sender: string, now: number): Bucket {
    if (now - this.#sweptAt >= SECOND || now < this.#sweptAt) this.#forgetQuiet(now)
    const known = this.#senders.get(sender)
    if (known !== undefined) return known
    const bucket = { left: this.#limits.ledgerPerSenderPerSecondMax, at: now }
    this.#senders.set(sender, bucket)
    return bucket
  }

  /** Those that are full again are as good as new. */
  #forgetQuiet(now: number): void {
    const max = this.#limits.ledgerPerSenderPerSecondMax
    this.#sweptAt = now
    for (const [sender, bucket] of this.#senders) {
      fill(bucket, max, now)
      if (bucket.left >= max) this.#senders.delete(sender)
    }
  }
}

interface Bucket {
  left: number
  /** When it was filled last. */
  at: number
}

/** A clock that was put back only costs the time until now. */
function fill(bucket: Bucket, max: number, now: number): void {
  const elapsed = Math.max(0, now - bucket.at)
  bucket.at = now
  if (bucket.left < max) bucket.left = Math.min(max, bucket.left + (elapsed * max) / SECOND)
}
