import { isDeepStrictEqual } from 'node:util'
import { createSecret, hashSecret, verifySecret } from '@pillion/fleet'
import { limits, parseUid, type Uid } from '@pillion/schema'
import { AccountError } from './account-error.ts'
import { type GrantLimits, type Grants, keepsSubscriptions, parseGrants } from './grants.ts'
import type { AccountRecord, AccountStore, StoredAccount } from './ports/account-store.ts'

/** What somebody who may be connected now may do differently. */
export interface AccountChange {
  readonly name: Uid
  /** If its connections must end: why, in a sentence for them. */
  readonly endsConnections?: string | undefined
  /** Other nodes know: one of them made the change, or all of them see it by themselves. */
  readonly isElsewhere?: boolean
}

export interface AccountLimits extends GrantLimits {
  readonly accountsMax: number
  readonly passwordOverlapSecondsMax: number
}

export interface AccountsOptions {
  readonly store: AccountStore
  /** By default those of `@pillion/schema`. */
  readonly limits?: AccountLimits
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * Who may use the broker without being part of the product, and for which topics. Accounts are few, so all of them are kept
 * in memory; changes are made one after another. What an operator asks wrongly throws `AccountError` and changes nothing.
 */
export class Accounts {
  readonly #store: AccountStore
  readonly #limits: AccountLimits
  readonly #now: () => number
  readonly #accounts = new Map<Uid, StoredAccount>()
  /** Of replaced passwords that still work: the end of each. */
  readonly #ends = new Map<Uid, NodeJS.Timeout>()
  readonly #listeners = new Set<(change: AccountChange) => void>()
  #lastChange: Promise<unknown> = Promise.resolve()

  private constructor(options: AccountsOptions) {
    this.#store = options.store
    this.#limits = options.limits ?? limits
    this.#now = options.now ?? Date.now
  }

  /** Reads all accounts from the store. */
  static async open(options: AccountsOptions): Promise<Accounts> {
    const accounts = new Accounts(options)
    for (const account of await options.store.listAccounts()) accounts.#keep(account)
    return accounts
  }

  /** The password is shown here and never again. In a filter, `{name}` stands for the account's name. */
  add(input: { name: string } & Partial<Grants>): Promise<{ account: AccountRecord; password: string }> {
    return this.#inTurn(async () => {
      const name = parseUid(input.name)
      if (name === undefined)
        throw new AccountError('ACCOUNT_NAME_MALFORMED', `Got ${JSON.stringify(input.name.slice(0, 80))}.`)
      const grants = parseGrants(name, input, this.#limits)
      const { accountsMax } = this.#limits
      if (this.#accounts.size >= accountsMax)
        throw new AccountError('ACCOUNTS_TOO_MANY', `At most ${accountsMax}.`)
      const password = createSecret()
      const passwordHash = hashSecret(password)
      const account = { name, grants, createdAt: this.#now(), passwordHash, replaced: undefined }
      const takenBy = await this.#store.addAccount(account)
      if (takenBy !== undefined) throw new AccountError(takenCodes[takenBy], `Account ${name}.`)
      this.#keep(account)
      this.#tell(name, undefined)
      return { account: toRecord(account), password }
    })
  }

  /** By name. */
  list(): AccountRecord[] {
    const names = [...this.#accounts.keys()].sort()
    return names.map((name) => toRecord(this.#accounts.get(name) as StoredAccount))
  }

  find(name: string): AccountRecord | undefined {
    const account = this.#accounts.get(name as Uid)
    return account && toRecord(account)
  }

  /** False whether there is no such account or the password is wrong. */
  verify(name: string, password: Uint8Array | string): boolean {
    const account = this.#accounts.get(name as Uid)
    if (verifySecret(password, account?.passwordHash)) return true
    const replaced = account?.replaced
    return (
      replaced !== undefined && this.#now() < replaced.endsAt && verifySecret(password, replaced.passwordHash)
    )
  }

  /** In place of all that was granted before. Ends its connections unless each filter it might subscribe to stays granted. */
  grant(name: string, wanted: Grants): Promise<AccountRecord> {
    return this.#inTurn(async () => {
      const before = this.#require(name)
      const grants = parseGrants(before.name, wanted, this.#limits)
      const account = await this.#change(before.name, { grants })
      const kept = keepsSubscriptions(before.grants, grants)
      this.#tell(before.name, kept ? undefined : 'What this account may subscribe to was changed.')
      return toRecord(account)
    })
  }

  /**
   * A new password, shown here and never again. The old one goes on working for `overlapSeconds`, a day if that may be; then every connection
   * of the account ends, because nobody knows any more which password it came with. One that was replaced before ends now.
   */
  rotatePassword(
    name: string,
    overlapSeconds: number = Math.min(limits.passwordOverlapSeconds, this.#limits.passwordOverlapSecondsMax),
  ): Promise<{ account: AccountRecord; password: string; replacedEndsAt: number }> {
    return this.#inTurn(async () => {
      const { passwordOverlapSecondsMax: max } = this.#limits
      if (!(overlapSeconds >= 0 && overlapSeconds <= max))
        throw new AccountError('OVERLAP_OUT_OF_RANGE', `Got ${overlapSeconds} s; 0 to ${max}.`)
      const before = this.#require(name)
      const now = this.#now()
      const password = createSecret()
      const endsAt = now + overlapSeconds * 1_000
      const account = await this.#change(before.name, {
        passwordHash: hashSecret(password),
        replaced: overlapSeconds === 0 ? undefined : { passwordHash: before.passwordHash, endsAt },
      })
      const endsEarlier = before.replaced !== undefined && before.replaced.endsAt > now
      if (overlapSeconds === 0 || endsEarlier) this.#tell(before.name, passwordEnded)
      return { account: toRecord(account), password, replacedEndsAt: endsAt }
    })
  }

  /** Ends its connections; the name is free again. The account as it was. */
  remove(name: string): Promise<AccountRecord> {
    return this.#inTurn(async () => {
      const account = this.#require(name)
      await this.#store.removeAccount(account.name)
      this.#forget(account.name)
      this.#tell(account.name, 'The account was removed.')
      return toRecord(account)
    })
  }

  /**
   * Told, once it lasts, of each change to what a connected account may do, in this process. The listener must not throw.
   * The result ends it.
   */
  onChange(listener: (change: AccountChange) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another node has changed the store; without `change`, nobody knows how. */
  changedElsewhere(change?: AccountChange): Promise<void> {
    return this.#inTurn(async () => {
      const stored = new Map((await this.#store.listAccounts()).map((account) => [account.name, account]))
      for (const name of change ? [change.name] : new Set([...this.#accounts.keys(), ...stored.keys()])) {
        const isChanged = this.#replace(name, stored.get(name))
        if (change !== undefined) this.#tell(name, change.endsConnections, true)
        else if (isChanged) this.#tell(name, 'The account was changed.', true)
      }
    })
  }

  /** Returns whether that made a difference. */
  #replace(name: Uid, stored: StoredAccount | undefined): boolean {
    const before = this.#accounts.get(name)
    if (stored === undefined) {
      this.#forget(name)
      return before !== undefined
    }
    const hasEnded = stored.replaced !== undefined && stored.replaced.endsAt <= this.#now()
    const account = hasEnded ? { ...stored, replaced: undefined } : stored
    this.#keep(account)
    return before === undefined || !isDeepStrictEqual(comparable(before), comparable(account))
  }

  /** Stops waiting for passwords to end. The store stays open; whoever opened it closes it. */
  close(): void {
    for (const end of this.#ends.values()) clearTimeout(end)
    this.#ends.clear()
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#lastChange.then(change)
    this.#lastChange = result.catch(() => {})
    return result
  }

  async #change(name: Uid, change: Parameters<AccountStore['changeAccount']>[1]): Promise<StoredAccount> {
    const account = await this.#store.changeAccount(name, change)
    // Somebody else removed it from the database; so be it.
    if (account === undefined) {
      this.#forget(name)
      this.#tell(name, 'The account was removed.')
      throw notFound(name)
    }
    this.#keep(account)
    return account
  }

  #keep(account: StoredAccount): void {
    const { name, replaced } = account
    this.#accounts.set(name, account)
    clearTimeout(this.#ends.get(name))
    this.#ends.delete(name)
    const milliseconds = (replaced?.endsAt ?? 0) - this.#now()
    if (milliseconds <= 0) return
    this.#ends.set(name, setTimeout(() => this.#endReplaced(account), milliseconds).unref())
  }

  /** Not left to the clock alone: it may say a millisecond less than the timer. */
  #endReplaced(account: StoredAccount): void {
    this.#ends.delete(account.name)
    this.#accounts.set(account.name, { ...account, replaced: undefined })
    // Every node has its own timer: told by each, who has come back with the new password would be sent away again.
    this.#tell(account.name, passwordEnded, true)
  }

  #forget(name: Uid): void {
    this.#accounts.delete(name)
    clearTimeout(this.#ends.get(name))
    this.#ends.delete(name)
  }

  #require(name: string): StoredAccount {
    const account = this.#accounts.get(name as Uid)
    if (account === undefined) throw notFound(name)
    return account
  }

  #tell(name: Uid, endsConnections: string | undefined, isElsewhere = false): void {
    const change = {
      name,
      ...(endsConnections === undefined ? {} : { endsConnections }),
      ...(isElsewhere ? { isElsewhere } : {}),
    }
    for (const listener of this.#listeners) listener(change)
  }
}

const passwordEnded = 'A password of this account has ended.'

const takenCodes = {
  account: 'ACCOUNT_ALREADY_EXISTS',
  partner: 'NAME_TAKEN_BY_PARTNER',
  vehicle: 'NAME_TAKEN_BY_VEHICLE',
} as const

function notFound(name: string): AccountError {
  return new AccountError('ACCOUNT_NOT_FOUND', `Account ${JSON.stringify(name.slice(0, 80))}.`)
}

/** Hashes are of one class as they are made, and of another as stores read them. */
function comparable({ passwordHash, replaced, ...rest }: StoredAccount): unknown {
  const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
  return {
    ...rest,
    passwordHash: toHex(passwordHash),
    replaced: replaced && { ...replaced, passwordHash: toHex(replaced.passwordHash) },
  }
}

/** Without the hashes of its passwords. */
function toRecord({ name, grants, createdAt }: StoredAccount): AccountRecord {
  return { name, grants, createdAt }
}
