import type { Generated } from 'kysely'
import type { LedgerDatabase } from './ledger/ledger-tables.ts'
import type { OperatorDatabase } from './operators/operator-tables.ts'
import type { PushDatabase } from './push/push-database.ts'

/** The tables, as queries see them; `migrations/` makes them. */
export interface Database extends PushDatabase, OperatorDatabase, LedgerDatabase {
  identity: IdentityTable
  certificate: CertificateTable
  unlisted_end: UnlistedEndTable
  app: AppTable
  app_subscription: AppSubscriptionTable
  account: AccountTable
  mailbox_message: MailboxMessageTable
  shared_secret: SharedSecretTable
  app_package: AppPackageTable
  app_package_part: AppPackagePartTable
  kept_answer: KeptAnswerTable
}

export interface IdentityTable {
  name: string
  role: 'partner' | 'vehicle'
  label: string
  /** SHA-256 */
  password_hash: Uint8Array
  /** Milliseconds since 1970. */
  created_at: number
  replaced_password_hash: Uint8Array | null
  replaced_ends_at: number | null
}

export interface CertificateTable {
  fingerprint: string
  owner: string
  serial_number: string
  /** All in milliseconds since 1970. */
  issued_at: number
  expires_at: number
  ends_at: number | null
}

/** Certificates that are in no list. */
export interface UnlistedEndTable {
  owner: string
  ends_at: number
}

export interface AccountTable {
  name: string
  /** JSON of `Grants`. */
  grants: string
  /** SHA-256 */
  password_hash: Uint8Array
  replaced_password_hash: Uint8Array | null
  /** Milliseconds since 1970. */
  replaced_ends_at: number | null
  created_at: number
}

export interface AppTable {
  id_app: string
  uid: string
  name: string
  /** 0 or 1: SQLite has no boolean, and PostgreSQL takes integers as well. */
  driving_mode: number
  version: string | null
  created_at: number
  /** What is given outside the package (W 11.2): JSON of an object, and of lists; null for none. */
  names: string | null
  countries: string | null
  brands: string | null
  devices: string | null
}

export interface AppSubscriptionTable {
  id_app: string
  vin: string
}

export interface MailboxMessageTable {
  number: Generated<number>
  vin: string
  id_app: string
  uid: string
  /** Both in milliseconds since 1970. */
  received_at: number
  expires_at: number
  /** Of the payload, in UTF-8. */
  bytes: number
  subtopic: string
  /** JSON */
  payload: string
}

export interface SharedSecretTable {
  name: string
  value: Uint8Array
}

export interface AppPackageTable {
  id_app: string
  installation: string
  version: string
  sha256: Uint8Array
  created_at: number
}

export interface AppPackagePartTable {
  installation: string
  /** From 0. */
  number: number
  content: Uint8Array
  created_at: number
}

export interface KeptAnswerTable {
  /** SHA-256 */
  key_hash: Uint8Array
  caller: string
  /** SHA-256 */
  request_hash: Uint8Array
  made_id: string
  /** Encrypted with the key, which is kept nowhere. */
  answer: Uint8Array | null
  /** Milliseconds since 1970. */
  created_at: number
}
