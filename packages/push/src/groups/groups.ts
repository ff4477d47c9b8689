import { createGroupID, createGroupKey } from '../ids.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { GroupRecord, GroupStore } from '../ports/group-store.ts'
import type { PushApp } from '../ports/push-app-store.ts'
import type { Caller } from '../principal.ts'
import { PushError } from '../push-error.ts'
import type { SubscriptionReview } from '../targets/subscription-review.ts'
import { requireToken, unauthorized } from '../unauthorized.ts'
import { userIDPattern, userNotFound } from '../users/user-ref.ts'
import type { GroupOwnerChange, NewGroup } from './group-input.ts'

export interface GroupsOptions {
  readonly store: GroupStore
  readonly review: SubscriptionReview
  readonly limits: PushLimits
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const groupIDPattern = /^[a-z0-9_.-]{1,30}$/

/** The groups of an app (P 5). Bodies are asked for when everything else has been checked (P 2.3). */
export class Groups {
  readonly #store: GroupStore
  readonly #review: SubscriptionReview
  readonly #limits: PushLimits
  readonly #now: () => number

  constructor({ store, review, limits, now }: GroupsOptions) {
    this.#store = store
    this.#review = review
    this.#limits = limits
    this.#now = now
  }

  /**
   * By a user, for itself; by the admin, for anybody or nobody. With `madeID`, a UUID that nobody else gives, it is made once,
   * however often this is called.
   */
  create(
    caller: Caller,
    body: () => NewGroup,
    madeID?: string,
  ): Promise<{ group: GroupRecord; notFoundUsers: string[] }> {
    if (madeID === undefined) return this.createWithID(caller, createGroupID(), body)
    return this.createWithID(caller, madeID.replaceAll('-', '').slice(0, 30), body, { mayExist: true })
  }

  /** GROUP_ALREADY_EXISTS. */
  async createWithID(
    caller: Caller,
    groupID: string,
    body: () => NewGroup,
    { mayExist = false } = {},
  ): Promise<{ group: GroupRecord; notFoundUsers: string[] }> {
    const { app, principal } = caller
    if (principal.kind !== 'user' && principal.kind !== 'admin') {
      throw unauthorized(caller, 'Only users and the admin may make groups')
    }
    const { name, owner, members = [] } = body()
    requireName(name)
    if (!groupIDPattern.test(groupID)) {
      throw invalidInput(
        'groupID',
        'A group ID has 1 to 30 small letters, digits, dots, hyphens and underscores',
      )
    }
    if (principal.kind === 'user' && owner !== undefined && owner !== principal.id) {
      throw unauthorized(caller, 'A user makes groups for itself')
    }
    const { found, notFoundUsers } = await this.#findMembers(app, owner ?? ownerOf(caller), members)
    const at = this.#now()
    const group: GroupRecord = {
      appID: app.appID,
      groupID,
      key: createGroupKey(),
      name,
      owner: owner ?? ownerOf(caller),
      createdAt: at,
      modifiedAt: at,
    }
    if ((await this.#store.addGroup(group, found)) === 'exists') {
      if (mayExist) return { group: await this.resolve(app, groupID), notFoundUsers }
      throw new PushError('GROUP_ALREADY_EXISTS', 'The group ID is taken', {
        details: { groupID, appID: app.appID },
      })
    }
    return { group, notFoundUsers }
  }

  /** GROUP_NOT_FOUND. */
  async resolve({ appID }: PushApp, groupID: string): Promise<GroupRecord> {
    const group = groupIDPattern.test(groupID) ? await this.#store.findGroup(appID, groupID) : undefined
    if (group === undefined) throw groupNotFound(appID, groupID)
    return group
  }

  /** For members and the admin. */
  async read(caller: Caller, groupID: string): Promise<GroupRecord> {
    requireToken(caller)
    const group = await this.resolve(caller.app, groupID)
    const { app, principal } = caller
    const isMember = principal.kind === 'user' && (await this.isMember(app, groupID, principal.id))
    if (isMember || principal.kind === 'admin') return group
    throw unauthorized(caller, 'Only members of the group may do this')
  }

  /** Somebody's own, and anybody's for the admin. By groupID. */
  async list(caller: Caller, of: { member: string } | { owner: string }): Promise<GroupRecord[]> {
    const userID = 'member' in of ? of.member : of.owner
    const { app, principal } = caller
    const isSelf = principal.kind === 'user' && principal.id === userID
    if (!isSelf && principal.kind !== 'admin')
      throw unauthorized(caller, 'These are the groups of somebody else')
    return userIDPattern.test(userID) ? this.#store.listGroups(app.appID, of) : []
  }

  /** userIDs, sorted. For members and the admin. */
  async listMembers(caller: Caller, groupID: string): Promise<string[]> {
    await this.read(caller, groupID)
    return this.membersOf(caller.app, groupID)
  }

  /** For whoever has asked for the right to it elsewhere. */
  membersOf({ appID }: PushApp, groupID: string): Promise<string[]> {
    return this.#store.listMembers(appID, groupID)
  }

  /** As `membersOf`. */
  async groupsOf({ appID }: PushApp, userID: string): Promise<string[]> {
    return (await this.#store.listGroups(appID, { member: userID })).map(({ groupID }) => groupID)
  }

  isMember({ appID }: PushApp, groupID: string, userID: string): Promise<boolean> {
    return this.#store.isMember(appID, groupID, userID)
  }

  /** Nothing happens to whoever is a member already. USER_NOT_FOUND. */
  async addMember(caller: Caller, groupID: string, userID: string): Promise<void> {
    await this.#resolveOwned(caller, groupID)
    await this.#requireUser(caller.app, userID)
    await this.#addMember(caller.app, groupID, userID)
  }

  /** A member may leave by itself, but for the owner. Subscriptions that rested on the membership end (P 5). */
  async removeMember(caller: Caller, groupID: string, userID: string): Promise<void> {
    requireToken(caller)
    const { app, principal } = caller
    const group = await this.resolve(app, groupID)
    const isMember = userIDPattern.test(userID) && (await this.isMember(app, groupID, userID))
    const leaves = isMember && principal.kind === 'user' && principal.id === userID
    if (!leaves) requireOwner(caller, group)
    if (!isMember) throw userNotFound(app, userID)
    if (group.owner === userID) {
      throw new PushError(
        'OPERATION_NOT_ALLOWED',
        'The owner of a group is always a member; change the owner first',
      )
    }
    await this.#store.removeMember(app.appID, groupID, userID)
    const things = await this.#review.thingsOf(app, `group:${groupID}`)
    for (const subject of [`user:${userID}`, ...things] as const)
      await this.#review.reviewSubject(app, subject)
  }

  async rename(caller: Caller, groupID: string, body: () => string): Promise<GroupRecord> {
    await this.#resolveOwned(caller, groupID)
    return this.#change(caller.app, groupID, { name: requireName(body()) })
  }

  /** The new owner becomes a member if it is none yet, the old one stays one. USER_NOT_FOUND. */
  async changeOwner(caller: Caller, groupID: string, body: () => GroupOwnerChange): Promise<GroupRecord> {
    const { app } = caller
    const group = await this.#resolveOwned(caller, groupID)
    const { owner } = body()
    await this.#requireUser(app, owner)
    if (owner === group.owner) return group
    await this.#requireRoomForGroup(app, owner)
    await this.#addMember(app, groupID, owner)
    return this.#change(app, groupID, { owner })
  }

  async remove(caller: Caller, groupID: string): Promise<void> {
    await this.#resolveOwned(caller, groupID)
    await this.#remove(caller.app, groupID)
  }

  /** Before that user is removed (P 3.4). */
  async removeOwnedBy(app: PushApp, userID: string): Promise<void> {
    for (const { groupID } of await this.#store.listGroups(app.appID, { owner: userID })) {
      await this.#remove(app, groupID)
    }
  }

  /** Its members and things lose what they had through it elsewhere too: things that it owned, lists of access that name it. */
  async #remove(app: PushApp, groupID: string): Promise<void> {
    const members = await this.membersOf(app, groupID)
    const things = await this.#review.thingsOf(app, `group:${groupID}`)
    if (!(await this.#store.removeGroup(app.appID, groupID))) throw groupNotFound(app.appID, groupID)
    for (const userID of members) await this.#review.reviewSubject(app, `user:${userID}`)
    for (const thing of things) await this.#review.reviewSubject(app, thing)
  }

  /** For the owner and the admin. */
  async #resolveOwned(caller: Caller, groupID: string): Promise<GroupRecord> {
    requireToken(caller)
    const group = await this.resolve(caller.app, groupID)
    requireOwner(caller, group)
    return group
  }

  /** Of those who are to be in a new group, who exists; its owner must. */
  async #findMembers(
    app: PushApp,
    owner: string | undefined,
    members: readonly string[],
  ): Promise<{ found: string[]; notFoundUsers: string[] }> {
    const asked = new Set(members)
    if (owner !== undefined) asked.add(owner)
    if (asked.size > this.#limits.pushMembersPerGroupMax) throw groupFull()
    const possible = [...asked].filter((userID) => userIDPattern.test(userID))
    const found = await this.#store.findUsers(app.appID, possible)
    const isFound = new Set(found)
    if (owner !== undefined) {
      if (!isFound.has(owner)) throw userNotFound(app, owner)
      await this.#requireRoomForGroup(app, owner)
    }
    return { found, notFoundUsers: [...asked].filter((userID) => !isFound.has(userID)) }
  }

  async #requireUser(app: PushApp, userID: string): Promise<void> {
    const found = userIDPattern.test(userID) ? await this.#store.findUsers(app.appID, [userID]) : []
    if (found.length === 0) throw userNotFound(app, userID)
  }

  async #requireRoomForGroup({ appID }: PushApp, owner: string): Promise<void> {
    if ((await this.#store.listGroups(appID, { owner })).length < this.#limits.pushGroupsPerOwnerMax) return
    throw new PushError('OPERATION_NOT_ALLOWED', 'The user owns as many groups as may be')
  }

  async #addMember({ appID }: PushApp, groupID: string, userID: string): Promise<void> {
    const limits = { membersMax: this.#limits.pushMembersPerGroupMax }
    if ((await this.#store.addMember(appID, groupID, userID, limits)) === 'full') throw groupFull()
  }

  async #change({ appID }: PushApp, groupID: string, change: Partial<GroupRecord>): Promise<GroupRecord> {
    const changed = await this.#store.changeGroup(appID, groupID, { ...change, modifiedAt: this.#now() })
    if (changed === undefined) throw groupNotFound(appID, groupID)
    return changed
  }
}

function ownerOf({ principal }: Caller): string | undefined {
  return principal.kind === 'user' ? principal.id : undefined
}

function requireOwner(caller: Caller, group: GroupRecord): void {
  const { principal } = caller
  if (principal.kind === 'admin' || (principal.kind === 'user' && principal.id === group.owner)) return
  throw unauthorized(caller, 'Only the owner of the group may do this')
}

function requireName(name: string): string {
  if (/^[^\p{Cc}\p{Cs}]{1,190}$/u.test(name)) return name
  throw invalidInput('name', 'The name of a group has 1 to 190 characters')
}

function groupNotFound(appID: string, groupID: string): PushError {
  return new PushError('GROUP_NOT_FOUND', 'There is no such group', { details: { groupID, appID } })
}

function groupFull(): PushError {
  return new PushError('OPERATION_NOT_ALLOWED', 'The group has as many members as may be')
}
