import { setTimeout } from 'node:timers/promises'
import type { MessageRecord, MessageStep } from '@pillion/schema'
import type { DurableWriter } from './durable-writer.ts'
import { canTake, type Evidence, mayBeLost } from './evidence.ts'
import type { LedgerStore } from './ports/ledger-store.ts'

/** By then a node that remembers the message has written the step itself. */
const OTHERS_FIRST_MILLISECONDS = 1_500
/** Equal messages from one partner to one vehicle that are looked through. */
const EQUALS_MAX = 20
const WAITING_MAX = 1_000
/** A look holds everybody else up, so it is followed by so many times its own length in which there is none. */
const REST_PER_LOOK = 4

export interface LateMatchesOptions {
  readonly store: Pick<LedgerStore, 'findMarked'>
  readonly writer: Pick<DurableWriter, 'addStep'>
  readonly hasOtherNodes: boolean
}

/** What is seen of messages that no node remembers, after a restart or a long time: the store may have them. */
export class LateMatches {
  readonly #store: Pick<LedgerStore, 'findMarked'>
  readonly #writer: Pick<DurableWriter, 'addStep'>
  readonly #pause: number
  readonly #closing = new AbortController()
  /** Records that have got a step, which the store may not show yet; by id. */
  readonly #known = new Map<string, MessageRecord>()
  #waiting = 0
  /** One after the other: of equal messages, each gets its own. */
  #last: Promise<void> = Promise.resolve()

  constructor({ store, writer, hasOtherNodes }: LateMatchesOptions) {
    this.#store = store
    this.#writer = writer
    this.#pause = hasOtherNodes ? OTHERS_FIRST_MILLISECONDS : 0
  }

  add(evidence: Evidence, step: MessageStep): void {
    if (this.#waiting >= WAITING_MAX) return
    this.#waiting++
    const { signal } = this.#closing
    const paused = setTimeout(this.#pause, undefined, { signal, ref: false })
    const before = this.#last
    this.#last = paused
      .then(() => before)
      .then(() => this.#match(evidence, step))
      // The server stops or the store is away: then nobody has seen it.
      .catch(() => {})
      .finally(() => this.#waiting--)
  }

  close(): void {
    this.#closing.abort()
  }

  async #match(evidence: Evidence, step: MessageStep): Promise<void> {
    const started = performance.now()
    const stored = await this.#store.findMarked(evidence, EQUALS_MAX)
    this.#take(stored, evidence, step)
    const pause = REST_PER_LOOK * (performance.now() - started)
    await setTimeout(pause, undefined, { signal: this.#closing.signal, ref: false })
  }

  #take(stored: readonly MessageRecord[], evidence: Evidence, step: MessageStep): void {
    const records = stored.map((record) => this.#known.get(record.id) ?? record)
    const able = records.filter((each) => canTake(each, evidence, false))
    const record = able.find((each) => !mayBeLost(each)) ?? able[0]
    if (record === undefined) return
    if (this.#known.size >= WAITING_MAX) this.#known.clear()
    this.#known.set(record.id, record)
    const number = record.steps.push(step) - 1
    this.#writer.addStep({ id: record.id, number, step })
  }
}
