import type { Ledger, LedgerPage, LedgerQuery, LedgerStore } from '@pillion/ledger'
import type { MessageRecord, TopicView } from '@pillion/schema'
import type { NodeQuestions } from '../nodes/node-questions.ts'

export interface AllMessagesOptions {
  readonly ledger: Pick<Ledger, 'search' | 'find' | 'topics' | 'counts'>
  /** Of all nodes, what is durable. */
  readonly store: Pick<LedgerStore, 'search' | 'find'>
  readonly questions: Pick<NodeQuestions, 'answer' | 'ask'>
}

/** What is missing from an answer. */
export interface Gaps {
  /** Messages that were recorded since these nodes started, and that were not because there were too many at once. */
  readonly recorded: number
  readonly passedOver: number
  /** Of those recorded, how many the memory of the nodes still holds. */
  readonly remembered: number
  readonly silentNodes: readonly string[]
  /** Whatever is durable and no longer remembered is missing. */
  readonly isStoreSilent: boolean
}

export interface FoundMessages extends LedgerPage, Gaps {}

type Counts = Pick<Gaps, 'recorded' | 'passedOver' | 'remembered'>
type HeardPage = LedgerPage & { readonly counts: Counts }
type HeardRecord = { readonly record: MessageRecord | null; readonly counts: Counts }

/** Of one node’s records, as JSON: well below what it may answer at a time. */
const PAGE_BYTES_MAX = 1_048_576
const TOPICS_MAX = 1_000

/** What became of messages, whichever node took them: asked of the memory of all nodes, and of the store. */
export class AllMessages {
  readonly #questions: AllMessagesOptions['questions']
  readonly #store: AllMessagesOptions['store']

  constructor({ ledger, store, questions }: AllMessagesOptions) {
    this.#questions = questions
    this.#store = store
    const count = (): Counts => {
      const { recorded, passedOver, remembered } = ledger.counts()
      return { recorded, passedOver, remembered }
    }
    questions.answer('messages.search', (query: LedgerQuery): HeardPage => {
      return { ...shorten(ledger.search(query)), counts: count() }
    })
    questions.answer('messages.find', (id: string): HeardRecord => {
      return { record: ledger.find(id) ?? null, counts: count() }
    })
    questions.answer('messages.topics', (prefix: string) => ledger.topics(prefix).slice(0, TOPICS_MAX))
  }

  /** Newest first. `query.before` is `next` of the page before. */
  async search(query: LedgerQuery): Promise<FoundMessages> {
    const [{ answers, silent }, stored] = await Promise.all([
      this.#questions.ask<HeardPage>('messages.search', query),
      this.#store.search(query).catch(ignoreOutage),
    ])
    const pages = [...answers.map(({ body }) => body), ...(stored === undefined ? [] : [stored])]
    return {
      ...mergePages(pages, query.count),
      ...sumUp(answers.map(({ body }) => body.counts)),
      silentNodes: silent,
      isStoreSilent: stored === undefined,
    }
  }

  async find(id: string): Promise<Gaps & { record: MessageRecord | undefined }> {
    const [{ answers, silent }, stored] = await Promise.all([
      this.#questions.ask<HeardRecord>('messages.find', id),
      this.#store.find(id).then((record) => ({ record: record ?? null }), ignoreOutage),
    ])
    const found = [...answers.map(({ body }) => body.record), stored?.record ?? null]
    return {
      record: found.filter((each) => each !== null).reduce<MessageRecord | undefined>(fuller, undefined),
      ...sumUp(answers.map(({ body }) => body.counts)),
      silentNodes: silent,
      isStoreSilent: stored === undefined,
    }
  }

  /** Of what the nodes remember: topics that begin with `prefix`, by name, the first thousand. */
  async topics(prefix: string): Promise<TopicView[]> {
    const { answers } = await this.#questions.ask<TopicView[]>('messages.topics', prefix)
    const byName = new Map<string, TopicView>()
    for (const view of answers.flatMap(({ body }) => body)) {
      const other = byName.get(view.topic)
      byName.set(view.topic, {
        topic: view.topic,
        messages: view.messages + (other?.messages ?? 0),
        lastAt: other !== undefined && other.lastAt > view.lastAt ? other.lastAt : view.lastAt,
      })
    }
    return [...byName.values()].sort((a, b) => (a.topic < b.topic ? -1 : 1)).slice(0, TOPICS_MAX)
  }
}

/** The store is only one of those who are asked: what the others know must not be lost with it. */
function ignoreOutage(error: unknown): undefined {
  if ((error as { code?: unknown }).code !== 'STORE_UNAVAILABLE') throw error
}

function sumUp(counts: readonly Counts[]): Counts {
  const sum = (name: keyof Counts) => counts.reduce((total, each) => total + each[name], 0)
  return { recorded: sum('recorded'), passedOver: sum('passedOver'), remembered: sum('remembered') }
}

/** A page that has a next one says nothing of records before that: where the first of them ends, all must end. */
function mergePages(pages: readonly LedgerPage[], count: number): LedgerPage {
  const horizon = pages.reduce(
    (latest, { next }) => (next !== undefined && next > latest ? next : latest),
    '',
  )
  const byId = new Map<string, MessageRecord>()
  for (const record of pages.flatMap(({ messages }) => messages))
    if (record.id >= horizon) byId.set(record.id, fuller(byId.get(record.id), record))
  const messages = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1))
  const isCut = messages.length > count
  const shown = messages.slice(0, count)
  if (isCut) return { messages: shown, next: shown.at(-1)?.id }
  return { messages: shown, next: horizon === '' ? undefined : horizon }
}

/** The store may be behind its node, and ahead of one that has forgotten. */
function fuller(a: MessageRecord | undefined, b: MessageRecord): MessageRecord {
  return a === undefined || b.steps.length > a.steps.length ? b : a
}

/** Many large records would be too much for one answer between nodes. */
export function shorten(page: LedgerPage): LedgerPage {
  let bytes = 0
  const end = page.messages.findIndex((record) => {
    bytes += JSON.stringify(record).length
    return bytes > PAGE_BYTES_MAX
  })
  if (end < 1) return page
  const messages = page.messages.slice(0, end)
  return { messages, next: messages.at(-1)?.id }
}
