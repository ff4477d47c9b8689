import type { NatsNodes } from '@pillion/relay-nats'
import type { OpenStore } from '@pillion/store'
import type { Logger } from 'pino'

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
  readonly #log: Pick<Logger, 'info' | 'warn'>
  #answer: Promise<boolean> | undefined
  #told = ''

  constructor(
    store: Pick<OpenStore, 'ping'>,
    nodes: Pick<NatsNodes, 'state'> | undefined,
    log: Pick<Logger, 'info' | 'warn'>,
  ) {
    this.#store = store
    this.#nodes = nodes
    this.#log = log
  }

  /** Logs it when it is another answer than before. */
  async listMissing(): Promise<Part[]> {
    const missing = await this.#findMissing()
    // Before the start's end, and after the stop's beginning, the server says so itself.
    if (this.isServing) this.#tell(missing)
    return missing
  }

  #tell(missing: Part[]): void {
    const text = missing.join()
    if (text === this.#told) return
    this.#told = text
    if (missing.length === 0) this.#log.info('ready again')
    else this.#log.warn({ missing }, 'not ready: a load balancer should send new clients elsewhere')
  }

  async #findMissing(): Promise<Part[]> {
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
