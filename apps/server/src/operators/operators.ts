import { createHash, randomBytes } from 'node:crypto'
import { Passwords } from '@pillion/push'
import type { OperatorRole } from '@pillion/schema'
import type { OperatorStore, StoredOperator } from '@pillion/store'
import type { Limits } from '../limits.ts'
import { OperatorError } from './operator-error.ts'
import { requirePassword, spellPassword } from './require-password.ts'

export interface OperatorsOptions {
  readonly store: OperatorStore
  readonly limits: Pick<Limits, 'operatorsMax' | 'operatorLinkSeconds' | 'operatorPasswordsWaitingMax'>
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface NewOperatorRecord {
  readonly name: string
  readonly role: OperatorRole
  /** Absent: one is made. */
  readonly password?: string | undefined
}

export interface OperatorUpdateRecord {
  readonly role?: OperatorRole | undefined
  readonly isDisabled?: boolean | undefined
  readonly password?: string | undefined
  readonly secondFactor?: 'off' | undefined
}

const namePattern = /^[a-z0-9][a-z0-9._@-]{0,63}$/
/** Links that work at once: each start of each node makes one while there is no operator. */
const LINKS_MAX = 20
const PASSWORD_BYTES = 18

/** The people who may use the operator's REST and the console. The store is asked each time, so every node knows the same. */
export class Operators {
  readonly #store: OperatorStore
  readonly #limits: OperatorsOptions['limits']
  readonly #now: () => number
  readonly #passwords: Passwords
  #firstLink: string | undefined

  constructor({ store, limits, now = Date.now }: OperatorsOptions) {
    this.#store = store
    this.#limits = limits
    this.#now = now
    this.#passwords = new Passwords({ waitingMax: () => limits.operatorPasswordsWaitingMax, atOnceMax: 1 })
  }

  list(): Promise<StoredOperator[]> {
    return this.#store.list()
  }

  /**
   * The password, if one was made, is shown here and never again.
   * @throws {OperatorError}
   */
  async add(wanted: NewOperatorRecord): Promise<{ operator: StoredOperator; password: string | undefined }> {
    const made = wanted.password === undefined ? randomBytes(PASSWORD_BYTES).toString('base64url') : undefined
    const operator = await this.prepare({ ...wanted, password: wanted.password ?? made ?? '' })
    const added = await this.#store.add(operator, this.#limits.operatorsMax)
    if (added !== 'added') throw this.#notAdded(added, operator.name)
    return { operator, password: made }
  }

  /**
   * An admin, by a one-time link, which ends with it.
   * @throws {OperatorError}
   */
  async addByLink(link: string, operator: StoredOperator): Promise<void> {
    const used = { hash: hashOf(link), now: this.#now() }
    const added = await this.#store.addByLink(operator, used, this.#limits.operatorsMax)
    if (added === 'link_refused')
      throw new OperatorError('LINK_REFUSED', 'Make a new one: pillion operator link.')
    if (added !== 'added') throw this.#notAdded(added, operator.name)
  }

  /** For `addByLink`. */
  isLink(link: string): Promise<boolean> {
    return this.#store.isLink(hashOf(link), this.#now())
  }

  /** Ends the operator's sessions. @throws {OperatorError} */
  async update(given: string, update: OperatorUpdateRecord): Promise<StoredOperator> {
    const { role, isDisabled, password, secondFactor } = update
    const name = spellName(given)
    const spelled = password === undefined ? undefined : requirePassword(password, name)
    const changed = await this.#store.change(name, {
      ...(role === undefined ? {} : { role }),
      ...(isDisabled === undefined ? {} : { isDisabled }),
      ...(spelled === undefined ? {} : { passwordHash: await this.#passwords.hash(spelled) }),
      ...(secondFactor === undefined ? {} : { secondFactor }),
    })
    return requireChanged(name, changed)
  }

  /** Ends the operator's sessions. The operator as it was. @throws {OperatorError} */
  async remove(name: string): Promise<StoredOperator> {
    return requireChanged(name, await this.#store.remove(spellName(name)))
  }

  /** @throws {OperatorError} */
  async find(name: string): Promise<StoredOperator> {
    return requireChanged(name, (await this.#store.find(spellName(name))) ?? 'unknown')
  }

  /** Undefined: no such name, a wrong password or disabled, each after the same work. */
  async verify(name: string, password: string): Promise<StoredOperator | undefined> {
    const found = await this.#store.find(spellName(name))
    const isRight = await this.#passwords.verify(spellPassword(password), found?.passwordHash)
    return isRight && !found?.isDisabled ? found : undefined
  }

  /** 256 bits that make one admin, until they are used, an operator is added or their time is over. */
  async createLink(): Promise<{ link: string; expiresAt: number }> {
    const link = randomBytes(32).toString('base64url')
    const createdAt = this.#now()
    const expiresAt = createdAt + this.#limits.operatorLinkSeconds * 1_000
    await this.#store.addLink({ hash: hashOf(link), createdAt, expiresAt }, LINKS_MAX)
    return { link, expiresAt }
  }

  /** While there is nobody yet, makes a link for the first. */
  async open(): Promise<void> {
    if ((await this.#store.list()).length === 0) this.#firstLink = (await this.createLink()).link
  }

  /** Made by `open`; kept in no other place in clear. */
  get firstLink(): string | undefined {
    return this.#firstLink
  }

  /** Adds nobody yet. @throws {OperatorError} */
  async prepare({ name, role, password }: NewOperatorRecord & { password: string }): Promise<StoredOperator> {
    const spelled = spellName(name)
    if (!namePattern.test(spelled))
      throw new OperatorError('OPERATOR_NAME_MALFORMED', 'An e-mail address may do, or a login.')
    const passwordHash = await this.#passwords.hash(requirePassword(password, spelled))
    return {
      name: spelled,
      role,
      passwordHash,
      isDisabled: false,
      createdAt: this.#now(),
      lastSignInAt: undefined,
      factor: undefined,
    }
  }

  #notAdded(reason: 'exists' | 'too_many', name: string): OperatorError {
    return reason === 'exists'
      ? new OperatorError('OPERATOR_ALREADY_EXISTS', `${name}; change it, or choose another name.`)
      : new OperatorError('OPERATORS_TOO_MANY', `limits.operatorsMax is ${this.#limits.operatorsMax}.`)
  }
}

/** As people write names at sign-in, too. */
export function spellName(name: string): string {
  return name.trim().toLowerCase()
}

function requireChanged(name: string, changed: StoredOperator | 'unknown' | 'last_admin'): StoredOperator {
  if (changed === 'unknown')
    throw new OperatorError('OPERATOR_NOT_FOUND', `${JSON.stringify(name.slice(0, 80))}.`)
  if (changed === 'last_admin')
    throw new OperatorError('LAST_ADMIN', `Make somebody else an admin first: ${name} is the last.`)
  return changed
}

function hashOf(link: string): Buffer {
  return createHash('sha256').update(link).digest()
}
