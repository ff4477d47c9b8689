import type { Subject } from '../principal.ts'
import type { Target } from './target-store.ts'

export interface SubscriptionRecord {
  /** Grows with each subscription that is added: the order of pages. */
  readonly position: number
  readonly subject: Subject
  /** False: the admin subscribed it, so it stays whatever its rights. A thing's may rest on the right of an owner. */
  readonly restsOnRight: boolean
}

/** One MQTT installation of somebody who is subscribed. */
export interface Receiver {
  readonly position: number
  readonly subject: Subject
  readonly installationID: string
  readonly mqttTopic: string
}

export interface ReceiverPage {
  /** Those after this position; 0 = from the start. */
  readonly after: number
  /** Up to this one, which `lastPosition` has told: whoever subscribes later gets nothing of an earlier message. */
  readonly upTo: number
  /** Which installations (P 8.1). */
  readonly development: boolean
  readonly production: boolean
  /** Subscriptions to look at, not receivers to find: a page may be short, or empty, before the last. */
  readonly limit: number
}

export interface SubscriptionStore {
  /** 'added' also if the target is gone: it went with it. */
  addSubscription(
    subscription: {
      readonly target: Pick<Target, 'key' | 'appID'>
      readonly subject: Subject
      readonly restsOnRight: boolean
    },
    limits: { perSubjectMax: number },
  ): Promise<'added' | 'exists' | 'full'>
  hasSubscription(targetKey: number, subject: Subject): Promise<boolean>
  removeSubscription(targetKey: number, subject: Subject): Promise<boolean>
  /** Of the target's subscriptions; 0 if there are none. */
  lastPosition(targetKey: number): Promise<number>
  /** `next`: the `after` of the next page; undefined after the last. */
  pageReceivers(
    targetKey: number,
    page: ReceiverPage,
  ): Promise<{ readonly receivers: Receiver[]; readonly next: number | undefined }>
  /** Of one target, by position. */
  pageSubscriptions(targetKey: number, after: number, limit: number): Promise<SubscriptionRecord[]>
  /** Everything a user or thing is subscribed to; bounded by `perSubjectMax`. */
  listSubscriptions(
    appID: string,
    subject: Subject,
  ): Promise<(SubscriptionRecord & { readonly target: Target })[]>
  removeAt(positions: readonly number[]): Promise<void>
}
