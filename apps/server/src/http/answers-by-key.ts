import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import type { KeptAnswers } from '@pillion/store'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'

/** Long enough not to be guessed by another of the same caller's programs, or to meet by chance. */
const keyPattern = /^[\x21-\x7e]{16,255}$/
/** Every so often what is too old or too much is forgotten. */
const TIDY_EVERY = 100
const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

export type KeyFault = 'malformed' | 'reused'

export interface KeyedRequest {
  /** Who asks: keys of one caller are nothing to another. */
  readonly caller: string
  /** The header Idempotency-Key. */
  readonly key: string
  /** All that decides what is done: method, address, type and body. */
  readonly parts: readonly string[]
  /** Makes the error that the caller is told. */
  fault(fault: KeyFault, text: string): Error
}

export interface AnswersByKeyOptions {
  readonly store: KeptAnswers
  readonly limits: Pick<Limits, 'keptAnswersPerCallerMax' | 'keptAnswerSeconds' | 'keptAnswerBytesMax'>
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * One answer to all requests of a caller under one Idempotency-Key, at whatever node they come in. It is kept encrypted with
 * the key itself, of which the store has only a hash, since it may hold a secret that is shown once.
 */
export class AnswersByKey {
  readonly #options: AnswersByKeyOptions
  readonly #now: () => number
  #begun = 0

  constructor(options: AnswersByKeyOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /**
   * What `make` answers, or has answered before. It is called again if its node died before the answer was kept, or if the
   * request came twice at once: each time with the same id, so that what is made is made once. Only success is kept.
   */
  async answer<Answer>(
    { caller, key, parts, fault }: KeyedRequest,
    make: (madeID: string) => Promise<Answer>,
  ): Promise<Answer> {
    if (!keyPattern.test(key))
      throw fault('malformed', 'Idempotency-Key must have 16 to 255 visible characters')
    const { store } = this.#options
    const keyHash = hash(caller, key)
    const requestHash = hash(...parts)
    const asked = { keyHash, caller, requestHash, madeID: randomUUID(), createdAt: this.#now() }
    const before = await store.begin(asked, this.#since)
    if (before === undefined) await this.#tidy(caller)
    else if (!Buffer.from(before.requestHash).equals(requestHash))
      throw fault('reused', 'This Idempotency-Key came with another request before')
    else if (before.answer !== undefined) return decrypt<Answer>(before.answer, caller, key)
    const { madeID } = before ?? asked
    const read = (bytes: Uint8Array) => decrypt<Answer>(bytes, caller, key)
    const answer = await this.#make(keyHash, () => make(madeID), read)
    await this.#keep(keyHash, encrypt(answer, caller, key))
    return answer
  }

  get #since(): number {
    return this.#now() - this.#options.limits.keptAnswerSeconds * 1_000
  }

  /** If the same request was answered meanwhile, what it made may be in the way: then that answer counts. */
  async #make<Answer>(
    keyHash: Uint8Array,
    make: () => Promise<Answer>,
    read: (bytes: Uint8Array) => Answer,
  ): Promise<Answer> {
    try {
      return await make()
    } catch (error) {
      const found = await this.#options.store.find(keyHash).catch(() => undefined)
      if (found?.answer === undefined) throw error
      return read(found.answer)
    }
  }

  /** What was made is there, so the caller is told even if its answer cannot be kept. */
  async #keep(keyHash: Uint8Array, answer: Uint8Array): Promise<void> {
    const { store, limits, log } = this.#options
    if (answer.length > limits.keptAnswerBytesMax) return
    try {
      await store.finish(keyHash, answer)
    } catch (error) {
      log.warn({ error: String(error) }, 'an answer could not be kept for its Idempotency-Key')
    }
  }

  async #tidy(caller: string): Promise<void> {
    if (++this.#begun % TIDY_EVERY !== 0) return
    const { store, limits } = this.#options
    await store.tidy(caller, { since: this.#since, perCallerMax: limits.keptAnswersPerCallerMax })
  }
}

/** Of texts whose bounds count. */
function hash(...texts: readonly string[]): Buffer {
  return createHash('sha256').update(JSON.stringify(texts)).digest()
}

function secretOf(caller: string, key: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, caller, 'pillion kept answer', 32))
}

function encrypt(answer: unknown, caller: string, key: string): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, secretOf(caller, key), iv)
  const text = Buffer.concat([cipher.update(JSON.stringify(answer)), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text])
}

function decrypt<Answer>(bytes: Uint8Array, caller: string, key: string): Answer {
  const decipher = createDecipheriv(CIPHER, secretOf(caller, key), bytes.subarray(0, IV_BYTES))
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
  return JSON.parse(text.toString()) as Answer
}
