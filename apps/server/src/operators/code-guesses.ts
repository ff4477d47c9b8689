/** Then one more each time so much has passed. Three of a million codes are right at a time: 48 guesses a day find one in 19 years. */
const GUESSES_MAX = 10
const MILLISECONDS_PER_GUESS = 30 * 60_000

interface Bucket {
  filled: number
  at: number
}

/**
 * Wrong codes of each operator, wherever they come from. Whoever guesses codes knows the password, so that nobody else can use this
 * to keep an operator out; who can sign in without a code is asked for none of this.
 */
export class CodeGuesses {
  readonly #now: () => number
  /** At most one for each operator who has a second factor. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes a place, before the code is looked at: so many at once learn no more than one by one. Otherwise in how many seconds there is one. */
  take(operator: string): { readonly retrySeconds: number } | undefined {
    const bucket = this.#bucketOf(operator)
    if (bucket.filled > GUESSES_MAX - 1)
      return { retrySeconds: Math.ceil(((bucket.filled - GUESSES_MAX + 1) * MILLISECONDS_PER_GUESS) / 1_000) }
    bucket.filled++
    return undefined
  }

  /** It was right. */
  giveBack(operator: string): void {
    this.#bucketOf(operator).filled--
  }

  #bucketOf(operator: string): Bucket {
    const now = this.#now()
    const bucket = this.#buckets.get(operator) ?? { filled: 0, at: now }
    bucket.filled = Math.max(0, bucket.filled - Math.max(0, now - bucket.at) / MILLISECONDS_PER_GUESS)
    bucket.at = now
    this.#buckets.set(operator, bucket)
    return bucket
  }
}
