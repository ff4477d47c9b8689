import type { Owner } from '../ports/owner-store.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { Subject } from '../principal.ts'

/** For whoever takes a right away that others' subscriptions may rest on: a membership, an ownership. */
export interface SubscriptionReview {
  /** Ends the subscriptions of a user or thing that has lost the right to them (P 5, 11), and of a user's things. */
  reviewSubject(app: PushApp, subject: Subject): Promise<void>
  /** Things whose subscriptions may rest on a right of this owner (P 7.3): to be asked for while it still is one. */
  thingsOf(app: PushApp, owner: Owner): Promise<Subject[]>
}
