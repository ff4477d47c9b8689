import type { RefusalView } from '@pillion/schema'
import type { NodeQuestions } from '../nodes/node-questions.ts'
import type { RefusalMemory, RefusalQuery } from './refusal-memory.ts'

/** Who was turned away, by whichever node. */
export class AllRefusals {
  readonly #questions: Pick<NodeQuestions, 'ask'>

  constructor(memory: Pick<RefusalMemory, 'list'>, questions: Pick<NodeQuestions, 'answer' | 'ask'>) {
    this.#questions = questions
    questions.answer('refusals.list', (query: RefusalQuery): RefusalView[] => memory.list(query))
  }

  /** Newest first. Nodes that do not answer are left out. */
  async list(query: RefusalQuery): Promise<RefusalView[]> {
    const { answers } = await this.#questions.ask<RefusalView[]>('refusals.list', query)
    return answers.flatMap(({ body }) => body).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
  }
}
