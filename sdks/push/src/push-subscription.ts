import type { Access } from './access.ts'
import { KiiBucket } from './bucket.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { type ErrorCallbacks, runAction } from './outcome.ts'
import { RequestFailure } from './request-failure.ts'
import { KiiTopic } from './topic.ts'

export type SubscriptionTarget = KiiTopic | KiiBucket

/** The only answers that mean "not subscribed" (P 7.3). */
const notSubscribed = ['PUSH_SUBSCRIPTION_NOT_FOUND', 'FILTER_NOT_FOUND']

/** Subscriptions of a user or thing to topics and buckets (P 7.3, 10.2, 14.4). */
export class KiiPushSubscription<Subscriber = unknown> {
  readonly #access: Access
  readonly #subscriber: Subscriber
  /** `users/{userID}` or `things/{thingID}`. */
  readonly #subject: () => string

  constructor(access: Access, subscriber: Subscriber, subject: () => string) {
    this.#access = access
    this.#subscriber = subscriber
    this.#subject = subject
  }

  getSubscriber(): Subscriber {
    return this.#subscriber
  }

  subscribe<Target extends SubscriptionTarget>(
    target: Target,
    callbacks?: ErrorCallbacks<[KiiPushSubscription<Subscriber>, Target]>,
  ): Promise<[subscription: KiiPushSubscription<Subscriber>, target: Target]> {
    return runAction('subscribe', this, callbacks, async () => {
      await this.#access.send('PUT', this.#path(target))
      return [this, target]
    })
  }

  unsubscribe<Target extends SubscriptionTarget>(
    target: Target,
    callbacks?: ErrorCallbacks<[KiiPushSubscription<Subscriber>, Target]>,
  ): Promise<[subscription: KiiPushSubscription<Subscriber>, target: Target]> {
    return runAction('unsubscribe', this, callbacks, async () => {
      await this.#access.send('DELETE', this.#path(target))
      return [this, target]
    })
  }

  isSubscribed<Target extends SubscriptionTarget>(
    target: Target,
    callbacks?: ErrorCallbacks<[KiiPushSubscription<Subscriber>, Target, boolean]>,
  ): Promise<[subscription: KiiPushSubscription<Subscriber>, target: Target, isSubscribed: boolean]> {
    return runAction('Check is subscribed', this, callbacks, async () => {
      try {
        await this.#access.send('GET', this.#path(target))
        return [this, target, true]
      } catch (error) {
        if (error instanceof RequestFailure && notSubscribed.includes(error.code ?? ''))
          return [this, target, false]
        throw error
      }
    })
  }

  #path(target: SubscriptionTarget): string {
    if (!(target instanceof KiiTopic) && !(target instanceof KiiBucket))
      throw new InvalidArgumentException('the target must be a KiiTopic or a KiiBucket')
    return `${target.subscriptionsPath()}/${this.#subject()}`
  }
}

/** With the token of a thing or an admin. */
export class KiiPushSubscriptionWithToken<Subscriber = unknown> extends KiiPushSubscription<Subscriber> {}

export function createPushSubscription<Subscriber>(
  access: Access,
  subscriber: Subscriber,
  subject: () => string,
): KiiPushSubscription<Subscriber> {
  const Subscription = access.isFixed ? KiiPushSubscriptionWithToken : KiiPushSubscription
  return new Subscription(access, subscriber, subject)
}
