import { type Access, encodeSegment } from './access.ts'
import { KiiACLEntry, type KiiACLSubject, subjectPath } from './acl-entry.ts'
import { KiiAnonymousUser, KiiAnyAuthenticatedUser } from './any-user.ts'
import type { App } from './app.ts'
import { InvalidArgumentException } from './exceptions.ts'
import { runCall, type TextCallbacks } from './outcome.ts'

/** Who may do what with a topic, bucket or object (P 11), got from their `acl()` and `objectACL()`. */
export class KiiACL<Resource = unknown> {
  readonly #access: Access
  readonly #resourcePath: () => string
  readonly #resource: Resource
  #unsaved: KiiACLEntry[] = []

  constructor(access: Access, resourcePath: () => string, resource: Resource) {
    this.#access = access
    this.#resourcePath = resourcePath
    this.#resource = resource
  }

  /** The topic, bucket or object. */
  getParent(): Resource {
    return this.#resource
  }

  listACLEntries(
    callbacks?: TextCallbacks<[KiiACL<Resource>, KiiACLEntry[]], KiiACL<Resource>>,
  ): Promise<[acl: KiiACL<Resource>, entries: KiiACLEntry[]]> {
    return runCall(this, callbacks, async () => {
      const { body } = await this.#access.send('GET', this.#path())
      const entries = Object.entries(body as Record<string, ListedSubject[]>).flatMap(([verb, subjects]) =>
        subjects.map((subject) => KiiACLEntry.ofVerb(subjectFrom(subject, this.#access), verb)),
      )
      return [this, entries]
    })
  }

  /** Takes effect with `save`. */
  putACLEntry(entry: KiiACLEntry): void {
    if (!(entry instanceof KiiACLEntry)) throw new InvalidArgumentException('this is no KiiACLEntry')
    if (!this.#unsaved.includes(entry)) this.#unsaved.push(entry)
  }

  /** Forgets an entry that was put and not saved yet. To take a right away, put an entry with `setGrant(false)`. */
  removeACLEntry(entry: KiiACLEntry): void {
    this.#unsaved = this.#unsaved.filter((unsaved) => unsaved !== entry)
  }

  /** One request for each entry, in the order they were put; after a failure, saving again goes on where it stopped. */
  save(callbacks?: TextCallbacks<KiiACL<Resource>, KiiACL<Resource>>): Promise<KiiACL<Resource>> {
    return runCall(this, callbacks, async () => {
      for (const entry of [...this.#unsaved]) {
        const method = entry.getGrant() ? 'PUT' : 'DELETE'
        const subject = encodeSegment(subjectPath(entry.getSubject()))
        await this.#access.send(method, `${this.#path()}/${encodeSegment(entry.verb())}/${subject}`)
        this.removeACLEntry(entry)
      }
      return this
    })
  }

  #path(): string {
    return `${this.#resourcePath()}/acl`
  }
}

interface ListedSubject {
  readonly userID?: string
  readonly groupID?: string
  readonly thingID?: string
}

function subjectFrom({ userID, groupID, thingID }: ListedSubject, access: Access): KiiACLSubject {
  const { classes }: App = access.app
  if (userID === KiiAnyAuthenticatedUser.id) return new KiiAnyAuthenticatedUser()
  if (userID === KiiAnonymousUser.id) return new KiiAnonymousUser()
  if (groupID !== undefined) return new classes.KiiGroup(access, { groupID })
  if (thingID !== undefined) return new classes.KiiThing(access, { _thingID: thingID })
  return new classes.KiiUser(access, { userID })
}
