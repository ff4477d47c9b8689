import type { RefusalView } from '@pillion/schema'
import type { NodeQuestions } from '../nodes/node-questions.ts'
import type { RefusalMemory, RefusalQuery } from './refusal-memory.ts'

export interface FoundRefusals {
  readonly refusals: RefusalView[]
  /** Nodes that did not answer: theirs are missing. */
  readonly silent: readonly string[]
}

/** Who was turned away, by whichever node. */
export class AllRefusals {
  readonly #questions: Pick<NodeQuestions, 'ask'>

  constructor(memory: Pick<RefusalMemory, 'list'>, questions: Pick<NodeQuestions, 'answer' | 'ask'>) {
    this.#questions = questions
    questions.answer('refusals.list', (query: RefusalQuery): RefusalView[] => memory.list(query))
  }

  /** Newest first. */
  async list(query: RefusalQuery): Promise<FoundRefusals> {
    const { answers, silent } = await this.#questions.ask<RefusalView[]>('refusals.list', query)
    const refusals = answers.flatMap(({ body }) => body)
    return { refusals: refusals.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)), silent }
  }
}
