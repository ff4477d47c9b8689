import type { Groups } from '../groups/groups.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { Owner, OwnerStore } from '../ports/owner-store.ts'
import type { ThingRecord } from '../ports/thing-store.ts'
import type { Caller } from '../principal.ts'
import { PushError } from '../push-error.ts'
import type { SubscriptionReview } from '../targets/subscription-review.ts'
import { requireToken, unauthorized } from '../unauthorized.ts'
import type { Users } from '../users/users.ts'
import type { OwnershipRequest } from './thing-input.ts'
import type { Things } from './things.ts'

export interface OwnershipOptions {
  readonly store: OwnerStore
  readonly things: Things
  readonly users: Users
  readonly groups: Groups
  readonly passwords: Passwords
  readonly review: SubscriptionReview
  readonly limits: PushLimits
}

/** Who owns which thing (P 4.4). `ownerRef` is what a path has: `user:{userID}` or `group:{groupID}`. */
export class Ownership {
  readonly #options: OwnershipOptions

  constructor(options: OwnershipOptions) {
    this.#options = options
  }

  /** By a user for itself or a group of its, unless the app wants the thing's password; by the admin. THING_OWNERSHIP_ALREADY_EXISTS. */
  async add(caller: Caller, thingRef: string, ownerRef: string): Promise<void> {
    requireToken(caller)
    const thing = await this.#options.things.resolve(caller, thingRef)
    const owner = await this.#resolveOwner(caller, ownerRef)
    await this.#requireMine(caller, owner)
    if (caller.app.settings.ownershipNeedsPassword && caller.principal.kind !== 'admin') {
      throw unauthorized(caller, 'Becoming an owner takes the password of the thing')
    }
    await this.#add(thing, owner)
  }

  /** WRONG_PASSWORD. */
  async addWithPassword(caller: Caller, thingRef: string, body: () => OwnershipRequest): Promise<void> {
    const { things, passwords } = this.#options
    requireToken(caller)
    const thing = await things.resolve(caller, thingRef)
    const { principal } = caller
    if (principal.kind !== 'user' && principal.kind !== 'admin') {
      throw unauthorized(caller, 'Only users and groups own things')
    }
    const { userID, groupID, thingPassword } = body()
    if ((userID === undefined) === (groupID === undefined)) {
      throw invalidInput('userID', 'Either userID or groupID is needed')
    }
    const owner = await this.#resolveOwner(
      caller,
      userID === undefined ? `group:${groupID}` : `user:${userID}`,
    )
    await this.#requireMine(caller, owner)
    if (!(await passwords.verify(thingPassword, thing.passwordHash))) {
      throw new PushError('WRONG_PASSWORD', 'The password of the thing is wrong')
    }
    await this.#add(thing, owner)
  }

  /** For owners, the admin, and whoever is asked about: itself, or a group of its. Resolves if so, else THING_OWNERSHIP_NOT_FOUND. */
  async has(caller: Caller, thingRef: string, ownerRef: string): Promise<true> {
    requireToken(caller)
    const { appID, thingID } = await this.#options.things.resolve(caller, thingRef)
    const owner = parseOwner(caller, ownerRef)
    const isAskedAbout = await this.#isMine(caller, owner)
    if (!isAskedAbout) await this.#requireOwner(caller, thingID)
    const owners = await this.#options.store.listOwners(appID, thingID)
    if (owners.includes(owner)) return true
    throw ownershipNotFound()
  }

  /** For owners and the admin. Subscriptions that rested on it end. THING_OWNERSHIP_NOT_FOUND. */
  async remove(caller: Caller, thingRef: string, ownerRef: string): Promise<void> {
    requireToken(caller)
    const { things, store, review } = this.#options
    const { appID, thingID } = await things.resolve(caller, thingRef)
    await this.#requireOwner(caller, thingID)
    const owner = parseOwner(caller, ownerRef)
    if (!(await store.removeOwner(appID, thingID, owner))) throw ownershipNotFound()
    await this.#reviewOwner(caller, owner)
    await review.reviewSubject(caller.app, `thing:${thingID}`)
  }

  /** Plain ids, in order. For owners and the admin. */
  async list(caller: Caller, thingRef: string): Promise<{ users: string[]; groups: string[] }> {
    requireToken(caller)
    const { appID, thingID } = await this.#options.things.resolve(caller, thingRef)
    await this.#requireOwner(caller, thingID)
    const owners = await this.#options.store.listOwners(appID, thingID)
    return { users: idsOf(owners, 'user:'), groups: idsOf(owners, 'group:') }
  }

  /** With the plain id of a user or group that exists. */
  async #resolveOwner(caller: Caller, ownerRef: string): Promise<Owner> {
    const { users, groups } = this.#options
    const [kind, id] = splitOwner(ownerRef)
    if (kind === 'user') return `user:${(await users.resolve(caller, id)).userID}`
    return `group:${(await groups.resolve(caller.app, id)).groupID}`
  }

  async #add({ appID, thingID }: ThingRecord, owner: Owner): Promise<void> {
    const { store, limits } = this.#options
    const answer = await store.addOwner(appID, thingID, owner, { ownersMax: limits.pushOwnersPerThingMax })
    if (answer === 'exists') {
      throw new PushError(
        'THING_OWNERSHIP_ALREADY_EXISTS',
        `This ${splitOwner(owner)[0]} owns the thing already`,
      )
    }
    if (answer === 'full') {
      throw new PushError('OPERATION_NOT_ALLOWED', 'The thing has as many owners as may be')
    }
  }

  async #requireMine(caller: Caller, owner: Owner): Promise<void> {
    if (caller.principal.kind === 'admin' || (await this.#isMine(caller, owner))) return
    throw unauthorized(caller, 'A user makes itself an owner, or a group that it is a member of')
  }

  async #isMine({ app, principal }: Caller, owner: Owner): Promise<boolean> {
    if (principal.kind !== 'user') return false
    const [kind, id] = splitOwner(owner)
    return kind === 'user' ? id === principal.id : this.#options.groups.isMember(app, id, principal.id)
  }

  async #requireOwner(caller: Caller, thingID: string): Promise<void> {
    if (await this.#options.things.isOwnerOrAdmin(caller, thingID)) return
    throw unauthorized(caller, 'Only owners of the thing may do this')
  }

  async #reviewOwner({ app }: Caller, owner: Owner): Promise<void> {
    const { groups, review } = this.#options
    const [kind, id] = splitOwner(owner)
    if (kind === 'user') return review.reviewSubject(app, `user:${id}`)
    for (const userID of await groups.membersOf(app, id)) await review.reviewSubject(app, `user:${userID}`)
    for (const thing of await review.thingsOf(app, owner)) await review.reviewSubject(app, thing)
  }
}

/** `user:me` is the caller. Whether there is such a user or group is another question. */
function parseOwner({ principal }: Caller, ownerRef: string): Owner {
  const [kind, id] = splitOwner(ownerRef)
  return `${kind}:${kind === 'user' && id === 'me' && principal.kind === 'user' ? principal.id : id}`
}

function splitOwner(ownerRef: string): ['user' | 'group', string] {
  const [, kind, id = ''] = /^(user|group):(\S+)$/.exec(ownerRef) ?? []
  if (kind === undefined) throw invalidInput('owner', 'An owner is user:{userID} or group:{groupID}')
  return [kind as 'user' | 'group', id]
}

function idsOf(owners: readonly Owner[], prefix: string): string[] {
  return owners.filter((owner) => owner.startsWith(prefix)).map((owner) => owner.slice(prefix.length))
}

function ownershipNotFound(): PushError {
  return new PushError('THING_OWNERSHIP_NOT_FOUND', 'This user or group does not own the thing')
}
