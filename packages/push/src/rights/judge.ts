import type { AccessList, AclSubject, Verb } from '../access-list.ts'
import type { GroupStore } from '../ports/group-store.ts'
import type { Owner, OwnerStore } from '../ports/owner-store.ts'
import type { Principal, Subject } from '../principal.ts'
import type { Scope } from '../scopes.ts'
import { parseGroupEntry } from './acl-subjects.ts'
import { ANONYMOUS, ANY_AUTHENTICATED } from './default-access.ts'

export interface JudgeStore {
  readonly groups: Pick<GroupStore, 'findGroup' | 'isMember'>
  readonly owners: Pick<OwnerStore, 'listOwners'>
}

/** Whose rights are asked about: whoever speaks, or a group as the owner of a thing. */
export type Party = Principal | { readonly kind: 'group'; readonly id: string }

export function partyOf(key: Subject | Owner): Party {
  const colon = key.indexOf(':')
  return { kind: key.slice(0, colon) as 'user' | 'thing' | 'group', id: key.slice(colon + 1) }
}

/** The rights of one party at one time: it asks the store about each group and each thing once, so it must not be kept. */
export class Judge {
  readonly #store: JudgeStore
  readonly #appID: string
  readonly #party: Party
  readonly #memberships = new Map<string, Promise<boolean>>()
  readonly #ownerships = new Map<string, Promise<boolean>>()

  constructor(store: JudgeStore, appID: string, party: Party) {
    this.#store = store
    this.#appID = appID
    this.#party = party
  }

  async isInScope({ kind, id }: Scope): Promise<boolean> {
    const party = this.#party
    if (party.kind === 'admin') return true
    if (party.kind === 'anonymous') return false
    if (kind === 'app') return true
    if (kind === party.kind && id === party.id) return true
    if (kind === 'group') return this.#isMember(id)
    return kind === 'thing' && this.isOwner(id)
  }

  async allows(list: AccessList, verb: Verb, scope: Scope): Promise<boolean> {
    if (this.#party.kind === 'admin') return true
    const entries = list[verb] ?? []
    const own = ownEntries(this.#party)
    if (entries.some((entry) => own.includes(entry))) return true
    for (const entry of entries) if (await this.#isHeldBySomebodyElse(entry, scope)) return true
    return false
  }

  /** Directly or through a group (P 4.4). */
  isOwner(thingID: string): Promise<boolean> {
    return once(this.#ownerships, thingID, () => this.#askOwners(thingID))
  }

  /**
   * A group's entry holds for its members while it is that group. In a thing's own scope the thing's entry holds for its owners as well: who they
   * are changes, so they are asked for instead of listed, and deleting the thing's entry shuts them out with it (P 7.4, 10.3).
   */
  async #isHeldBySomebodyElse(entry: AclSubject, scope: Scope): Promise<boolean> {
    const group = parseGroupEntry(entry)
    if (group !== undefined) return (await this.#belongsTo(group.groupID)) && this.#isStill(group)
    if (this.#party.kind === 'group' && entry.startsWith('UserID:'))
      return this.#store.groups.isMember(this.#appID, this.#party.id, entry.slice('UserID:'.length))
    return scope.kind === 'thing' && entry === `ThingID:${scope.id}` && this.isOwner(scope.id)
  }

  async #askOwners(thingID: string): Promise<boolean> {
    const party = this.#party
    if (party.kind !== 'user' && party.kind !== 'group') return false
    const owners = await this.#store.owners.listOwners(this.#appID, thingID)
    if (owners.includes(`${party.kind}:${party.id}`)) return true
    if (party.kind === 'group') return false
    for (const owner of owners)
      if (owner.startsWith('group:') && (await this.#isMember(owner.slice('group:'.length)))) return true
    return false
  }

  /** A member of it, or itself. */
  #belongsTo(groupID: string): Promise<boolean> {
    const { kind } = this.#party
    if (kind === 'group') return Promise.resolve(this.#party.id === groupID)
    return this.#isMember(groupID)
  }

  /** Asked after the membership: then both are of the group that has the key, not of a later one of its id. */
  async #isStill({ groupID, key }: { readonly groupID: string; readonly key: string | undefined }) {
    return key === undefined || (await this.#store.groups.findGroup(this.#appID, groupID))?.key === key
  }

  #isMember(groupID: string): Promise<boolean> {
    const party = this.#party
    if (party.kind !== 'user') return Promise.resolve(false)
    return once(this.#memberships, groupID, () => this.#store.groups.isMember(this.#appID, groupID, party.id))
  }
}

/** The anonymous user's entry is for those without a token only; the defaults list both where both are meant. */
function ownEntries(party: Party): readonly AclSubject[] {
  if (party.kind === 'user') return [`UserID:${party.id}`, ANY_AUTHENTICATED]
  if (party.kind === 'thing') return [`ThingID:${party.id}`, ANY_AUTHENTICATED]
  if (party.kind === 'group') return [ANY_AUTHENTICATED]
  return party.kind === 'anonymous' ? [ANONYMOUS] : []
}

function once<Answer>(
  answers: Map<string, Promise<Answer>>,
  question: string,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const known = answers.get(question)
  if (known !== undefined) return known
  const answer = ask()
  answers.set(question, answer)
  return answer
}
