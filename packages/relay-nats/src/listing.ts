import { measure } from './claims.ts'
import { cutIntoPortions } from './portions.ts'
import type { AskWord, ClaimEntry, PartWord } from './words.ts'

type What = AskWord['what']

/** What a node may ask another for. */
export interface Listed {
  filters(): Iterable<string>
  claims(after: number): Iterable<ClaimEntry>
  /** How many words of the kind have been told, once nothing waits to be told. */
  told(what: What): number
}

interface Open {
  readonly list: number
  readonly n: number
  next: number
  readonly portions: Iterator<readonly string[]> | Iterator<readonly ClaimEntry[]>
}

/**
 * The long lists that one other node is reading, part by part as it asks for them, so that neither the node nor NATS
 * collects a whole one. A list may change while it is read: what is told of that arrives between its parts.
 */
export class Listing {
  readonly #listed: Listed
  readonly #open = new Map<What, Open>()

  constructor(listed: Listed) {
    this.#listed = listed
  }

  /** Undefined if the part has been given out already, or is of a list that is not open any more. */
  answer({ what, list, part, after }: AskWord): PartWord | undefined {
    if (part === 0) this.#begin(what, list, after)
    const open = this.#open.get(what)
    if (open === undefined || open.list !== list || open.next !== part) return undefined
    open.next++
    const { done: isLast = false, value } = open.portions.next()
    if (isLast) this.#open.delete(what)
    const filters = what === 'interest' ? ((value ?? []) as readonly string[]) : []
    const claims = what === 'claims' ? ((value ?? []) as readonly ClaimEntry[]) : []
    return { is: 'part', what, list, part, n: open.n, isLast, filters, claims }
  }

  #begin(what: What, list: number, after: number): void {
    const portions =
      what === 'interest'
        ? cutIntoPortions(this.#listed.filters(), (filter) => filter.length)
        : cutIntoPortions(this.#listed.claims(after), measure)
    this.#open.set(what, { list, n: this.#listed.told(what), next: 0, portions })
  }
}

/** Reading one long list of another node's. */
export class Reading {
  readonly what: What
  /** Only claims with a later stamp. */
  readonly after: number
  readonly #ask: (word: AskWord) => void
  readonly #list: number
  #part = 0
  #progressedAt: number

  constructor(what: What, after: number, list: number, ask: (word: AskWord) => void, now: number) {
    this.what = what
    this.after = after
    this.#ask = ask
    this.#list = list
    this.#progressedAt = now
    this.#askForPart()
  }

  /** Returns whether `part` is the one that was asked for; then the next has been asked for. */
  accept({ list, part, isLast }: PartWord, now: number): boolean {
    if (list !== this.#list || part !== this.#part) return false
    this.#progressedAt = now
    this.#part++
    if (!isLast) this.#askForPart()
    return true
  }

  isStuck(now: number, patience: number): boolean {
    return now - this.#progressedAt > patience
  }

  #askForPart(): void {
    this.#ask({ is: 'ask', what: this.what, list: this.#list, part: this.#part, after: this.after })
  }
}
