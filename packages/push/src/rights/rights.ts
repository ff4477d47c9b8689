import type { AccessList, AclSubject, Verb } from '../access-list.ts'
import type { GroupStore } from '../ports/group-store.ts'
import type { OwnerStore } from '../ports/owner-store.ts'
import { type Caller, parseSubject, type Subject } from '../principal.ts'
import type { Scope } from '../scopes.ts'
import { unauthorized } from '../unauthorized.ts'
import { aclSubjectOf } from './default-access.ts'
import { Judge, partyOf } from './judge.ts'

export interface RightsOptions {
  readonly groups: Pick<GroupStore, 'findGroup' | 'isMember'>
  readonly owners: Pick<OwnerStore, 'listOwners'>
}

/** Who may do what (P 2.4). Nothing is remembered between two questions: another node may have changed the answer. */
export class Rights {
  readonly #store: RightsOptions

  constructor({ groups, owners }: RightsOptions) {
    this.#store = { groups, owners }
  }

  /** The scope's own: the user; the group's owner; the thing and its owners; of the app only the admin, who owns every scope. */
  async isScopeOwner(caller: Caller, scope: Scope): Promise<boolean> {
    const { app, principal } = caller
    if (principal.kind === 'admin') return true
    if (scope.kind === 'app') return false
    if (scope.kind !== 'group') return this.isInScope(caller, scope)
    if (principal.kind !== 'user') return false
    const group = await this.#store.groups.findGroup(app.appID, scope.id)
    return group?.owner === principal.id
  }

  /** At home there: the user; members of the group; the thing and its owners; in the app whoever is signed in. The admin everywhere. */
  isInScope(caller: Caller, scope: Scope): Promise<boolean> {
    return this.judge(caller).isInScope(scope)
  }

  /** Who may delete it, and read and change its access list: its creator, the scope's owner, the admin. */
  async governs(caller: Caller, scope: Scope, creator: AclSubject | undefined): Promise<boolean> {
    if (creator !== undefined && creator === aclSubjectOf(caller.principal)) return true
    return this.isScopeOwner(caller, scope)
  }

  /** The admin may everything. `scope` is the one of the topic, bucket or object that has the list. */
  allows(caller: Caller, list: AccessList, verb: Verb, scope: Scope): Promise<boolean> {
    return this.judge(caller).allows(list, verb, scope)
  }

  /** Directly or through a group (P 4.4). */
  isOwner(caller: Caller, thingID: string): Promise<boolean> {
    return this.judge(caller).isOwner(thingID)
  }

  /** For several questions about one caller at one time. */
  judge({ app, principal }: Caller): Judge {
    return new Judge(this.#store, app.appID, principal)
  }

  /**
   * For somebody who named what is not there: strangers to the scope are not told so, lest they learn what others have (P 2.3).
   * Throws in any case.
   */
  async missing(caller: Caller, scope: Scope, notFound: Error): Promise<never> {
    throw (await this.isInScope(caller, scope)) ? notFound : unauthorized(caller)
  }

  /** May a subscription of the subject stand: by its own right or, of a thing, by that of an owner, who may have made it (P 7.3)? */
  async supports(
    appID: string,
    subject: Subject,
    list: AccessList,
    verb: Verb,
    scope: Scope,
  ): Promise<boolean> {
    const isAllowed = (party: Parameters<typeof partyOf>[0]) =>
      new Judge(this.#store, appID, partyOf(party)).allows(list, verb, scope)
    if (await isAllowed(subject)) return true
    const { kind, id } = parseSubject(subject)
    if (kind === 'user') return false
    for (const owner of await this.#store.owners.listOwners(appID, id))
      if (await isAllowed(owner)) return true
    return false
  }
}
