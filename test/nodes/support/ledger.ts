/** From here on a message counts as late. */
const lateMilliseconds = 1_000

interface Entry {
  readonly sentAt: number
  /** Did it reach a node for sure? */
  hasReached: boolean
  /** So often it came directly, and out of the mailbox. */
  direct: number
  kept: number
  lateMilliseconds: number
}

/** What a message says of itself. */
export interface Label {
  readonly stream: string
  readonly number: number
}

export interface Tally {
  /** By their senders. */
  sent: number
  /** Of those, which reached a node for sure: it had answered a ping that was sent behind them. */
  reached: number
  /** To their receivers, each once. */
  delivered: number
  /** Of those, how many had been kept for a while. */
  fromMailbox: number
  /** Had reached a node, and did not come. */
  lost: number
  /** May not have reached a node, and did not come. */
  unsure: number
  doubled: number
  /** Behind a later one of the same stream, on one connection. */
  disordered: number
  late: number
  latestMilliseconds: number
}

/** Every message of some streams: who sent what, and what became of it. */
export class Ledger {
  readonly #streams = new Map<string, Entry[]>()
  /** Per stream, the connection that the last direct message came on, and its number. */
  readonly #last = new Map<string, { on: object; number: number }>()
  #disordered = 0

  send(stream: string): Label {
    const entries = this.#streams.get(stream) ?? []
    this.#streams.set(stream, entries)
    entries.push({ sentAt: performance.now(), hasReached: false, direct: 0, kept: 0, lateMilliseconds: 0 })
    return { stream, number: entries.length - 1 }
  }

  reach({ stream, number }: Label): void {
    const entry = this.#streams.get(stream)?.[number]
    if (entry !== undefined) entry.hasReached = true
  }

  receive({ stream, number }: Label, on: object, isKept: boolean): void {
    const entry = this.#streams.get(stream)?.[number]
    // Of an earlier part of the test: it has been judged already.
    if (entry === undefined) return
    if (entry.direct + entry.kept === 0) entry.lateMilliseconds = performance.now() - entry.sentAt
    if (isKept) {
      entry.kept++
      return
    }
    entry.direct++
    const last = this.#last.get(stream)
    if (last?.on === on && last.number > number) this.#disordered++
    this.#last.set(stream, { on, number })
  }

  /** Of how many streams something has come. */
  get streamsThatCame(): number {
    return [...this.#streams.values()].filter((entries) => entries.some(({ direct }) => direct > 0)).length
  }

  tally(): Tally {
    const all = [...this.#streams.values()].flat()
    const came = all.filter(({ direct, kept }) => direct + kept > 0)
    const missing = all.filter(({ direct, kept }) => direct + kept === 0)
    const isFromMailbox = ({ direct, kept }: Entry) => kept > 0 && direct === 0
    const late = came.filter((each) => !isFromMailbox(each) && each.lateMilliseconds > lateMilliseconds)
    return {
      sent: all.length,
      reached: all.filter(({ hasReached }) => hasReached).length,
      delivered: came.length,
      fromMailbox: came.filter(isFromMailbox).length,
      lost: missing.filter(({ hasReached }) => hasReached).length,
      unsure: missing.filter(({ hasReached }) => !hasReached).length,
      doubled: came.reduce((sum, { direct, kept }) => sum + direct + kept - 1, 0),
      disordered: this.#disordered,
      late: late.length,
      latestMilliseconds: Math.round(Math.max(0, ...late.map((each) => each.lateMilliseconds))),
    }
  }
}
