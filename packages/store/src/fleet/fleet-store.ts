import type { FleetStore } from '@pillion/fleet'
import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'
import { KyselyAppStore } from './app-store.ts'
import { KyselyCertificateStore } from './certificate-store.ts'
import { KyselyIdentityStore } from './identity-store.ts'
import { KyselyMailboxStore } from './mailbox-store.ts'

/** Every query is written once, for SQLite and PostgreSQL. */
export class KyselyFleetStore implements FleetStore {
  readonly identities: KyselyIdentityStore
  readonly apps: KyselyAppStore
  readonly certificates: KyselyCertificateStore
  readonly mailbox: KyselyMailboxStore

  constructor(db: Kysely<Database>) {
    this.identities = new KyselyIdentityStore(db)
    this.apps = new KyselyAppStore(db)
    this.certificates = new KyselyCertificateStore(db)
    this.mailbox = new KyselyMailboxStore(db)
  }
}
