import rateLimit from '@fastify/rate-limit'
import { type Caller, PushError, subjectOf } from '@pillion/push'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { addressKey } from '../../access/address-key.ts'
import type { Limits } from '../../limits.ts'

type Counter = ReturnType<FastifyInstance['createRateLimit']>

const MINUTE_MS = 60_000
/** Whoever is counted beside that many others may be forgotten before the minute is over. */
const COUNTED_MAX = 100_000

declare module 'fastify' {
  interface FastifyRequest {
    /** Null until it is known. */
    pushCaller: Caller | null
  }
}

/** Protects everybody from an app that answers each push with a push, and from whoever registers without end. */
export class RateLimits {
  readonly #perSubject: Counter
  readonly #perApp: Counter
  readonly #perAddress: Counter

  /** Use `open`. */
  constructor(surface: FastifyInstance, limits: Limits) {
    const counter = (max: () => number, keyGenerator: (request: FastifyRequest) => string) =>
      surface.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator })
    this.#perSubject = counter(
      () => limits.pushWritesPerPrincipalMax,
      ({ pushCaller }) => keyOfSubject(pushCaller),
    )
    this.#perApp = counter(
      () => limits.pushWritesPerAppMax,
      ({ pushCaller }) => pushCaller?.app.appID ?? '',
    )
    this.#perAddress = counter(
      () => limits.pushRegistrationsPerAddressMax,
      ({ ip }) => addressKey(ip ?? ''),
    )
  }

  static async open(surface: FastifyInstance, limits: Limits): Promise<RateLimits> {
    await surface.register(rateLimit, { global: false, cache: COUNTED_MAX })
    return new RateLimits(surface, limits)
  }

  /** A message or an object. @throws {PushError} TOO_MANY_REQUESTS */
  async countWrite(request: FastifyRequest): Promise<void> {
    const { pushCaller } = request
    // An admin and an anonymous caller have the app's limit only: there may be many of them.
    if (pushCaller !== null && subjectOf(pushCaller.principal) !== undefined) {
      await count(this.#perSubject, request, 'You send and write too often')
    }
    await count(this.#perApp, request, 'This app sends and writes too often')
  }

  /** A user or a thing. @throws {PushError} TOO_MANY_REQUESTS */
  async countRegistration(request: FastifyRequest): Promise<void> {
    await count(this.#perAddress, request, 'Too many registrations from your address')
  }
}

async function count(counter: Counter, request: FastifyRequest, text: string): Promise<void> {
  const result = await counter(request)
  if (result.isAllowed || !result.isExceeded) return
  const retryAfterSeconds = Math.max(1, result.ttlInSeconds)
  throw new PushError('TOO_MANY_REQUESTS', `${text}; try again in ${retryAfterSeconds} s`, {
    retryAfterSeconds,
  })
}

function keyOfSubject(caller: Caller | null): string {
  return caller === null ? '' : `${caller.app.appID}/${subjectOf(caller.principal)}`
}
