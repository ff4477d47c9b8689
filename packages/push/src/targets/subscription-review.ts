import type { PushApp } from '../ports/push-app-store.ts'
import type { Subject } from '../principal.ts'

/** For whoever takes a right away that others' subscriptions may rest on: a membership, an ownership. */
export interface SubscriptionReview {
  /** Ends the subscriptions of a user or thing that has lost the right to them (P 5, 11). */
  reviewSubject(app: PushApp, subject: Subject): Promise<void>
}
