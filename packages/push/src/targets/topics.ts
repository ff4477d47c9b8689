import { setImmediate } from 'node:timers/promises'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { Target, TargetStore } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { aclSubjectOf, defaultTopicAccess } from '../rights/default-access.ts'
import type { Rights } from '../rights/rights.ts'
import { type Scope, scopeKey } from '../scopes.ts'
import { unauthorized } from '../unauthorized.ts'
import { readPaginationKey, writePaginationKey } from './pagination-key.ts'
import { targetDetails, targetNotFound } from './target-errors.ts'

const topicIDPattern = /^[A-Za-z0-9_-]{1,64}$/

/** Topics looked at in one turn of the event loop, when a listing picks those that the caller may see. */
const TOPICS_PER_TURN = 100

export interface TopicPage {
  readonly topicIDs: string[]
  /** The `paginationKey` of the next page; undefined on the last. */
  readonly next: string | undefined
}

export interface TopicsOptions {
  readonly store: TargetStore
  readonly rights: Rights
  readonly limits: PushLimits
  readonly now?: (() => number) | undefined
}

/** Push topics (P 7.2). Scopes are of users, groups and things that exist. */
export class Topics {
  readonly #store: TargetStore
  readonly #rights: Rights
  readonly #limits: PushLimits
  readonly #now: () => number

  constructor({ store, rights, limits, now = Date.now }: TopicsOptions) {
    this.#store = store
    this.#rights = rights
    this.#limits = limits
    this.#now = now
  }

  /** TOPIC_ALREADY_EXISTS; OPERATION_NOT_ALLOWED when the scope has as many as it may. */
  async create(caller: Caller, scope: Scope, topicID: string): Promise<void> {
    const { app, principal } = caller
    const isAllowed =
      scope.kind === 'app' ? principal.kind === 'admin' : await this.#rights.isInScope(caller, scope)
    if (!isAllowed) throw unauthorized(caller)
    const details = targetDetails(app.appID, scope, { kind: 'topic', name: topicID })
    if (!topicIDPattern.test(topicID))
      throw invalidInput('topicID', 'A topicID has 1 to 64 letters, digits, - and _')
    const creator = aclSubjectOf(principal)
    const perScopeMax = this.#limits.pushTopicsPerScopeMax
    const added = await this.#store.addTarget(
      {
        ...this.#name(caller, scope, topicID),
        creator,
        accessList: defaultTopicAccess(scope, creator),
        createdAt: this.#now(),
      },
      { perScopeMax },
    )
    if (added.state === 'exists')
      throw new PushError('TOPIC_ALREADY_EXISTS', 'There is such a topic already', { details })
    if (added.state === 'full')
      throw new PushError('OPERATION_NOT_ALLOWED', `A scope has at most ${perScopeMax} topics`, { details })
  }

  /** For whoever may subscribe, send or delete it; others are not told. TOPIC_NOT_FOUND. */
  async exists(caller: Caller, scope: Scope, topicID: string): Promise<true> {
    if (caller.principal.kind === 'anonymous') throw unauthorized(caller)
    const { accessList, creator } = await this.find(caller, scope, topicID)
    const judge = this.#rights.judge(caller)
    if (
      (await judge.allows(accessList, 'SUBSCRIBE_TO_TOPIC', scope)) ||
      (await judge.allows(accessList, 'SEND_MESSAGE_TO_TOPIC', scope)) ||
      (await this.#rights.governs(caller, scope, creator))
    )
      return true
    throw unauthorized(caller)
  }

  /** With its subscriptions. TOPIC_NOT_FOUND. */
  async remove(caller: Caller, scope: Scope, topicID: string): Promise<void> {
    const topic = await this.find(caller, scope, topicID)
    if (!(await this.#rights.governs(caller, scope, topic.creator))) throw unauthorized(caller)
    if (!(await this.#store.removeTarget(topic.key))) throw targetNotFound(caller.app.appID, scope, topic)
  }

  /** Those that the caller may subscribe to, by topicID. UNAUTHORIZED for a stranger to the scope who may subscribe to none. */
  async list(caller: Caller, scope: Scope, paginationKey?: string): Promise<TopicPage> {
    if (caller.principal.kind === 'anonymous') throw unauthorized(caller)
    const isStranger = !(await this.#rights.isInScope(caller, scope))
    const start = paginationKey === undefined ? '' : readPaginationKey(paginationKey, isTopicID)
    const pageMax = this.#limits.pushTopicsPerPageMax
    const topicIDs: string[] = []
    for await (const topicID of this.#visibleTopics(caller, scope, start)) {
      if (topicIDs.length === pageMax) return { topicIDs, next: writePaginationKey(topicIDs.at(-1)) }
      topicIDs.push(topicID)
    }
    if (isStranger && topicIDs.length === 0) throw unauthorized(caller)
    return { topicIDs, next: undefined }
  }

  /**
   * TOPIC_NOT_FOUND, or UNAUTHORIZED for strangers to the scope, who are to get the same whether there is one or not: their
   * right to what they want of a topic that exists is for the caller of this to check.
   */
  async find(caller: Caller, scope: Scope, topicID: string): Promise<Target> {
    const name = this.#name(caller, scope, topicID)
    const topic = await this.#store.findTarget(name)
    return topic ?? this.#rights.missing(caller, scope, targetNotFound(caller.app.appID, scope, name))
  }

  async *#visibleTopics(caller: Caller, scope: Scope, start: string): AsyncGenerator<string> {
    const { appID, scope: key, kind } = this.#name(caller, scope, '')
    const judge = this.#rights.judge(caller)
    for (let after: string | undefined = start; after !== undefined; ) {
      const topics: Target[] = await this.#store.listTargets(
        { appID, scope: key, kind },
        after,
        TOPICS_PER_TURN,
      )
      for (const { name, accessList } of topics)
        if (await judge.allows(accessList, 'SUBSCRIBE_TO_TOPIC', scope)) yield name
      after = topics.length < TOPICS_PER_TURN ? undefined : topics.at(-1)?.name
      await setImmediate()
    }
  }

  #name({ app: { appID } }: Caller, scope: Scope, name: string) {
    return { appID, scope: scopeKey(scope), kind: 'topic', name } as const
  }
}

function isTopicID(value: unknown): value is string {
  return typeof value === 'string' && topicIDPattern.test(value)
}
