import { setImmediate } from 'node:timers/promises'
import type { AccessList, Verb } from '../access-list.ts'
import type { PushLimits } from '../limits.ts'
import type { Owner } from '../ports/owner-store.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { PushStore } from '../ports/push-store.ts'
import type { Target, TargetName } from '../ports/target-store.ts'
import { type Caller, parseSubject, type Subject, subjectOf } from '../principal.ts'
import { PushError } from '../push-error.ts'
import { ANY_AUTHENTICATED, defaultBucketAccess } from '../rights/default-access.ts'
import type { Rights } from '../rights/rights.ts'
import { parseScopeKey, type Scope, scopeKey } from '../scopes.ts'
import { unauthorized } from '../unauthorized.ts'
import { createBucket } from './new-bucket.ts'
import type { SubscriptionReview } from './subscription-review.ts'
import { filterNotFound, subscriptionError, targetNotFound } from './target-errors.ts'

/** Subscriptions reviewed in one turn of the event loop. */
const REVIEWED_PER_TURN = 100
const THINGS_PER_TURN = 1_000

/** The right that a subscription rests on. */
export const subscriptionVerbs = {
  topic: 'SUBSCRIBE_TO_TOPIC',
  bucket: 'QUERY_OBJECTS_IN_BUCKET',
} as const satisfies Record<Target['kind'], Verb>

/** What a path names: `name` is the topicID or bucketID, `filter` the bucket's, of which there is only `all` (P 10.2). */
export type SubscriptionTarget =
  | { readonly kind: 'topic'; readonly name: string }
  | { readonly kind: 'bucket'; readonly name: string; readonly filter: string }

export interface SubscriptionsOptions {
  readonly store: Pick<PushStore, 'targets' | 'subscriptions' | 'owners'>
  readonly rights: Rights
  readonly limits: PushLimits
  readonly now?: (() => number) | undefined
}

/**
 * Who gets what is sent through a topic or happens in a bucket (P 7.3, 10.2). Users and things subscribe themselves, owners
 * their things, the admin anybody. `subject` exists; it is the caller's own in the forms without an id.
 */
export class Subscriptions implements SubscriptionReview {
  readonly #options: SubscriptionsOptions
  readonly #store: SubscriptionsOptions['store']
  readonly #rights: Rights

  constructor(options: SubscriptionsOptions) {
    this.#options = options
    this.#store = options.store
    this.#rights = options.rights
  }

  /** Makes the bucket if need be. TOPIC_NOT_FOUND, FILTER_NOT_FOUND, PUSH_SUBSCRIPTION_ALREADY_EXISTS. */
  async subscribe(caller: Caller, scope: Scope, target: SubscriptionTarget, subject: Subject): Promise<void> {
    const { appID } = caller.app
    const found = await this.#store.targets.findTarget(targetName(caller, scope, target))
    if (found === undefined && target.kind === 'topic')
      return this.#rights.missing(caller, scope, targetNotFound(appID, scope, target))
    const accessList = found?.accessList ?? defaultBucketAccess(scope, undefined)
    if (!(await this.#maySubscribe(caller, scope, target, accessList, subject))) throw unauthorized(caller)
    checkFilter(appID, scope, target)
    const stored = found ?? (await createBucket(this.#bucketOptions(), caller, scope, target.name))
    const restsOnRight = caller.principal.kind !== 'admin'
    const perSubjectMax = this.#options.limits.pushSubscriptionsPerSubjectMax
    const state = await this.#store.subscriptions.addSubscription(
      { target: stored, subject, restsOnRight },
      { perSubjectMax },
    )
    if (state === 'exists')
      throw subscriptionError('PUSH_SUBSCRIPTION_ALREADY_EXISTS', { appID, scope, target, subject })
    if (state === 'full')
      throw new PushError('OPERATION_NOT_ALLOWED', `One has at most ${perSubjectMax} subscriptions`)
    if (restsOnRight) await this.#confirm(caller, scope, stored, subject)
  }

  /** TOPIC_NOT_FOUND, FILTER_NOT_FOUND, PUSH_SUBSCRIPTION_NOT_FOUND. */
  async isSubscribed(
    caller: Caller,
    scope: Scope,
    target: SubscriptionTarget,
    subject: Subject,
  ): Promise<true> {
    const { key } = await this.#find(caller, scope, target, subject)
    if (await this.#store.subscriptions.hasSubscription(key, subject)) return true
    const { appID } = caller.app
    throw subscriptionError('PUSH_SUBSCRIPTION_NOT_FOUND', { appID, scope, target, subject })
  }

  /** TOPIC_NOT_FOUND, FILTER_NOT_FOUND, PUSH_SUBSCRIPTION_NOT_FOUND. */
  async unsubscribe(
    caller: Caller,
    scope: Scope,
    target: SubscriptionTarget,
    subject: Subject,
  ): Promise<void> {
    const { key } = await this.#find(caller, scope, target, subject)
    if (await this.#store.subscriptions.removeSubscription(key, subject)) return
    const { appID } = caller.app
    throw subscriptionError('PUSH_SUBSCRIPTION_NOT_FOUND', { appID, scope, target, subject })
  }

  async reviewSubject(app: PushApp, subject: Subject): Promise<void> {
    await this.#reviewOne(app.appID, subject)
    const { kind, id } = parseSubject(subject)
    const things = kind === 'user' ? await this.thingsOf(app, `user:${id}`) : []
    for (const thing of things) await this.#reviewOne(app.appID, thing)
  }

  async thingsOf({ appID }: PushApp, owner: Owner): Promise<Subject[]> {
    const things: Subject[] = []
    for (let after = ''; ; await setImmediate()) {
      const page = await this.#store.owners.pageOwned(appID, owner, after, THINGS_PER_TURN)
      for (const thingID of page) things.push(`thing:${thingID}`)
      if (page.length < THINGS_PER_TURN) return things
      after = page.at(-1) as string
    }
  }

  async #reviewOne(appID: string, subject: Subject): Promise<void> {
    const subscriptions = await this.#store.subscriptions.listSubscriptions(appID, subject)
    for (let start = 0; start < subscriptions.length; start += REVIEWED_PER_TURN) {
      const lost: number[] = []
      for (const { target, position, restsOnRight } of subscriptions.slice(start, start + REVIEWED_PER_TURN))
        if (restsOnRight && !(await this.#isSupported(target, subject))) lost.push(position)
      if (lost.length > 0) await this.#store.subscriptions.removeAt(lost)
      await setImmediate()
    }
  }

  /** Ends the subscriptions to it whose right is gone, in pieces; done when all have been looked at. */
  async reviewTarget(changed: Pick<Target, 'key'> & TargetName): Promise<void> {
    const { subscriptions, targets } = this.#store
    for (let after: number | undefined = 0; after !== undefined; ) {
      const target: Target | undefined = await targets.findTarget(changed)
      if (target?.key !== changed.key || isForAll(target)) return
      const page = await subscriptions.pageSubscriptions(target.key, after, REVIEWED_PER_TURN)
      const lost: number[] = []
      for (const { subject, position, restsOnRight } of page)
        if (restsOnRight && !(await this.#isSupported(target, subject))) lost.push(position)
      if (lost.length > 0) await subscriptions.removeAt(lost)
      after = page.length < REVIEWED_PER_TURN ? undefined : page.at(-1)?.position
      await setImmediate()
    }
  }

  /** The right may have gone while the subscription came, too late for the review that its going caused. */
  async #confirm(caller: Caller, scope: Scope, target: Target, subject: Subject): Promise<void> {
    const present = await this.#store.targets.findTarget(target)
    const isPresent = present?.key === target.key
    if (isPresent && (await this.#isSupported(present, subject))) return
    await this.#store.subscriptions.removeSubscription(target.key, subject)
    throw isPresent ? unauthorized(caller) : targetNotFound(caller.app.appID, scope, target)
  }

  /** For whoever may subscribe the subject, and for whoever it is or belongs to: nobody is kept in what others subscribed it to. */
  async #find(caller: Caller, scope: Scope, target: SubscriptionTarget, subject: Subject): Promise<Target> {
    const { appID } = caller.app
    const found = await this.#store.targets.findTarget(targetName(caller, scope, target))
    if (found === undefined) {
      const isTopic = target.kind === 'topic'
      const error = isTopic ? targetNotFound(appID, scope, target) : filterNotFound(appID, scope, target.name)
      return this.#rights.missing(caller, scope, error)
    }
    const isAllowed =
      (await this.#maySubscribe(caller, scope, target, found.accessList, subject)) ||
      ((await this.#actsFor(caller, subject)) &&
        (await this.#store.subscriptions.hasSubscription(found.key, subject)))
    if (!isAllowed) throw unauthorized(caller)
    checkFilter(appID, scope, target)
    return found
  }

  /** An owner needs the right itself, unless its thing has it. */
  async #maySubscribe(
    caller: Caller,
    scope: Scope,
    { kind }: Pick<Target, 'kind'>,
    list: AccessList,
    subject: Subject,
  ): Promise<boolean> {
    if (caller.principal.kind === 'admin') return true
    if (!(await this.#actsFor(caller, subject))) return false
    const verb = subscriptionVerbs[kind]
    if (await this.#rights.allows(caller, list, verb, scope)) return true
    return this.#rights.allows({ app: caller.app, principal: parseSubject(subject) }, list, verb, scope)
  }

  async #actsFor(caller: Caller, subject: Subject): Promise<boolean> {
    if (subjectOf(caller.principal) === subject) return true
    const { kind, id } = parseSubject(subject)
    return kind === 'thing' && this.#rights.isOwner(caller, id)
  }

  #isSupported({ appID, scope, kind, accessList }: Target, subject: Subject): Promise<boolean> {
    return this.#rights.supports(appID, subject, accessList, subscriptionVerbs[kind], parseScopeKey(scope))
  }

  #bucketOptions() {
    const { limits, now } = this.#options
    return { store: this.#store.targets, limits, now }
  }
}

/** Then nobody who could be subscribed lacks the right. */
function isForAll({ accessList, kind }: Target): boolean {
  return accessList[subscriptionVerbs[kind]]?.includes(ANY_AUTHENTICATED) ?? false
}

function checkFilter(appID: string, scope: Scope, target: SubscriptionTarget): void {
  if (target.kind === 'bucket' && target.filter !== 'all') throw filterNotFound(appID, scope, target.name)
}

function targetName(
  { app: { appID } }: Caller,
  scope: Scope,
  { kind, name }: SubscriptionTarget,
): TargetName {
  return { appID, scope: scopeKey(scope), kind, name }
}
