import assert from 'node:assert/strict'
import type { Broker } from '../broker.ts'
import type { Journal, Witness } from './witness.ts'

/** What the broker counts against what those outside have seen. */
export class Accounts {
  readonly #broker: Broker
  readonly #journal: Journal
  readonly #witnesses: readonly Witness[]
  #got = 0
  /** Sent to connections that were reset: nobody knows how much they got. */
  #unknown = 0

  constructor(broker: Broker, journal: Journal, witnesses: readonly Witness[]) {
    this.#broker = broker
    this.#journal = journal
    this.#witnesses = witnesses
  }

  /**
   * Waits until everything has arrived and been counted: the will of a connection that is gone may come at any time, and
   * a write counts when the kernel has taken it. `got` are the messages of the connections that have ended since the last
   * time, undefined if one was reset.
   */
  async settle(got: readonly (number | undefined)[]): Promise<void> {
    for (const messages of got) this.#got += messages ?? 0
    const deadline = Date.now() + 5_000
    for (;;) {
      for (const witness of this.#witnesses) await witness.listen()
      try {
        this.#check(got.includes(undefined))
        break
      } catch (error) {
        if (Date.now() > deadline) throw error
        await new Promise((resume) => setTimeout(resume, 5))
      }
    }
    this.#journal.forget()
  }

  #check(wasReset: boolean): void {
    for (const { messages } of this.#witnesses) {
      assert.equal(messages, this.#journal.length, 'every witness has every message')
    }
    const counters = this.#broker.counters()
    const count = (name: string) => counters[name] ?? 0
    const refused = count('dropped_topic_reserved') + count('dropped_topic_too_long')
    assert.equal(count('messages_received'), this.#journal.length + refused, 'received = published + refused')
    const seen = this.#got + this.#witnesses.length * this.#journal.length
    const unknown = count('messages_sent') - seen
    if (wasReset) assert.ok(unknown >= this.#unknown, 'sent = got, but for connections that were reset')
    else assert.equal(unknown, this.#unknown, 'sent = got')
    this.#unknown = unknown
  }
}
