import type { TakenName } from '@pillion/fleet'
import type { Uid } from '@pillion/schema'
import type { Grants } from '../grants.ts'

/**
 * Keeps accounts. Their names share one space with those of partners and vehicles, which the fleet's `IdentityStore`
 * keeps beside it: whoever adds a name second, here or there, is told who has it. Resolved means it lasts, rejected means
 * that the store is away; calls may overlap.
 */
export interface AccountStore {
  /** Resolves to who has the name already, and then nothing was changed, or to undefined when it was added. */
  addAccount(account: StoredAccount): Promise<TakenName['by'] | undefined>
  /** By name, in the order of ASCII codes. */
  listAccounts(): Promise<StoredAccount[]>
  /** Replaces what is given and leaves the rest. The account as it is afterwards; undefined if there is none. */
  changeAccount(name: Uid, change: AccountStoreChange): Promise<StoredAccount | undefined>
  /** False if there was none. Its name is free again. */
  removeAccount(name: Uid): Promise<boolean>
}

export type AccountStoreChange =
  | { readonly grants: Grants }
  | { readonly passwordHash: Uint8Array; readonly replaced: ReplacedPassword | undefined }

export interface AccountRecord {
  /** The alphabet of a UID. */
  readonly name: Uid
  readonly grants: Grants
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number
}

export interface StoredAccount extends AccountRecord {
  /** SHA-256 of the password; the password itself is never stored. */
  readonly passwordHash: Uint8Array
  readonly replaced: ReplacedPassword | undefined
}

/** The password before the present one. */
export interface ReplacedPassword {
  readonly passwordHash: Uint8Array
  /** It works until then; milliseconds since 1970. */
  readonly endsAt: number
}
