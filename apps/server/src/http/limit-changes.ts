import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Limits } from '../limits.ts'
import { ApiError } from './problems.ts'
import { safeMethods } from './safe-methods.ts'

export interface ChangeLimitParts {
  readonly limits: Pick<Limits, 'operatorChangesPerMinuteMax'>
}

const MINUTE_MS = 60_000

/**
 * So many changes of one operator in a minute: each is an entry in the audit log, which would fill the disk otherwise. Whoever
 * has the admin token has the data folder, too, and could fill it without us; scripts with it add thousands of vehicles.
 * Before the audit log is kept, so that what is refused here does not stand in it.
 */
export async function limitChanges(surface: FastifyInstance, { limits }: ChangeLimitParts): Promise<void> {
  await surface.register(rateLimit, { global: false })
  const count = surface.createRateLimit({
    max: () => limits.operatorChangesPerMinuteMax,
    timeWindow: MINUTE_MS,
    keyGenerator: ({ actor }) => actor.name,
  })
  surface.addHook('preHandler', async (request, reply) => {
    if (request.actor.session === undefined || safeMethods.has(request.method)) return
    const counted = await count(request)
    if (counted.isAllowed || !counted.isExceeded) return
    const seconds = Math.max(1, counted.ttlInSeconds)
    reply.header('retry-after', seconds)
    throw new ApiError('CHANGES_TOO_MANY', `Try again in ${seconds} s.`)
  })
}
