import type { IdApp, Vin } from '@pillion/schema'
import type { Role } from '../records.ts'

/**
 * Keeps who may sign in: partners and vehicles, in one space of names, because both use their name as MQTT
 * user name and a name must mean one of them only. Accounts, which another port keeps, share that space. Names are compared exactly and listed in the order of
 * their ASCII codes, whatever the locale.
 *
 * A method that resolves has made its change last: it is there after a crash of the process and of the machine. Rejections
 * mean that the store is away or broken, never that the input was wrong. Calls may overlap.
 */
export interface IdentityStore {
  /**
   * Adds all or none; the names of one call differ from each other. Resolves to one that was taken already,
   * and by whom, or to undefined when all were added. Of two overlapping calls that share a name one adds nothing.
   */
  addIdentities(identities: readonly StoredIdentity[]): Promise<TakenName | undefined>
  findIdentity(name: string): Promise<StoredIdentity | undefined>
  /** Those of the names that there are; any order. */
  findIdentities(names: readonly string[]): Promise<StoredIdentity[]>
  listIdentities(role: Role): Promise<IdentityRecord[]>
  /**
   * In the order of their names, those whose names come after `after`: `countMax` at most. `total` are all that have `search` in
   * their name, whatever the case of its letters.
   */
  pageIdentities(
    role: Role,
    page: { search: string; after: string; countMax: number },
  ): Promise<{ identities: IdentityRecord[]; total: number }>
  /** Those of the names that have the role; any order, each once. */
  findNames(role: Role, names: readonly string[]): Promise<string[]>
  /** In the place of the passwords it had. False: there is no such identity. */
  changePassword(role: Role, name: string, passwords: StoredPasswords): Promise<boolean>
  /**
   * A partner goes with its apps, a vehicle with its subscriptions, each with what mailboxes hold; the name is free again.
   * Undefined if there is none of that role.
   */
  removeIdentity(role: Role, name: string): Promise<RemovedIdentity | undefined>
}

export interface IdentityRecord {
  readonly role: Role
  readonly name: string
  /** For people: a partner's display name, '' for a vehicle. */
  readonly label: string
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number
}

export interface StoredPasswords {
  /** SHA-256 of the password; the password itself is never stored. */
  readonly passwordHash: Uint8Array
  /** Absent: there is none that still works. */
  readonly replaced?: ReplacedPassword | undefined
}

/** The password before the present one. */
export interface ReplacedPassword {
  readonly passwordHash: Uint8Array
  /** It works until then; milliseconds since 1970. */
  readonly endsAt: number
}

export interface StoredIdentity extends IdentityRecord, StoredPasswords {}

export interface RemovedIdentity {
  /** Apps that went with it. */
  readonly idApps: readonly IdApp[]
  /** Vehicles that had been subscribed to them, or it itself. */
  readonly vins: readonly Vin[]
}

export interface TakenName {
  readonly name: string
  readonly by: Role | 'account'
}
