import { createHash, randomBytes } from 'node:crypto'
import type { ProposedSecondFactor, SecondFactor } from '@pillion/schema'
import type { FactorStore, StoredOperator } from '@pillion/store'
import { Secret, TOTP } from 'otpauth'
import { CodeGuesses } from './code-guesses.ts'
import { openFactorSecret, sealFactorSecret } from './factor-secret.ts'
import { OperatorError } from './operator-error.ts'

export interface SecondFactorsOptions {
  readonly store: FactorStore
  /** 256 bits; secrets are kept encrypted with it. */
  readonly key: Uint8Array
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** What authenticator apps do without asking (RFC 6238; the key is as long as SHA-1's output, RFC 4226 R6). */
const totp = { algorithm: 'SHA1', digits: 6, period: 30 } as const
const SECRET_BYTES = 20
/** Clocks are half a minute apart at most, and people type slowly (RFC 6238 5.2). */
const STEPS_EITHER_WAY = 1
const SIX_DIGITS = /^\d{6}$/
const RECOVERY_CODES = 10
const RECOVERY_CODE_BYTES = 16

/** One-time passwords by time (RFC 6238) that operators sign in with besides their passwords, and codes for when the phone is gone. */
export class SecondFactors {
  readonly #store: FactorStore
  readonly #key: Uint8Array
  readonly #now: () => number
  readonly #guesses: CodeGuesses

  constructor({ store, key, now = Date.now }: SecondFactorsOptions) {
    this.#store = store
    this.#key = key
    this.#now = now
    this.#guesses = new CodeGuesses(now)
  }

  /** A new secret, which works once it is confirmed. `place` tells it from others in an app. @throws {OperatorError} */
  async propose(operator: string, place: string): Promise<ProposedSecondFactor> {
    const bytes = randomBytes(SECRET_BYTES)
    if (!(await this.#store.propose(operator, sealFactorSecret(this.#key, operator, bytes))))
      throw new OperatorError('SECOND_FACTOR_ALREADY_ON', 'Turn it off first.')
    const secret = toSecret(bytes)
    const uri = new TOTP({ ...totp, issuer: 'Pillion', label: `${operator} (${place})`, secret }).toString()
    return { uri, secret: secret.base32 }
  }

  /** Turns on what was proposed, which ends the operator's sessions. The recovery codes. @throws {OperatorError} */
  async confirm(operator: string, code: string): Promise<string[]> {
    const secret = await this.#store.findProposed(operator)
    if (secret === undefined) throw new OperatorError('SECOND_FACTOR_NOT_ON', 'Begin to turn one on first.')
    const step = this.#findStep(openFactorSecret(this.#key, operator, secret), spellCode(code))
    if (step === undefined)
      throw new OperatorError(
        'SECOND_FACTOR_REFUSED',
        'Type the six digits that the app shows now; its clock must be right.',
      )
    const recoveryCodes = makeRecoveryCodes()
    const recoveryHashes = recoveryCodes.map(hashOf)
    if (!(await this.#store.turnOn(operator, { secret, since: this.#now(), step, recoveryHashes })))
      throw new OperatorError('SECOND_FACTOR_REFUSED', 'It was begun anew meanwhile: use the newest secret.')
    return recoveryCodes
  }

  /**
   * Uses up a code of now, or a recovery code. Undefined: it is neither, or was used before.
   * @throws {OperatorError} SECOND_FACTOR_GUESSES_TOO_MANY, of codes only: nobody guesses 128 random bits
   */
  async use(operator: StoredOperator, given: string): Promise<'code' | 'recovery-code' | undefined> {
    const { name, factor } = operator
    if (factor === undefined) return undefined
    const code = spellCode(given)
    if (!SIX_DIGITS.test(code))
      return (await this.#store.useRecoveryCode(name, hashOf(code))) ? 'recovery-code' : undefined
    const full = this.#guesses.take(name)
    if (full !== undefined)
      throw new OperatorError(
        'SECOND_FACTOR_GUESSES_TOO_MANY',
        `Try again in ${Math.ceil(full.retrySeconds / 60)} min, or use a recovery code. If it was not you, change the password.`,
        full.retrySeconds,
      )
    const step = this.#findStep(openFactorSecret(this.#key, name, factor.secret), code)
    if (step === undefined || !(await this.#store.useStep(name, factor.since, step))) return undefined
    this.#guesses.giveBack(name)
    return 'code'
  }

  /** In place of those there are. @throws {OperatorError} */
  async renewRecoveryCodes({ name, factor }: StoredOperator): Promise<string[]> {
    const recoveryCodes = makeRecoveryCodes()
    const hashes = recoveryCodes.map(hashOf)
    if (factor === undefined || !(await this.#store.replaceRecoveryCodes(name, factor.since, hashes)))
      throw new OperatorError('SECOND_FACTOR_NOT_ON', 'It was turned off meanwhile.')
    return recoveryCodes
  }

  async describe({ name, factor }: StoredOperator): Promise<SecondFactor> {
    if (factor === undefined) return { isOn: false, recoveryCodes: 0 }
    const recoveryCodes = await this.#store.countRecoveryCodes(name)
    return { isOn: true, since: new Date(factor.since).toISOString(), recoveryCodes }
  }

  /** Number of the 30 seconds, since 1970, that the code is of. */
  #findStep(secret: Uint8Array, code: string): number | undefined {
    const timestamp = this.#now()
    const window = STEPS_EITHER_WAY
    const delta = TOTP.validate({ ...totp, secret: toSecret(secret), token: code, timestamp, window })
    return delta === null ? undefined : TOTP.counter({ period: totp.period, timestamp }) + delta
  }
}

/** A copy: what node hands out may be a part of a larger buffer. */
function toSecret(bytes: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(bytes).buffer })
}

/** Letters and digits that nobody mistakes for each other (RFC 4648, base32), in groups; a line of a phone holds them. */
function makeRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () =>
    toSecret(randomBytes(RECOVERY_CODE_BYTES))
      .base32.toLowerCase()
      .replaceAll(/.{5}(?=.{5})/g, '$&-'),
  )
}

/** Both kinds are typed with spaces and dashes, or without. */
function spellCode(code: string): string {
  return code.replaceAll(/[\s-]/g, '').toLowerCase()
}

/** 128 random bits need no slow hash. */
function hashOf(recoveryCode: string): Buffer {
  return createHash('sha256').update(spellCode(recoveryCode)).digest()
}
