import { setTimeout as wait } from 'node:timers/promises'
import type { Ledger } from '@pillion/ledger'
import type { MessageRecord } from '@pillion/schema'
import type { NodeQuestions } from '../nodes/node-questions.ts'
import { shorten } from './all-messages.ts'

const POLL_MILLISECONDS = 400
/** Who has not asked for so long watches no more. */
const FORGET_MILLISECONDS = 5_000
/** Records that change between two questions; of more, the newest are left out. */
const CHANGED_MAX = 500

export interface LiveMessagesOptions {
  readonly node: string
  readonly ledger: Pick<Ledger, 'onRecord'>
  readonly questions: Pick<NodeQuestions, 'answer' | 'ask'>
}

/** What changes on any node as long as somebody watches. */
export class LiveMessages {
  readonly #options: LiveMessagesOptions
  readonly #listeners = new Set<(record: MessageRecord) => void>()
  readonly #askers = new Map<string, Gathering>()
  #first: Promise<void> | undefined
  #isClosed = false

  constructor(options: LiveMessagesOptions) {
    this.#options = options
    options.questions.answer('messages.changed', (asker: string) => this.#take(asker))
  }

  /**
   * Tells of each record that is made or gets a step from the moment on at which this resolves, once for all that happens to
   * it within a moment. Resolves to the way to end it.
   */
  async follow(listener: (record: MessageRecord) => void): Promise<() => void> {
    this.#listeners.add(listener)
    this.#first ??= this.#start()
    await this.#first
    return () => void this.#listeners.delete(listener)
  }

  close(): void {
    this.#isClosed = true
    this.#listeners.clear()
    for (const { end } of this.#askers.values()) end()
    this.#askers.clear()
  }

  /** The first question begins the gathering on every node. */
  async #start(): Promise<void> {
    await this.#ask()
    void this.#poll()
  }

  async #poll(): Promise<void> {
    while (this.#listeners.size > 0 && !this.#isClosed) {
      await wait(POLL_MILLISECONDS, undefined, { ref: false })
      await this.#ask()
    }
    this.#first = undefined
  }

  async #ask(): Promise<void> {
    const { node, questions } = this.#options
    const { answers } = await questions.ask<readonly MessageRecord[]>('messages.changed', node)
    const changed = answers.flatMap(({ body }) => body).sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const record of changed) for (const listener of this.#listeners) listener(record)
  }

  #take(asker: string): readonly MessageRecord[] {
    const gathering = this.#askers.get(asker) ?? this.#gather(asker)
    gathering.timer.refresh()
    const messages = [...gathering.changed.values()]
    gathering.changed.clear()
    return shorten({ messages, next: undefined }).messages
  }

  #gather(asker: string): Gathering {
    const changed = new Map<string, MessageRecord>()
    const endListening = this.#options.ledger.onRecord((record) => {
      if (changed.size < CHANGED_MAX || changed.has(record.id)) changed.set(record.id, record)
    })
    const end = () => {
      endListening()
      clearTimeout(timer)
      this.#askers.delete(asker)
    }
    const timer = setTimeout(end, FORGET_MILLISECONDS).unref()
    const gathering = { changed, timer, end }
    this.#askers.set(asker, gathering)
    return gathering
  }
}

interface Gathering {
  readonly changed: Map<string, MessageRecord>
  readonly timer: NodeJS.Timeout
  end(): void
}
