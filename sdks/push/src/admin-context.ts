import { Access } from './access.ts'
import type { App } from './app.ts'
import type { KiiBucket } from './bucket.ts'
import type { KiiGroup, SaveGroupCallbacks } from './group.ts'
import { createGroups, registerGroupWithOwnerAndID } from './group-calls.ts'
import type { KiiObject } from './object.ts'
import { objectWithURI } from './object-uri.ts'
import { type ErrorCallbacks, runUserCall, type TextCallbacks } from './outcome.ts'
import { appScope, Targets, type TopicPage } from './scope.ts'
import { createAdminThingCalls } from './thing-calls.ts'
import type { KiiTopic } from './topic.ts'
import type { KiiUser } from './user.ts'
import { findUser, type IdentityKind, userWithID } from './user-calls.ts'

/** Of users that an admin finds. */
export type AdminFindCallbacks = TextCallbacks<[KiiAppAdminContext, KiiUser], KiiAppAdminContext>

/** An admin's context with all of its methods. */
export type AppAdminContext = KiiAppAdminContext &
  ReturnType<typeof createGroups> &
  ReturnType<typeof createAdminThingCalls>

export function createAppAdminContext(app: App, token: string): AppAdminContext {
  const access = new Access(app, token)
  return Object.assign(new KiiAppAdminContext(access), createGroups(access), createAdminThingCalls(access))
}

/** What the app's admin does (P 14.6), from `Kii.authenticateAsAppAdmin`. Whatever comes from here uses its token. */
export class KiiAppAdminContext {
  readonly #access: Access
  readonly #targets: Targets

  constructor(access: Access) {
    this.#access = access
    this.#targets = new Targets(access, () => appScope)
  }

  getAccessToken(): string | undefined {
    return this.#access.token
  }

  topicWithName(name: string): KiiTopic {
    return this.#targets.topic(name)
  }

  listTopics(callbacks?: ErrorCallbacks<TopicPage>, paginationKey?: string | null): Promise<TopicPage> {
    return this.#targets.listTopics(callbacks, paginationKey)
  }

  bucketWithName(name: string): KiiBucket {
    return this.#targets.bucket(name)
  }

  /** @throws InvalidURIException */
  objectWithURI(uri: string): KiiObject {
    return objectWithURI(this.#access, uri)
  }

  /** Not loaded. @throws InvalidArgumentException */
  userWithID(userID: string): KiiUser {
    return userWithID(this.#access, userID)
  }

  findUserByUsername(username: string, callbacks?: AdminFindCallbacks) {
    return this.#find('LOGIN_NAME', username, callbacks)
  }

  findUserByEmail(emailAddress: string, callbacks?: AdminFindCallbacks) {
    return this.#find('EMAIL', emailAddress, callbacks)
  }

  findUserByPhone(phoneNumber: string, callbacks?: AdminFindCallbacks) {
    return this.#find('PHONE', phoneNumber, callbacks)
  }

  /** @param owner user, or its ID */
  registerGroupWithOwnerAndID(
    groupID: string,
    name: string,
    owner: KiiUser | string,
    members?: readonly KiiUser[] | null,
    callbacks?: SaveGroupCallbacks,
  ): Promise<KiiGroup> {
    return registerGroupWithOwnerAndID(this.#access, groupID, name, owner, members, callbacks)
  }

  #find(
    kind: IdentityKind,
    value: string,
    callbacks: AdminFindCallbacks,
  ): Promise<[admin: KiiAppAdminContext, user: KiiUser]> {
    return runUserCall('find user', this, callbacks, async () => [
      this,
      await findUser(this.#access, kind, value),
    ])
  }
}
