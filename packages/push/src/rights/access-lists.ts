import type { AccessList, AclSubject, Verb } from '../access-list.ts'
import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { PushStore } from '../ports/push-store.ts'
import type { Target } from '../ports/target-store.ts'
import type { Caller } from '../principal.ts'
import { PushError } from '../push-error.ts'
import type { BucketEvents } from '../sending/bucket-events.ts'
import { type Subscriptions, subscriptionVerbs } from '../targets/subscriptions.ts'
import { type AclResource, AclResources, type AclResourcesOptions } from './acl-resources.ts'
import { parseAclSubject, resolveAclSubject, withoutKey } from './acl-subjects.ts'
import { bucketVerbs, objectVerbs, topicVerbs } from './default-access.ts'

export type { AclResource } from './acl-resources.ts'

const verbsOf = { topic: topicVerbs, bucket: bucketVerbs, object: objectVerbs } as const

export interface AccessListsOptions extends AclResourcesOptions {
  readonly store: Pick<PushStore, 'targets' | 'objects' | 'users' | 'things' | 'groups'>
  readonly events: BucketEvents
  readonly review: Pick<Subscriptions, 'reviewTarget'>
  readonly limits: PushLimits
}

/**
 * The access control lists of topics, buckets and objects (P 11), for their creator, the scope's owner and the admin. Verbs and
 * subjects are given as paths have them: `SUBSCRIBE_TO_TOPIC`, `UserID:…`; others are INVALID_INPUT_DATA.
 */
export class AccessLists {
  readonly #options: AccessListsOptions
  readonly #resources: AclResources

  constructor(options: AccessListsOptions) {
    this.#options = options
    this.#resources = new AclResources(options)
  }

  /** Every verb of the resource, also those that nobody has. */
  async list(caller: Caller, resource: AclResource): Promise<AccessList> {
    const { accessList } = await this.#resources.open(caller, resource)
    return Object.fromEntries(verbsOf[resource.kind].map((verb) => [verb, subjectsOf(accessList, verb)]))
  }

  async listVerb(caller: Caller, resource: AclResource, verb: string): Promise<readonly AclSubject[]> {
    const { accessList } = await this.#resources.open(caller, resource)
    return subjectsOf(accessList, parseVerb(resource, verb))
  }

  /** ACL_NOT_FOUND. */
  async has(caller: Caller, resource: AclResource, verb: string, subject: string): Promise<true> {
    const { accessList } = await this.#resources.open(caller, resource)
    const entry = parseEntry(resource, verb, subject)
    if (hasEntry(accessList, entry)) return true
    throw entryNotFound(entry)
  }

  /**
   * Makes the bucket if need be; the same entry again changes nothing. USER_NOT_FOUND, GROUP_NOT_FOUND, THING_NOT_FOUND of the
   * subject; OPERATION_NOT_ALLOWED when the list is full.
   */
  async put(caller: Caller, resource: AclResource, verb: string, subject: string): Promise<void> {
    const found = await this.#resources.openToChange(caller, resource)
    const entry = parseEntry(resource, verb, subject)
    const { store } = this.#options
    const subjectKept = await resolveAclSubject(store, caller.app.appID, resource.scope, entry.subject)
    const entriesMax = this.#options.limits.pushAccessListEntriesMax
    let isFull = false as boolean
    let isNew = false as boolean
    const target = await this.#resources.change(caller, resource, found, (list) => {
      isNew = !(list[entry.verb]?.includes(subjectKept) ?? false)
      // In the place of an entry of a group of that id that is gone.
      const others = withoutEntry(list, entry)
      isFull = isNew && countEntries(others) >= entriesMax
      return isNew && !isFull ? withEntry(others, { ...entry, subject: subjectKept }) : list
    })
    if (isFull)
      throw new PushError('OPERATION_NOT_ALLOWED', `An access control list has at most ${entriesMax} entries`)
    if (isNew) await this.#tell(caller, resource, target)
  }

  /** The subscriptions that rested on the entry end with it. ACL_NOT_FOUND. */
  async remove(caller: Caller, resource: AclResource, verb: string, subject: string): Promise<void> {
    const found = await this.#resources.openToChange(caller, resource)
    const entry = parseEntry(resource, verb, subject)
    if (!hasEntry(found.accessList, entry)) throw entryNotFound(entry)
    let isGone = false as boolean
    const target = await this.#resources.change(caller, resource, found, (list) => {
      isGone = !hasEntry(list, entry)
      return isGone ? list : withoutEntry(list, entry)
    })
    if (isGone) throw entryNotFound(entry)
    await this.#tell(caller, resource, target)
    if (entry.verb === subscriptionVerbs[target.kind]) await this.#options.review.reviewTarget(target)
  }

  /** Only of objects is there an event (P 12.2). */
  async #tell(caller: Caller, resource: AclResource, bucket: Target): Promise<void> {
    if (resource.kind !== 'object') return
    const { objectID } = resource
    await this.#options.events.publish(caller, bucket, { type: 'DATA_OBJECT_ACL_MODIFIED', objectID })
  }
}

interface Entry {
  readonly verb: Verb
  readonly subject: AclSubject
}

function parseEntry(resource: AclResource, verb: string, subject: string): Entry {
  return { verb: parseVerb(resource, verb), subject: parseAclSubject(subject) }
}

function parseVerb({ kind }: AclResource, text: string): Verb {
  const verbs: readonly Verb[] = verbsOf[kind]
  const verb = verbs.find((known) => known === text)
  if (verb !== undefined) return verb
  throw invalidInput('verb', `A verb of this list is one of ${verbs.join(', ')}`)
}

/** As paths and answers have them. */
function subjectsOf(list: AccessList, verb: Verb): AclSubject[] {
  return (list[verb] ?? []).map(withoutKey)
}

function hasEntry(list: AccessList, { verb, subject }: Entry): boolean {
  return subjectsOf(list, verb).includes(subject)
}

function withEntry(list: AccessList, { verb, subject }: Entry): AccessList {
  return { ...list, [verb]: [...(list[verb] ?? []), subject] }
}

function withoutEntry(list: AccessList, { verb, subject }: Entry): AccessList {
  return { ...list, [verb]: (list[verb] ?? []).filter((other) => withoutKey(other) !== subject) }
}

function countEntries(list: AccessList): number {
  return Object.values(list).reduce((count, subjects) => count + subjects.length, 0)
}

function entryNotFound({ verb, subject }: Entry): PushError {
  return new PushError('ACL_NOT_FOUND', 'The access control list has no such entry', {
    details: { verb, subject },
  })
}
