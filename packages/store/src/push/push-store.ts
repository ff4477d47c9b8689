import type { PushStore } from '@pillion/push'
import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { GroupCommit } from '../group-commit.ts'
import { KyselyDirectoryStore } from './directory-store.ts'
import { KyselyGroupStore } from './group-store.ts'
import { KyselyInstallationStore } from './installation-store.ts'
import { KyselyObjectStore } from './object-store.ts'
import { KyselyOwnerStore } from './owner-store.ts'
import { KyselyPushAppStore } from './push-app-store.ts'
import { Removal } from './removal.ts'
import { KyselySubscriptionStore } from './subscription-store.ts'
import { KyselyTargetStore } from './target-store.ts'
import { KyselyThingStore } from './thing-store.ts'
import { KyselyTokenStore } from './token-store.ts'
import { KyselyUserStore } from './user-store.ts'

/** Every query is written once, for SQLite and PostgreSQL. */
export class KyselyPushStore implements PushStore {
  readonly apps: KyselyPushAppStore
  readonly tokens: KyselyTokenStore
  readonly users: KyselyUserStore
  readonly things: KyselyThingStore
  readonly owners: KyselyOwnerStore
  readonly groups: KyselyGroupStore
  readonly targets: KyselyTargetStore
  readonly subscriptions: KyselySubscriptionStore
  readonly objects: KyselyObjectStore
  readonly installations: KyselyInstallationStore
  readonly directory: KyselyDirectoryStore
  readonly #removal: Removal
  readonly #writes: GroupCommit

  constructor(db: Kysely<Database>) {
    this.#removal = new Removal(db)
    this.#writes = new GroupCommit(db)
    this.apps = new KyselyPushAppStore(db, this.#removal)
    this.tokens = new KyselyTokenStore(db, this.#writes)
    this.users = new KyselyUserStore(db, this.#writes, this.#removal)
    this.things = new KyselyThingStore(db, this.#writes, this.#removal)
    this.owners = new KyselyOwnerStore(db)
    this.groups = new KyselyGroupStore(db, this.#removal)
    this.targets = new KyselyTargetStore(db, this.#removal)
    this.subscriptions = new KyselySubscriptionStore(db, this.#writes)
    this.objects = new KyselyObjectStore(db, this.#writes)
    this.installations = new KyselyInstallationStore(db, this.#writes)
    this.directory = new KyselyDirectoryStore(db)
  }

  /** Finishes what is being written, stops what is being removed in the background; the database is its opener's to close. */
  async close(): Promise<void> {
    await this.#writes.close()
    await this.#removal.close()
  }
}
