import type { NatsNodes } from '@pillion/relay-nats'
import type { OpenStore } from '@pillion/store'

/** What a server cannot do its work without. */
export type Part = 'server' | 'database' | 'relay'

/** How long an answer of the database is good for, however many ask. */
const FRESH_MILLISECONDS = 500

/** Tells which part is missing, if any. */
export class Readiness {
  /** Between the start's end and the stop's beginning. */
  isServing = false
  readonly #store: Pick<OpenStore, 'ping'>
  readonly #nodes: Pick<NatsNodes, 'state'> | undefined
  #answer: Promise<boolean> | undefined

  constructor(store: Pick<OpenStore, 'ping'>, nodes: Pick<NatsNodes, 'state'> | undefined) {
    this.#store = store
    this.#nodes = nodes
  }

  async listMissing(): Promise<Part[]> {
    const missing: Part[] = []
    if (!this.isServing) missing.push('server')
    if (!(await this.#storeAnswers())) missing.push('database')
    if (this.#nodes !== undefined && this.#nodes.state !== 'connected') missing.push('relay')
    return missing
  }

  #storeAnswers(): Promise<boolean> {
    if (this.#answer === undefined) {
      this.#answer = this.#store.ping().then(
        () => true,
        () => false,
      )
      const forget = () => setTimeout(() => (this.#answer = undefined), FRESH_MILLISECONDS).unref()
      void this.#answer.then(forget)
    }
    return this.#answer
  }
}
