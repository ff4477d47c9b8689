import { setImmediate, setTimeout } from 'node:timers/promises'
import type { BrokerLog } from '@pillion/broker'
import type { MessageRecord } from '@pillion/schema'
import type { LedgerStore, MarkedRecord, StepOfRecord } from './ports/ledger-store.ts'

/** For what follows at once: most messages have come to their end by then, and are written with all their steps. */
const GATHER_MILLISECONDS = 100
/** Records and steps of one write: some milliseconds of the event loop. */
const WRITE_COUNT_MAX = 200
/** A write holds everybody else up, so it is followed by so many times its own length in which there is none. */
const REST_PER_WRITE = 4
/** While the store is away, it is tried again every so often. */
const AWAY_MILLISECONDS = 500
const PRUNE_MILLISECONDS = 600_000
const PRUNE_COUNT_MAX = 500
const DAY_MILLISECONDS = 86_400_000

export interface DurableWriterOptions {
  readonly store: Pick<LedgerStore, 'addAll' | 'addSteps' | 'prune'>
  readonly limits: { readonly ledgerQueueMax: number }
  /** Asked each time: an operator may change it while this node runs. */
  readonly retentionDays: () => number
  readonly log: BrokerLog
  /** Milliseconds since 1970. */
  now(): number
}

/**
 * Records of level `durable`, written behind: the database blocks the event loop, and nobody who sends waits for it. While the
 * store is away, they wait here, bounded.
 */
export class DurableWriter {
  readonly #options: DurableWriterOptions
  readonly #records = new Map<string, MarkedRecord>()
  #steps: StepOfRecord[] = []
  #writing = 0
  #dropped = 0
  #isAway = false
  #running: Promise<void> | undefined
  #pruning: Promise<void> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  readonly #closing = new AbortController()

  constructor(options: DurableWriterOptions) {
    this.#options = options
  }

  /** Begins to forget what is too old, now and every so often. */
  open(): void {
    this.#timer = setInterval(() => this.#prune(), PRUNE_MILLISECONDS).unref()
    this.#prune()
  }

  /** Records and steps that do not last yet. */
  get waiting(): number {
    return this.#records.size + this.#steps.length + this.#writing
  }

  /** Records and steps that never will, since too many waited. */
  get dropped(): number {
    return this.#dropped
  }

  /** It is read when it is written: steps that it has got by then go with it. */
  add(marked: MarkedRecord): void {
    if (!this.#hasRoom()) return
    this.#records.set(marked.record.id, marked)
    this.#start()
  }

  /** Of a record that was added, here or on another node. It is among the record’s own steps already. */
  addStep(step: StepOfRecord): void {
    if (this.#records.has(step.id) || !this.#hasRoom()) return
    this.#steps.push(step)
    this.#start()
  }

  /** Writes everything that waits, unless the store is away. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#closing.abort()
    await this.#running
    await this.#pruning
  }

  #hasRoom(): boolean {
    if (this.waiting < this.#options.limits.ledgerQueueMax) return true
    if (this.#dropped++ === 0)
      this.#options.log.warn({}, 'the ledger does not keep up: what does not fit its queue is not durable')
    return false
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    await rest(GATHER_MILLISECONDS, signal)
    while (this.#records.size + this.#steps.length > 0) {
      const started = performance.now()
      await this.#write()
      if (this.#isAway && signal.aborted) {
        this.#giveUp()
        return
      }
      await rest(this.#isAway ? AWAY_MILLISECONDS : (performance.now() - started) * REST_PER_WRITE, signal)
    }
  }

  /** Records before steps, which may be of one of them. */
  async #write(): Promise<void> {
    const { store, log } = this.#options
    const records = [...this.#records.values()].slice(0, WRITE_COUNT_MAX)
    const steps = this.#records.size > records.length ? [] : this.#steps.slice(0, WRITE_COUNT_MAX)
    for (const { record } of records) this.#records.delete(record.id)
    this.#steps = this.#steps.slice(steps.length)
    this.#writing = records.length + steps.length
    const copies = records.map(({ record, mark }) => ({ record: copy(record), mark }))
    try {
      if (copies.length > 0) await store.addAll(copies)
      if (steps.length > 0) await store.addSteps(steps)
      if (this.#isAway) log.info({}, 'the ledger is written again')
      this.#isAway = false
    } catch (error) {
      if (!this.#isAway) log.warn({ err: error }, 'the ledger cannot be written; what is durable waits')
      this.#isAway = true
      this.#takeBack(records, steps)
    } finally {
      this.#writing = 0
    }
  }

  /** Before those that came meanwhile. Whatever has been written all the same is written again, which changes nothing. */
  #takeBack(records: readonly MarkedRecord[], steps: readonly StepOfRecord[]): void {
    const later = [...this.#records]
    this.#records.clear()
    for (const marked of records) this.#records.set(marked.record.id, marked)
    for (const [id, marked] of later) this.#records.set(id, marked)
    this.#steps = [...steps, ...this.#steps]
  }

  #giveUp(): void {
    const lost = this.#records.size + this.#steps.length
    this.#dropped += lost
    this.#records.clear()
    this.#steps = []
    this.#options.log.warn({ lost }, 'the ledger could not be written before the end')
  }

  #prune(): void {
    this.#pruning = this.#pruning.then(() => this.#pruneAll())
  }

  async #pruneAll(): Promise<void> {
    const { store, retentionDays, log, now } = this.#options
    const { signal } = this.#closing
    try {
      let count = PRUNE_COUNT_MAX
      while (count === PRUNE_COUNT_MAX && !signal.aborted) {
        const started = performance.now()
        count = await store.prune(now() - retentionDays() * DAY_MILLISECONDS, PRUNE_COUNT_MAX)
        await rest((performance.now() - started) * REST_PER_WRITE, signal)
      }
    } catch (error) {
      log.warn({ err: error }, 'old records of the ledger could not be removed; it is tried again later')
    }
  }
}

function copy(record: MessageRecord): MessageRecord {
  return { ...record, steps: [...record.steps] }
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await setImmediate()
  if (!signal.aborted) await setTimeout(milliseconds, undefined, { signal, ref: false }).catch(() => {})
}
