import { type Access, encodeSegment } from './access.ts'
import { KiiBucket } from './bucket.ts'
import { type ErrorCallbacks, runAction } from './outcome.ts'
import { KiiTopic } from './topic.ts'

/** Where a topic or bucket lives (P 7.1): the app, a user, a group or a thing. */
export interface Scope {
  /** Before `/topics/…` and `/buckets/…`. */
  readonly path: string
  /** Before `topics/…` and `buckets/…`. */
  readonly uri: string
}

export const appScope: Scope = { path: '', uri: 'kiicloud://' }

export function scopeOf(kind: 'users' | 'groups' | 'things', id: string): Scope {
  return { path: `/${kind}/${encodeSegment(id)}`, uri: `kiicloud://${kind}/${id}/` }
}

/** Topics and their key for the next page, null after the last. */
export type TopicPage = [topics: KiiTopic[], paginationKey: string | null]

/** What the app, users, groups and things offer alike. */
export class Targets {
  readonly #access: Access
  readonly #scope: () => Scope
  readonly #owner: object | undefined

  /** @param owner target of errors; undefined where the call is a static one */
  constructor(access: Access, scope: () => Scope, owner?: object) {
    this.#access = access
    this.#scope = scope
    this.#owner = owner
  }

  /** @throws InvalidArgumentException */
  topic(name: string): KiiTopic {
    return new KiiTopic(this.#access, this.#scope(), name)
  }

  /** @throws InvalidArgumentException */
  bucket(name: string): KiiBucket {
    return new KiiBucket(this.#access, this.#scope, name)
  }

  listTopics(
    callbacks: ErrorCallbacks<TopicPage>,
    paginationKey: string | null | undefined,
  ): Promise<TopicPage> {
    return runAction('list topics', this.#owner, callbacks, async () => {
      const scope = this.#scope()
      const query = paginationKey ? `?paginationKey=${encodeURIComponent(paginationKey)}` : ''
      const { body } = await this.#access.send('GET', `${scope.path}/topics${query}`)
      const page = body as { topics: { topicID: string }[]; paginationKey?: string }
      const topics = page.topics.map(({ topicID }) => new KiiTopic(this.#access, scope, topicID))
      return [topics, page.paginationKey ?? null]
    })
  }
}
