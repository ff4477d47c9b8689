import type { BrokerLog, Publisher } from '@pillion/broker'
import { PushApps } from './apps/push-apps.ts'
import { Directory } from './directory.ts'
import type { EndConnections } from './end-connections.ts'
import { Groups } from './groups/groups.ts'
import { Installations } from './installations/installations.ts'
import { defaultPushLimits, type PushLimits } from './limits.ts'
import { Objects } from './objects/objects.ts'
import { Passwords } from './passwords/passwords.ts'
import type { PushRecorder } from './ports/push-recorder.ts'
import type { PushStore } from './ports/push-store.ts'
import type { ThingPresence } from './presence.ts'
import { AccessLists } from './rights/access-lists.ts'
import { Rights } from './rights/rights.ts'
import { Events } from './sending/events.ts'
import { Messages } from './sending/messages.ts'
import { Sender } from './sending/send.ts'
import { Buckets } from './targets/buckets.ts'
import { Subscriptions } from './targets/subscriptions.ts'
import { Topics } from './targets/topics.ts'
import { Ownership } from './things/ownership.ts'
import { Things } from './things/things.ts'
import { SignIn } from './tokens/sign-in.ts'
import { Tokens } from './tokens/tokens.ts'
import { Users } from './users/users.ts'

export interface PushParts {
  readonly store: PushStore
  /** The one way to receivers; canonical topics are `push/<mqttTopic>`. */
  readonly publisher: Publisher
  readonly presence: ThingPresence
  readonly ended: EndConnections
  /** Endpoints' passwords are derived from it: at least 32 bytes, the same for as long as they are to work. */
  readonly endpointKey: Uint8Array
  /** By default nobody records anything. */
  readonly recorder?: PushRecorder
  /** Told of each message and event that is taken; `done` resolves when all receivers were served, or given up. */
  readonly accepted?: ((appID: string, done: Promise<void>) => void) | undefined
  readonly endpoint?: { readonly delayMilliseconds?: number; readonly ttlSeconds?: number }
  readonly limits?: Partial<PushLimits>
  readonly log: BrokerLog
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** Of tokens that ended: how often they are removed. */
const TOKEN_SWEEP_MS = 3_600_000

/** The push service, whole: what its REST and its operator speak to. It knows no HTTP, and the broker as a `Publisher`. */
export class Push {
  readonly apps: PushApps
  readonly directory: Directory
  readonly tokens: Tokens
  readonly signIn: SignIn
  readonly users: Users
  readonly things: Things
  readonly ownership: Ownership
  readonly groups: Groups
  readonly rights: Rights
  readonly accessLists: AccessLists
  readonly topics: Topics
  readonly buckets: Buckets
  readonly objects: Objects
  readonly subscriptions: Subscriptions
  readonly installations: Installations
  readonly messages: Messages
  readonly sender: Sender
  readonly #parts: PushParts
  /** The same object for good: all of the service reads it each time. */
  readonly #limits: PushLimits
  #tokenSweep: NodeJS.Timeout | undefined

  constructor(parts: PushParts) {
    const { store, presence, ended, log, now = Date.now } = parts
    const limits = { ...defaultPushLimits, ...parts.limits }
    this.#limits = limits
    this.#parts = parts
    const shared = { limits, log, now, ended, presence }
    const passwords = new Passwords({ waitingMax: () => limits.pushPasswordsWaitingMax })
    this.rights = new Rights(store)
    this.directory = new Directory(store.directory)
    this.subscriptions = new Subscriptions({ ...shared, store, rights: this.rights })
    const review = this.subscriptions
    this.apps = new PushApps({ ...shared, store: store.apps, tokens: store.tokens })
    this.tokens = new Tokens({ ...shared, store: store.tokens })
    const { apps, tokens, rights } = this
    this.signIn = new SignIn({ ...shared, users: store.users, things: store.things, apps, tokens, passwords })
    this.groups = new Groups({ ...shared, store: store.groups, review })
    const { groups } = this
    this.users = new Users({ ...shared, store: store.users, tokens, passwords, groups, review })
    const { users } = this
    this.things = new Things({
      ...shared,
      store: store.things,
      owners: store.owners,
      groups,
      tokens,
      passwords,
    })
    const { things } = this
    this.ownership = new Ownership({
      ...shared,
      store: store.owners,
      things,
      users,
      groups,
      passwords,
      review,
    })
    this.sender = new Sender({
      ...shared,
      store,
      publisher: parts.publisher,
      recorder: parts.recorder,
      accepted: parts.accepted,
    })
    const { sender } = this
    const events = new Events({ ...shared, sender })
    this.topics = new Topics({ ...shared, store: store.targets, rights })
    this.buckets = new Buckets({ ...shared, store: store.targets, rights, events })
    const { topics, buckets } = this
    this.objects = new Objects({ ...shared, store: store.objects, buckets, rights, events })
    this.accessLists = new AccessLists({ ...shared, store, rights, topics, buckets, events, review })
    this.installations = new Installations({
      ...shared,
      store,
      endpointKey: parts.endpointKey,
      endpoint: parts.endpoint ?? {},
    })
    this.messages = new Messages({ ...shared, topics, rights, sender })
  }

  /** What an operator has changed while this node runs. */
  useLimits(limits: Partial<PushLimits>): void {
    Object.assign(this.#limits, limits)
  }

  /** Finishes what an earlier process left behind. `isAlone`: no other node serves these things, so none of them is online. */
  async open({ isAlone }: { isAlone: boolean }): Promise<void> {
    const { store, presence, now = Date.now } = this.#parts
    await store.things.setAllOffline(now(), isAlone ? undefined : presence.node)
    // It may be much; nobody has to wait for it.
    void this.#finishRemovals()
    this.#tokenSweep = setInterval(() => void this.#sweepTokens(), TOKEN_SWEEP_MS)
    this.#tokenSweep.unref()
  }

  /** Another node has died: none of the things that were connected to it is online. False if that could not be written. */
  async forgetNode(node: string): Promise<boolean> {
    const { store, log, now = Date.now } = this.#parts
    try {
      await store.things.setAllOffline(now(), node)
      return true
    } catch (error) {
      log.warn({ node, error: String(error) }, 'the things of a node that has gone could not be set offline')
      return false
    }
  }

  /** Sends what was accepted, for a while, and counts the rest as lost. The store stays open. */
  async close(): Promise<void> {
    clearInterval(this.#tokenSweep)
    await this.sender.close()
    await this.#parts.presence.close()
  }

  async #finishRemovals(): Promise<void> {
    try {
      await this.#parts.store.targets.sweep()
    } catch (error) {
      this.#parts.log.warn(
        { error: String(error) },
        'what removed topics and buckets have left could not be removed',
      )
    }
  }

  async #sweepTokens(): Promise<void> {
    try {
      await this.tokens.sweep()
    } catch (error) {
      this.#parts.log.warn({ error: String(error) }, 'tokens that ended could not be removed')
    }
  }
}
