import type { Kysely } from 'kysely'
import { KyselyAccountStore } from './accounts/account-store.ts'
import type { Database } from './database.ts'
import { KyselyFleetStore } from './fleet/fleet-store.ts'
import { KyselyLedgerStore } from './ledger/ledger-store.ts'
import { AppPackages } from './nodes/app-packages.ts'
import { KeptAnswers } from './nodes/kept-answers.ts'
import { SharedSecrets } from './nodes/shared-secrets.ts'
import { AuditStore } from './operators/audit-store.ts'
import { FactorStore } from './operators/factor-store.ts'
import { OperatorStore } from './operators/operator-store.ts'
import { SessionStore } from './operators/session-store.ts'
import { KyselyPushStore } from './push/push-store.ts'
import type { Writability } from './writability.ts'

/** Whatever the database cannot do right now rejects with a `StoreUnavailableError` within two seconds. */
export interface OpenStore {
  readonly fleet: KyselyFleetStore
  readonly accounts: KyselyAccountStore
  readonly push: KyselyPushStore
  readonly secrets: SharedSecrets
  readonly packages: AppPackages
  readonly answers: KeptAnswers
  readonly ledger: KyselyLedgerStore
  readonly operators: OperatorStore
  readonly factors: FactorStore
  readonly sessions: SessionStore
  readonly audit: AuditStore
  /** Resolves when the database answers and, if something was refused before, takes changes again. */
  ping(): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/** Every query is written once, for SQLite and PostgreSQL. */
export function toOpenStore(db: Kysely<Database>, writability: Pick<Writability, 'check'>): OpenStore {
  const push = new KyselyPushStore(db)
  return {
    fleet: new KyselyFleetStore(db),
    accounts: new KyselyAccountStore(db),
    push,
    secrets: new SharedSecrets(db),
    packages: new AppPackages(db),
    answers: new KeptAnswers(db),
    ledger: new KyselyLedgerStore(db),
    operators: new OperatorStore(db),
    factors: new FactorStore(db),
    sessions: new SessionStore(db),
    audit: new AuditStore(db),
    ping: () => writability.check(db),
    close: () => push.close().then(() => db.destroy()),
  }
}
