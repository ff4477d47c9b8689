import type { Broker } from '@pillion/broker'
import type { Logger } from 'pino'

/**
 * No client can name these topics: U+0000 is malformed in what it sends [MQTT-1.5.4-2], and its wildcards do not match a first
 * level that begins with `$` [MQTT-4.7.2-1].
 */
const ASK = '$nodes\u0000/ask'
const answerTopic = (node: string) => `$nodes\u0000/answer/${node}`

const DEFAULT_MILLISECONDS = 1_000
/** What travels as one message between nodes; NATS carries 1 MiB. */
const PART_BYTES = 262_144
const NEW_LINE = 0x0a

export interface NodeQuestionsOptions {
  /** This node. */
  readonly node: string
  readonly broker: Pick<Broker, 'publish' | 'subscribe'>
  /** All nodes that are there, this one included; absent without a relay. */
  readonly nodes: { listNodes(): readonly { readonly node: string }[] } | undefined
  readonly limits: { readonly nodeQuestionsMax: number; readonly nodeAnswerBytesMax: number }
  readonly log: Pick<Logger, 'warn'>
}

export interface NodeAnswers<Body> {
  /** Of this node first. */
  readonly answers: readonly { readonly node: string; readonly body: Body }[]
  /** Nodes that did not answer in time, or could not: what they know is missing. */
  readonly silent: readonly string[]
}

export interface AskOptions {
  /** How long to wait for the slowest; a second unless given. */
  readonly milliseconds?: number
  /** Only these nodes are asked. */
  readonly only?: readonly string[]
}

/** What a question asks is JSON; so is the answer. Throwing leaves the node among the silent ones. */
export type AnswerQuestion<Body> = (body: Body) => unknown

interface Pending {
  readonly waitingFor: Set<string>
  readonly answers: Map<string, unknown>
  readonly parts: Map<string, Buffer[]>
  settle(): void
}

interface AskHead {
  readonly id: string
  readonly from: string
  readonly kind: string
  readonly only?: readonly string[]
}

interface AnswerHead {
  readonly id: string
  readonly from: string
  readonly part: number
  readonly parts: number
  readonly isFailed?: boolean
}

/**
 * Asks all nodes what only each of them knows, and gathers what they say within a moment. Questions and answers are messages
 * between the brokers: at most once, so a node that is overloaded is silent. Without a relay only this node is asked.
 */
export class NodeQuestions {
  readonly #options: NodeQuestionsOptions
  readonly #handlers = new Map<string, AnswerQuestion<never>>()
  readonly #pending = new Map<string, Pending>()
  #asked = 0
  #ends: readonly (() => void)[] = []

  constructor(options: NodeQuestionsOptions) {
    this.#options = options
  }

  /** After the broker is open. */
  open(): void {
    const { node, nodes, broker } = this.#options
    if (nodes === undefined) return
    this.#ends = [
      broker.subscribe(ASK, (_, payload) => this.#heardQuestion(payload)),
      broker.subscribe(answerTopic(node), (_, payload) => this.#heardAnswer(payload)),
    ]
  }

  /** Whoever still waits gets what has come. */
  close(): void {
    for (const end of this.#ends) end()
    this.#ends = []
    for (const { settle } of this.#pending.values()) settle()
  }

  /** `handler` answers questions of this kind from now on, those of this node too. One for each kind. */
  answer<Body>(kind: string, handler: AnswerQuestion<Body>): void {
    this.#handlers.set(kind, handler)
  }

  /** Never rejects. `Body` is what the handlers of `kind` give, as JSON. */
  async ask<Body>(kind: string, body: unknown, options: AskOptions = {}): Promise<NodeAnswers<Body>> {
    const { node, limits } = this.#options
    const asked = this.#listNodes(options.only)
    if (this.#pending.size >= limits.nodeQuestionsMax) return { answers: [], silent: asked }
    const id = `${node} ${++this.#asked}`
    const { promise, resolve } = Promise.withResolvers<void>()
    const pending: Pending = {
      waitingFor: new Set(asked),
      answers: new Map(),
      parts: new Map(),
      settle: resolve,
    }
    this.#pending.set(id, pending)
    const timer = setTimeout(resolve, options.milliseconds ?? DEFAULT_MILLISECONDS)
    if (asked.some((each) => each !== node)) {
      const head: AskHead = { id, from: node, kind, ...(options.only && { only: options.only }) }
      this.#options.broker.publish(ASK, encode(head, toJson(body)))
    }
    if (pending.waitingFor.has(node)) void this.#answerHere(kind, body, pending)
    if (pending.waitingFor.size === 0) resolve()
    await promise
    clearTimeout(timer)
    this.#pending.delete(id)
    return {
      answers: asked
        .filter((each) => pending.answers.has(each))
        .map((each) => ({ node: each, body: pending.answers.get(each) as Body })),
      silent: asked.filter((each) => !pending.answers.has(each)),
    }
  }

  #listNodes(only: readonly string[] | undefined): string[] {
    const { node, nodes } = this.#options
    const others = nodes?.listNodes().map((each) => each.node) ?? []
    const all = [...new Set([node, ...others])]
    // One that is asked for and not there is silent.
    return only === undefined ? all : [...new Set(only)]
  }

  async #answerHere(kind: string, body: unknown, pending: Pending): Promise<void> {
    const { node } = this.#options
    const json = await this.#compute(kind, toJson(body))
    if (json !== undefined) settleNode(pending, node, parse(json))
    else settleNode(pending, node)
  }

  /** undefined: this node cannot say. */
  async #compute(kind: string, body: Buffer): Promise<Buffer | undefined> {
    const handler = this.#handlers.get(kind)
    const { log, limits } = this.#options
    if (handler === undefined) return undefined
    try {
      const json = toJson(await handler(parse(body) as never))
      if (json.length <= limits.nodeAnswerBytesMax) return json
      log.warn({ kind, bytes: json.length }, 'an answer to another node is too large')
    } catch (error) {
      log.warn({ err: error, kind }, 'a question of another node could not be answered')
    }
    return undefined
  }

  #heardQuestion(payload: Uint8Array): void {
    const { head, body } = decode<AskHead>(payload)
    const { node } = this.#options
    if (head.from === node || (head.only !== undefined && !head.only.includes(node))) return
    void this.#compute(head.kind, body).then((json) => this.#send(head, json))
  }

  #send({ id, from }: AskHead, json: Buffer | undefined): void {
    const { node, broker } = this.#options
    const parts = Math.max(1, Math.ceil((json?.length ?? 0) / PART_BYTES))
    for (let part = 0; part < parts; part++) {
      const head: AnswerHead = { id, from: node, part, parts, ...(json === undefined && { isFailed: true }) }
      const bytes = json?.subarray(part * PART_BYTES, (part + 1) * PART_BYTES) ?? new Uint8Array()
      broker.publish(answerTopic(from), encode(head, bytes))
    }
  }

  #heardAnswer(payload: Uint8Array): void {
    const { head, body } = decode<AnswerHead>(payload)
    const pending = this.#pending.get(head.id)
    if (pending === undefined || !pending.waitingFor.has(head.from)) return
    if (head.isFailed) {
      settleNode(pending, head.from)
      return
    }
    // In order, or not at all: a part that is missing leaves the node silent.
    const parts = pending.parts.get(head.from) ?? []
    if (parts.length !== head.part) return
    pending.parts.set(head.from, [...parts, body])
    if (head.part + 1 < head.parts) return
    pending.parts.delete(head.from)
    settleNode(pending, head.from, parse(Buffer.concat([...parts, body])))
  }
}

function settleNode({ waitingFor, answers, settle }: Pending, node: string, ...answer: [] | [unknown]): void {
  if (!waitingFor.delete(node)) return
  if (answer.length === 1) answers.set(node, answer[0])
  if (waitingFor.size === 0) settle()
}

function encode(head: AskHead | AnswerHead, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), body])
}

/** The bytes are copied: those of a message may be reused when its receiver returns. */
function decode<Head>(payload: Uint8Array): { head: Head; body: Buffer } {
  const bytes = Buffer.from(payload)
  const end = bytes.indexOf(NEW_LINE)
  return { head: JSON.parse(bytes.toString('utf8', 0, end)) as Head, body: bytes.subarray(end + 1) }
}

function toJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value ?? null))
}

function parse(json: Buffer): unknown {
  return JSON.parse(json.toString())
}
