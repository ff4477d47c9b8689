import { KiiAnonymousUser, KiiAnyAuthenticatedUser } from './any-user.ts'
import { IllegalStateException, InvalidACLAction, InvalidACLGrant, InvalidACLSubject } from './exceptions.ts'
import { KiiGroup } from './group.ts'
import { KiiThing } from './thing.ts'
import { KiiUser } from './user.ts'

/** Numbers of P 14.6. */
export const KiiACLAction = {
  KiiACLBucketActionCreateObjects: 0,
  KiiACLBucketActionQueryObjects: 1,
  KiiACLBucketActionDropBucket: 2,
  KiiACLBucketActionReadObjects: 3,
  KiiACLObjectActionRead: 4,
  KiiACLObjectActionWrite: 5,
  KiiACLSubscribeToTopic: 6,
  KiiACLSendMessageToTopic: 7,
} as const

/** By number of the action (P 11). */
const verbs = [
  'CREATE_OBJECTS_IN_BUCKET',
  'QUERY_OBJECTS_IN_BUCKET',
  'DROP_BUCKET_WITH_ALL_CONTENT',
  'READ_OBJECTS_IN_BUCKET',
  'READ_EXISTING_OBJECT',
  'WRITE_EXISTING_OBJECT',
  'SUBSCRIBE_TO_TOPIC',
  'SEND_MESSAGE_TO_TOPIC',
]

export type KiiACLSubject = KiiUser | KiiGroup | KiiThing | KiiAnyAuthenticatedUser | KiiAnonymousUser

/** Somebody, what they may do, and whether saving gives or takes the right. */
export class KiiACLEntry {
  #subject: KiiACLSubject
  #verb: string
  #grant = true

  private constructor(subject: KiiACLSubject, verb: string) {
    this.#subject = subject
    this.#verb = verb
  }

  /**
   * @param action one of `KiiACLAction`
   * @throws InvalidACLSubject, InvalidACLAction
   */
  static entryWithSubject(subject: KiiACLSubject, action: number): KiiACLEntry {
    return new KiiACLEntry(checkSubject(subject), verbOf(action))
  }

  /** @internal As a list of the server has it; its verb may be one that no action stands for. */
  static ofVerb(subject: KiiACLSubject, verb: string): KiiACLEntry {
    return new KiiACLEntry(subject, verb)
  }

  /** @throws InvalidACLSubject */
  setSubject(subject: KiiACLSubject): void {
    this.#subject = checkSubject(subject)
  }

  getSubject(): KiiACLSubject {
    return this.#subject
  }

  /** @throws InvalidACLAction */
  setAction(action: number): void {
    this.#verb = verbOf(action)
  }

  /** One of `KiiACLAction`; −1 for a right that has no number. */
  getAction(): number {
    return verbs.indexOf(this.#verb)
  }

  /**
   * @param grant false: saving takes the right away
   * @throws InvalidACLGrant
   */
  setGrant(grant: boolean): void {
    if (typeof grant !== 'boolean') throw new InvalidACLGrant('the grant must be true or false')
    this.#grant = grant
  }

  getGrant(): boolean {
    return this.#grant
  }

  /** @internal */
  verb(): string {
    return this.#verb
  }
}

/** As a path names it: `UserID:…`. */
export function subjectPath(subject: KiiACLSubject): string {
  if (subject instanceof KiiGroup) return `GroupID:${known(subject.getID())}`
  if (subject instanceof KiiThing) return `ThingID:${known(subject.getThingID())}`
  return `UserID:${known(subject.getID())}`
}

function known(id: string | undefined): string {
  if (id === undefined) throw new IllegalStateException('the subject of the entry is not saved yet')
  return id
}

function checkSubject(subject: KiiACLSubject): KiiACLSubject {
  const classes = [KiiUser, KiiGroup, KiiThing, KiiAnyAuthenticatedUser, KiiAnonymousUser]
  if (classes.some((each) => subject instanceof each)) return subject
  throw new InvalidACLSubject(
    'a subject is a KiiUser, KiiGroup, KiiThing, KiiAnyAuthenticatedUser or KiiAnonymousUser',
  )
}

function verbOf(action: number): string {
  const verb = verbs[action]
  if (verb === undefined) throw new InvalidACLAction('an action is one of KiiACLAction')
  return verb
}
