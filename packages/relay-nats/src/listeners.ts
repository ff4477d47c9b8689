import type { NodesLog } from './options.ts'

/** Who wants to be told; one that throws is logged and keeps nobody else from being told. */
export class Listeners<Listener> {
  readonly #log: NodesLog
  readonly #listeners = new Set<Listener>()

  constructor(log: NodesLog) {
    this.#log = log
  }

  /** Returns what ends it. */
  add(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  tell(call: (listener: Listener) => void): void {
    for (const listener of this.#listeners) {
      try {
        call(listener)
      } catch (error) {
        this.#log.warn({ error: String(error) }, 'a listener to other nodes failed')
      }
    }
  }
}
