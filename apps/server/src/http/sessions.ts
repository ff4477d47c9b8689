import { FirstOperator, NewOwnPassword, NewSession, type OwnSession, type Session } from '@pillion/schema'
import type { StoredOperator } from '@pillion/store'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OperatorError } from '../operators/operator-error.ts'
import { clearSessionCookies } from '../operators/session-cookie.ts'
import type { OpenSession } from '../operators/sessions.ts'
import { guardSignIn } from './guarded-sign-in.ts'
import {
  beginSession,
  requireSession,
  type SignInParts,
  toSession,
  verifyPassword,
  verifySignIn,
} from './sign-in.ts'

/** Signing in to the console, and out. */
export function addSessionRoutes(surface: FastifyInstance, parts: SignInParts): void {
  surface.post<{ Body: NewSession }>(
    '/session',
    { schema: { body: NewSession }, config: { role: 'anybody', action: 'session.begin' } },
    async (request, reply): Promise<Session> =>
      beginSession(parts, request, reply, await verifySignIn(parts, request, reply, request.body)),
  )

  surface.get(
    '/session',
    { config: { isBeforeFactor: true } },
    async ({ actor }): Promise<Session> => toSession(requireSession(actor.session)),
  )

  surface.delete(
    '/session',
    { config: { role: 'viewer', action: 'session.end', isBeforeFactor: true } },
    async ({ actor }, reply): Promise<Session> => {
      const session = requireSession(actor.session)
      await parts.sessions.end(session.hash)
      clearSessionCookies(reply)
      return toSession(session)
    },
  )

  surface.get('/session/all', ({ actor }) => listSessions(parts, actor.session))

  surface.delete(
    '/session/others',
    { config: { role: 'viewer', action: 'session.end-others' } },
    async ({ actor }): Promise<OwnSession[]> => {
      await parts.sessions.endOthers(requireSession(actor.session))
      return listSessions(parts, actor.session)
    },
  )

  surface.post<{ Body: NewOwnPassword }>(
    '/session/password',
    { schema: { body: NewOwnPassword }, config: { role: 'viewer', action: 'operator.change-password' } },
    async (request, reply): Promise<Session> => {
      const { name } = requireSession(request.actor.session).operator
      const { password, newPassword } = request.body
      await verifyPassword(parts, request, reply, { name, password })
      const operator = await parts.operators.update(name, { password: newPassword })
      return beginSession(parts, request, reply, { operator })
    },
  )

  surface.post<{ Body: FirstOperator }>(
    '/operators/first',
    { schema: { body: FirstOperator }, config: { role: 'anybody', action: 'operator.first' } },
    async (request, reply): Promise<Session> => {
      const operator = await addFirst(parts, request, reply, request.body)
      reply.code(201)
      return beginSession(parts, request, reply, { operator })
    },
  )
}

async function listSessions(
  { sessions }: SignInParts,
  session: OpenSession | undefined,
): Promise<OwnSession[]> {
  const { operator, hash } = requireSession(session)
  return (await sessions.list(operator.name)).map(({ createdAt, usedAt, address, ...each }) => ({
    isThis: Buffer.from(each.hash).equals(hash),
    beganAt: new Date(createdAt).toISOString(),
    usedAt: new Date(usedAt).toISOString(),
    ...(address === undefined ? {} : { address }),
  }))
}

async function addFirst(
  { operators, audit, signInGuard, failedSignIns, log }: SignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { link, name, password }: FirstOperator,
): Promise<StoredOperator> {
  const address = request.ip
  const attempt = { request, reply, reason: 'operator_link_wrong' }
  const isLink = async () => (await operators.isLink(link)) || undefined
  if ((await guardSignIn(signInGuard, attempt, isLink)) === undefined) {
    await failedSignIns.note({ action: 'operator.refuse-link', address })
    throw new OperatorError('LINK_REFUSED', 'Make a new one: pillion operator link.')
  }
  const operator = await operators.prepare({ name, role: 'admin', password })
  const target = `operator:${operator.name}`
  request.auditNumber = await audit.write({
    actor: request.actor.name,
    address,
    action: 'operator.first',
    target,
  })
  await operators.addByLink(link, operator)
  log.info({ operator: operator.name }, 'operator added by a one-time link')
  return operator
}
