import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { IssuedPushApp } from '@pillion/schema'
import type { NodeProcess } from './node-process.ts'

const bucket = 'kept'
/** Each asks one thing after the other. */
const askers = 4

export interface Attempt {
  /** What it asked to be made: an object with this number. */
  readonly number: number
  readonly node: NodeProcess
  readonly startedAt: number
  readonly milliseconds: number
  /** 0: no answer. */
  readonly status: number
  readonly text: string
}

export interface RestLoadOptions {
  /** Are requests without success sent again, with the same Idempotency-Key, to whichever node is next? */
  readonly isRepeated: boolean
  readonly pauseMilliseconds: number
}

/** Programs that make objects over REST, one node after the other, and remember every answer. */
export class RestLoad {
  readonly attempts: Attempt[] = []
  readonly #nodes: readonly NodeProcess[]
  readonly #headers: Readonly<Record<string, string>>
  readonly #path: string
  readonly #options: RestLoadOptions
  #numbered = 0
  #turn = 0
  #isOver = false
  #running: Promise<unknown> = Promise.resolve()

  static async open(nodes: readonly NodeProcess[], options: RestLoadOptions): Promise<RestLoad> {
    const node = nodes[0] as NodeProcess
    const app = await node.admin<IssuedPushApp>('POST', '/push-apps', {})
    const appHeaders = { 'x-kii-appid': app.appID, 'x-kii-appkey': app.appKey }
    const body = { client_id: app.clientID, client_secret: app.clientSecret }
    const { text } = await node.ask('POST', '/api/oauth2/token', { headers: appHeaders, body })
    const { access_token: token } = JSON.parse(text) as { access_token: string }
    const headers = { ...appHeaders, authorization: `Bearer ${token}` }
    return new RestLoad(nodes, headers, `/api/apps/${app.appID}/buckets/${bucket}`, options)
  }

  private constructor(
    nodes: readonly NodeProcess[],
    headers: Readonly<Record<string, string>>,
    path: string,
    options: RestLoadOptions,
  ) {
    this.#nodes = nodes
    this.#headers = headers
    this.#path = path
    this.#options = options
  }

  start(): void {
    this.#isOver = false
    this.#running = Promise.all(Array.from({ length: askers }, () => this.#askOn()))
  }

  /** What is under way comes to its end. */
  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  /** All objects that are there, as the REST lists them. */
  async listMade(): Promise<{ number: number; objectID: string }[]> {
    const node = this.#nodes.find(({ isRunning }) => isRunning) as NodeProcess
    const made: { number: number; objectID: string }[] = []
    let paginationKey: string | undefined
    do {
      const body = { bucketQuery: { clause: { type: 'all' } }, bestEffortLimit: 200, paginationKey }
      const headers = { ...this.#headers, 'content-type': 'application/vnd.kii.QueryRequest+json' }
      const { status, text } = await node.ask('POST', `${this.#path}/query`, { headers, body })
      if (status !== 200) throw new Error(`query: ${status} ${text}`)
      const page = JSON.parse(text) as {
        results: { number: number; _id: string }[]
        nextPaginationKey?: string
      }
      made.push(...page.results.map(({ number, _id: objectID }) => ({ number, objectID })))
      paginationKey = page.nextPaginationKey
    } while (paginationKey !== undefined)
    return made
  }

  async #askOn(): Promise<void> {
    while (!this.#isOver) {
      const number = this.#numbered++
      const key = this.#options.isRepeated ? { 'idempotency-key': randomUUID() } : {}
      // What was begun is asked for until it succeeds.
      while (!(await this.#ask(number, key)) && this.#options.isRepeated) await wait(50)
      await wait(this.#options.pauseMilliseconds)
    }
  }

  async #ask(number: number, key: Readonly<Record<string, string>>): Promise<boolean> {
    const node = this.#nodes[this.#turn++ % this.#nodes.length] as NodeProcess
    const startedAt = performance.now()
    const answer = await node.ask('POST', `${this.#path}/objects`, {
      headers: { ...this.#headers, ...key },
      body: { number },
    })
    this.attempts.push({ number, node, startedAt, ...answer })
    return answer.status === 201
  }
}
