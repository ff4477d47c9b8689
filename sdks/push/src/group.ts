import { type Access, encodeSegment } from './access.ts'
import type { KiiBucket } from './bucket.ts'
import { IllegalStateException, InvalidArgumentException } from './exceptions.ts'
import { type Callbacks, type ErrorCallbacks, KiiError, messageOf, runCall, settle } from './outcome.ts'
import { scopeOf, Targets, type TopicPage } from './scope.ts'
import type { KiiTopic } from './topic.ts'
import { KiiUser } from './user.ts'
import { userWithID } from './user-calls.ts'

export interface GroupFields {
  readonly groupID?: string
  readonly name?: string
  /** userID */
  readonly owner?: string
}

export type GroupCallbacks<Value = KiiGroup> =
  | Callbacks<Value, [group: KiiGroup, text: string]>
  | null
  | undefined

/** Saving tells also whom it has not added and not removed. */
export type SaveGroupCallbacks =
  | Callbacks<KiiGroup, [group: KiiGroup, text: string, toAdd: KiiUser[], toRemove: KiiUser[]]>
  | null
  | undefined

/** What promises of `save` and `saveWithOwner` reject with. */
export class KiiGroupSaveError extends KiiError {
  readonly addMembersArray: KiiUser[]
  readonly removeMembersArray: KiiUser[]

  constructor(group: KiiGroup, cause: unknown, toAdd: KiiUser[], toRemove: KiiUser[]) {
    super(messageOf(cause), group, cause)
    this.addMembersArray = toAdd
    this.removeMembersArray = toRemove
  }
}

/** A group of users (P 5, 14.6). */
export class KiiGroup {
  readonly #access: Access
  #fields: GroupFields
  #toAdd: KiiUser[]
  #toRemove: KiiUser[] = []
  readonly #targets: Targets

  constructor(access: Access, fields: GroupFields, members: readonly KiiUser[] = []) {
    this.#access = access
    this.#fields = fields
    this.#toAdd = [...members]
    this.#targets = new Targets(access, () => scopeOf('groups', this.#knownID()), this)
  }

  getID(): string | undefined {
    return this.#fields.groupID
  }

  getUUID(): string | undefined {
    return this.getID()
  }

  getName(): string | undefined {
    return this.#fields.name
  }

  /** null until saved. */
  objectURI(): string | null {
    const id = this.getID()
    return id === undefined ? null : `kiicloud://groups/${id}`
  }

  /** Takes effect with `save`. @throws InvalidArgumentException */
  addUser(member: KiiUser): void {
    checkMember(member)
    this.#toRemove = without(this.#toRemove, member)
    this.#toAdd = [...without(this.#toAdd, member), member]
  }

  /** Takes effect with `save`. @throws InvalidArgumentException */
  removeUser(member: KiiUser): void {
    checkMember(member)
    this.#toAdd = without(this.#toAdd, member)
    this.#toRemove = [...without(this.#toRemove, member), member]
  }

  /** Creates the group, owned by whoever is logged in, then adds and removes members one by one. */
  save(callbacks?: SaveGroupCallbacks): Promise<KiiGroup> {
    return this.#save(callbacks, () =>
      this.#access.isFixed ? undefined : this.#access.app.currentUser?.getID(),
    )
  }

  /** As `save`. @param owner user, or its ID */
  saveWithOwner(owner: KiiUser | string, callbacks?: SaveGroupCallbacks): Promise<KiiGroup> {
    return this.#save(callbacks, () => idOf(owner))
  }

  getMemberList(
    callbacks?: GroupCallbacks<[KiiGroup, KiiUser[]]>,
  ): Promise<[group: KiiGroup, members: KiiUser[]]> {
    return runCall(this, callbacks, async () => {
      const { body } = await this.#access.send('GET', `${this.#path()}/members`)
      const { members } = body as { members: { userID: string }[] }
      return [this, members.map(({ userID }) => userWithID(this.#access, userID))]
    })
  }

  /** null: the group has none, as an admin may make it. */
  getOwner(
    callbacks?: GroupCallbacks<[KiiGroup, KiiUser | null]>,
  ): Promise<[group: KiiGroup, owner: KiiUser | null]> {
    return runCall(this, callbacks, async () => {
      const { owner } = (await this.#refresh()).#fields
      return [this, owner === undefined ? null : userWithID(this.#access, owner)]
    })
  }

  refresh(callbacks?: GroupCallbacks): Promise<KiiGroup> {
    return runCall(this, callbacks, () => this.#refresh())
  }

  changeGroupName(name: string, callbacks?: GroupCallbacks): Promise<KiiGroup> {
    return runCall(this, callbacks, async () => {
      checkGroupName(name)
      await this.#access.send('PUT', `${this.#path()}/name`, { type: 'text/plain', body: name })
      this.#fields = { ...this.#fields, name }
      return this
    })
  }

  delete(callbacks?: GroupCallbacks): Promise<KiiGroup> {
    return runCall(this, callbacks, async () => {
      await this.#access.send('DELETE', this.#path())
      return this
    })
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

  #save(callbacks: SaveGroupCallbacks, owner: () => string | undefined): Promise<KiiGroup> {
    const toError = (cause: unknown) => new KiiGroupSaveError(this, cause, this.#toAdd, this.#toRemove)
    const work = async () => {
      if (this.getID() === undefined) await this.#create(owner())
      for (const member of this.#toAdd) {
        await this.#access.send('PUT', this.#memberPath(member))
        this.#toAdd = without(this.#toAdd, member)
      }
      for (const member of this.#toRemove) {
        await this.#access.send('DELETE', this.#memberPath(member))
        this.#toRemove = without(this.#toRemove, member)
      }
      return this
    }
    return settle(callbacks, work, toError, (error): [KiiGroup, string, KiiUser[], KiiUser[]] => [
      this,
      error.message,
      this.#toAdd,
      this.#toRemove,
    ])
  }

  async #create(owner: string | undefined): Promise<void> {
    const request = { type: 'GroupCreationRequest', body: { name: this.getName(), owner } }
    const { body } = await this.#access.send('POST', '/groups', request)
    const { groupID } = body as { groupID: string }
    this.#fields = { ...this.#fields, groupID, ...(owner !== undefined && { owner }) }
  }

  async #refresh(): Promise<KiiGroup> {
    this.#fields = (await this.#access.send('GET', this.#path())).body as GroupFields
    return this
  }

  #memberPath(member: KiiUser): string {
    return `${this.#path()}/members/${encodeSegment(idOf(member))}`
  }

  #path(): string {
    return `/groups/${encodeSegment(this.#knownID())}`
  }

  #knownID(): string {
    const id = this.getID()
    if (id === undefined) throw new IllegalStateException('the group is not saved yet')
    return id
  }
}

/** @throws InvalidArgumentException */
export function checkGroupName(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.length <= 190) return name
  throw new InvalidArgumentException('a group name is 1 to 190 characters')
}

/** @throws InvalidArgumentException, IllegalStateException */
export function idOf(user: KiiUser | string): string {
  if (typeof user === 'string' && user !== '') return user
  checkMember(user)
  const id = (user as KiiUser).getID()
  if (id === undefined) throw new IllegalStateException('the user is not registered yet')
  return id
}

function checkMember(member: unknown): void {
  if (!(member instanceof KiiUser)) throw new InvalidArgumentException('this is no KiiUser')
}

function without(users: readonly KiiUser[], user: KiiUser): KiiUser[] {
  return users.filter(
    (each) => each !== user && (each.getID() === undefined || each.getID() !== user.getID()),
  )
}
