import { PushError } from '@pillion/push'
import fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { OperatorError } from '../operators/operator-error.ts'
import { SparingLog } from '../sparing-log.ts'
import { ApiError, sendProblem, toProblem } from './problems.ts'

const OUTAGE_LINES_PER_MINUTE_MAX = 20

/**
 * One group of addresses behind one kind of host. It listens to nothing itself: listeners hand it requests by
 * `routing`. Whatever is thrown becomes an RFC 9457 problem here and nowhere else.
 */
export function createSurface(log: Logger): FastifyInstance {
  const surface = fastify({
    logger: false,
    // The shapes are the contract: nothing is quietly dropped or turned into something else.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    // Addresses that cannot be decoded are refused before any route, and so past the error handler.
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply.header('x-content-type-options', 'nosniff'), toProblem(error)),
    routerOptions: { maxParamLength: 256 },
  })
  // JSON or nothing: forms of other sites can send text.
  surface.removeContentTypeParser('text/plain')
  const outages = new SparingLog(log, () => OUTAGE_LINES_PER_MINUTE_MAX)
  surface.setErrorHandler((error, request, reply) => {
    // Only the operators' addresses have it.
    const { actor } = request as Partial<typeof request>
    const problem = toProblem(error, { isOperator: actor?.role !== undefined })
    if (problem.code === 'STORE_UNAVAILABLE') {
      outages.warn(
        { path: pathOf(request.url), error: String((error as Error).cause) },
        'the database cannot be used',
      )
    } else if (problem.status >= 500)
      log.error({ err: error, method: request.method, path: pathOf(request.url) }, 'request failed')
    const mayWait = error instanceof PushError || error instanceof OperatorError
    const retryAfterSeconds = mayWait ? error.retryAfterSeconds : undefined
    if (problem.status === 503 || retryAfterSeconds !== undefined)
      reply.header('retry-after', retryAfterSeconds ?? 1)
    return sendProblem(reply, problem)
  })
  surface.setNotFoundHandler((request) => {
    throw new ApiError('ADDRESS_NOT_FOUND', `${request.method} ${pathOf(request.url)} is not served here.`)
  })
  return surface
}

/** Without the query, which may hold what does not belong in logs. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
