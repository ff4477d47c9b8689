import type { ProblemBody } from '@pillion/schema'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { AuditLog } from '../audit/audit-log.ts'
import { describeRequest, findTarget } from '../audit/describe-request.ts'
import { safeMethods } from './safe-methods.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Number of its entry in the audit log. */
    auditNumber: number | undefined
  }
}

export interface AuditHookParts {
  readonly audit: AuditLog
  readonly log: Logger
}

/**
 * Writes what is about to be done before it is done, so that nothing is ever done that is not in the log: without the entry
 * the request fails. If it then fails itself, a second entry says so.
 */
export function keepAuditLog(surface: FastifyInstance, { audit, log }: AuditHookParts): void {
  surface.decorateRequest('auditNumber', undefined)
  surface.addHook('preHandler', async (request) => {
    const { actor, ip, params, query, body } = request
    const action = actionOf(request)
    // Who signs in is known only once that is checked; those routes write for themselves.
    if (action === undefined || actor.role === undefined) return
    request.auditNumber = await audit.write({
      actor: actor.name,
      address: ip,
      action,
      target: findTarget(action, params, body),
      details: describeRequest(query, body),
    })
  })
  surface.addHook('onSend', async (request, reply, payload) => {
    const { auditNumber, actor, ip } = request
    const action = actionOf(request)
    if (auditNumber === undefined || action === undefined || reply.statusCode < 400) return
    const details = { of: auditNumber, status: reply.statusCode, failed: codeOf(payload) }
    const target = findTarget(action, request.params, request.body)
    try {
      await audit.write({ actor: actor.name, address: ip, action, target, details })
    } catch (error) {
      log.error({ err: error, ...details }, 'the audit log could not be told that an act failed')
    }
  })
}

function actionOf({ method, routeOptions, body }: FastifyRequest): string | undefined {
  if (safeMethods.has(method)) return undefined
  const action = routeOptions.config.action ?? `${method.toLowerCase()} ${routeOptions.url}`
  // In a list it must not look like the act itself.
  return (body as { isTrial?: unknown } | null | undefined)?.isTrial === true ? `${action}-trial` : action
}

function codeOf(payload: unknown): string | undefined {
  try {
    return (JSON.parse(String(payload)) as ProblemBody).code
  } catch {
    return undefined
  }
}
