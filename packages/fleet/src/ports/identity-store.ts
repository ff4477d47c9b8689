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
  listIdentities(role: Role): Promise<IdentityRecord[]>
  /** Those of the names that have the role; any order, each once. */
  findNames(role: Role, names: readonly string[]): Promise<string[]>
}

export interface IdentityRecord {
  readonly role: Role
  readonly name: string
  /** For people: a partner's display name, '' for a vehicle. */
  readonly label: string
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number
}

export interface StoredIdentity extends IdentityRecord {
  /** SHA-256 of the password; the password itself is never stored. */
  readonly passwordHash: Uint8Array
}

export interface TakenName {
  readonly name: string
  readonly by: Role | 'account'
}
