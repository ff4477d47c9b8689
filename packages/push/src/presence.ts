import type { BrokerLog, Identity, Presence } from '@pillion/broker'
import type { OnlineChange, ThingStore } from './ports/thing-store.ts'

export interface ThingPresenceOptions {
  readonly store: Pick<ThingStore, 'setOnline'>
  /** This node, by a name that it keeps. */
  readonly node?: string | undefined
  readonly log: BrokerLog
  readonly now?: (() => number) | undefined
}

const FLUSH_MILLISECONDS = 1_000
const thingPattern = /^push:[^:]+:thing:(.+)$/

/**
 * Whether things are online (P 4.3), as the broker tells it. Written at most once a second, all in one: after a restart of the
 * broker everybody comes at once.
 */
export class ThingPresence implements Presence {
  readonly node: string
  readonly #store: Pick<ThingStore, 'setOnline'>
  readonly #log: BrokerLog
  readonly #now: () => number
  /** By thingID: not written yet. */
  #pending = new Map<string, OnlineChange>()
  /** Being written right now. */
  #writing: ReadonlyMap<string, OnlineChange> = new Map()
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  constructor({ store, node = 'one', log, now = Date.now }: ThingPresenceOptions) {
    this.#store = store
    this.node = node
    this.#log = log
    this.#now = now
  }

  connected(identity: Identity): void {
    this.#note(identity, true)
  }

  disconnected(identity: Identity): void {
    this.#note(identity, false)
  }

  /** What is newer than the store's; undefined: the store knows. */
  of(thingID: string): { readonly isOnline: boolean; readonly modifiedAt: number } | undefined {
    const change = this.#pending.get(thingID) ?? this.#writing.get(thingID)
    return change && { isOnline: change.isOnline, modifiedAt: change.at }
  }

  /** Writes what is pending. Call it once the broker is closed. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await this.#flush()
  }

  #note({ key }: Identity, isOnline: boolean): void {
    const thingID = thingPattern.exec(key)?.[1]
    if (thingID === undefined) return
    this.#pending.set(thingID, { thingID, isOnline, at: this.#now() })
    this.#startTimer()
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#flush()
    }, FLUSH_MILLISECONDS).unref()
  }

  /** One after another, so that an older state never follows a newer one. */
  #flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#write())
    return this.#flushing
  }

  async #write(): Promise<void> {
    if (this.#pending.size === 0) return
    const changes = this.#pending
    this.#writing = changes
    this.#pending = new Map()
    try {
      await this.#store.setOnline([...changes.values()], this.node)
    } catch (cause) {
      this.#log.warn(
        { error: String(cause), things: changes.size },
        'which things are online was not written',
      )
      // Again in a second, unless there is news by then.
      this.#pending = new Map([...changes, ...this.#pending])
      this.#startTimer()
    } finally {
      this.#writing = new Map()
    }
  }
}
