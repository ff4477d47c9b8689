const SECOND = 1_000
/** A message of more bytes takes as much of the budget as several: it is copied, hashed and parsed. */
export const BYTES_PER_TURN = 16_384

export interface BudgetLimits {
  readonly ledgerPerSecondMax: number
  readonly ledgerPerSenderPerSecondMax: number
}

/** How many messages may still be recorded in this second: of the node, and of each sender, so that no one takes the room of the others. */
export class Budget {
  readonly #limits: BudgetLimits
  readonly #now: () => number
  #endsAt = 0
  #left = 0
  readonly #taken = new Map<string, number>()
  passedOver = 0

  constructor(limits: BudgetLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  /** Of so many messages of a sender, so many may be recorded; the others are counted as passed over. */
  take(sender: string, messages: number): number {
    this.#turnOver()
    if (this.#left <= 0) {
      this.passedOver += messages
      return 0
    }
    const taken = this.#taken.get(sender) ?? 0
    const ownLeft = Math.max(0, this.#limits.ledgerPerSenderPerSecondMax - taken)
    const granted = Math.min(messages, this.#left, ownLeft)
    this.passedOver += messages - granted
    if (granted > 0) this.#charge(sender, taken, granted)
    return granted
  }

  /** A message that was granted turned out to be large. */
  weigh(sender: string, bytes: number): void {
    if (bytes > BYTES_PER_TURN)
      this.#charge(sender, this.#taken.get(sender) ?? 0, Math.floor(bytes / BYTES_PER_TURN))
  }

  #charge(sender: string, taken: number, turns: number): void {
    this.#left -= turns
    this.#taken.set(sender, taken + turns)
  }

  #turnOver(): void {
    const now = this.#now()
    // Before as well: a clock that was put back must not stop everything.
    if (now < this.#endsAt && now >= this.#endsAt - SECOND) return
    this.#endsAt = now + SECOND
    this.#left = this.#limits.ledgerPerSecondMax
    this.#taken.clear()
  }
}
