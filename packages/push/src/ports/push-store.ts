import type { DirectoryStore } from './directory-store.ts'
import type { GroupStore } from './group-store.ts'
import type { InstallationStore } from './installation-store.ts'
import type { ObjectStore } from './object-store.ts'
import type { OwnerStore } from './owner-store.ts'
import type { PushAppStore } from './push-app-store.ts'
import type { SubscriptionStore } from './subscription-store.ts'
import type { TargetStore } from './target-store.ts'
import type { ThingStore } from './thing-store.ts'
import type { TokenStore } from './token-store.ts'
import type { UserStore } from './user-store.ts'

/** Everything the push service keeps, a port for each kind. */
export interface PushStore {
  readonly apps: PushAppStore
  readonly tokens: TokenStore
  readonly users: UserStore
  readonly things: ThingStore
  readonly owners: OwnerStore
  readonly groups: GroupStore
  readonly targets: TargetStore
  readonly subscriptions: SubscriptionStore
  readonly objects: ObjectStore
  readonly installations: InstallationStore
  readonly directory: DirectoryStore
}
