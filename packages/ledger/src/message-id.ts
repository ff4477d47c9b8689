import { createHash } from 'node:crypto'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const TIME_DIGITS = 10
const NODE_DIGITS = 8
const SEQUENCE_DIGITS = 8

/**
 * Ids of 26 characters (Crockford base 32) that sort by time: 48 bits of milliseconds, 40 of the node's name, 40 of a
 * sequence that tells apart what one node takes within a millisecond.
 */
export class MessageIds {
  readonly #node: string
  #sequence: number
  #lastAt = 0
  #time = ''

  constructor(node: string, random: () => number = Math.random) {
    const hash = createHash('sha256').update(node).digest()
    this.#node = formatDigits(hash.readUIntBE(0, 5), NODE_DIGITS)
    // Not from 0: a node that starts again within the same millisecond makes no id twice.
    this.#sequence = Math.floor(random() * 2 ** 39)
  }

  /** `now`: milliseconds since 1970. */
  next(now: number): string {
    // A clock that was put back makes no id that sorts before an earlier one.
    if (now > this.#lastAt) {
      this.#lastAt = now
      this.#time = formatDigits(now, TIME_DIGITS)
    }
    this.#sequence = (this.#sequence + 1) % 2 ** 40
    // Behind the time, so that of one node and millisecond they sort as they were made.
    return this.#time + this.#node + formatDigits(this.#sequence, SEQUENCE_DIGITS)
  }
}

/** Is it one at all? Whoever asks for a record may write small letters. */
export function parseMessageId(text: string): string | undefined {
  const id = text.toUpperCase()
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id) ? id : undefined
}

/** Every id made at this time or later is not less than the result. */
export function firstIdAt(milliseconds: number): string {
  return formatDigits(Math.max(0, Math.floor(milliseconds)), TIME_DIGITS).padEnd(26, '0')
}

function formatDigits(value: number, count: number): string {
  let text = ''
  for (let i = 0; i < count; i++) {
    text = (digits[value % 32] as string) + text
    value = Math.floor(value / 32)
  }
  return text
}
