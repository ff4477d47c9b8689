import { FirstOperator, NewOwnPassword, NewSession, type Session } from '@pillion/schema'
import type { StoredOperator } from '@pillion/store'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { FailedSignIns } from '../audit/failed-sign-ins.ts'
import { OperatorError } from '../operators/operator-error.ts'
import { type Operators, spellName } from '../operators/operators.ts'
import { clearSessionCookies, readSessionCookie, setSessionCookie } from '../operators/session-cookie.ts'
import type { OpenSession, Sessions } from '../operators/sessions.ts'
import { guardSignIn } from './guarded-sign-in.ts'
import { ApiError } from './problems.ts'

export interface SessionParts {
  readonly operators: Operators
  readonly sessions: Sessions
  readonly audit: AuditLog
  readonly failedSignIns: FailedSignIns
  readonly signInGuard: SignInGuard
  readonly log: Logger
}

/** Longer ones are nobody's, and are not to be remembered in full. */
const NAME_CHARACTERS_MAX = 64

/** Signing in to the console, and out. */
export function addSessionRoutes(surface: FastifyInstance, parts: SessionParts): void {
  surface.post<{ Body: NewSession }>(
    '/session',
    { schema: { body: NewSession }, config: { role: 'anybody', action: 'session.begin' } },
    async (request, reply): Promise<Session> => {
      const { name, password } = request.body
      const operator = await signIn(parts, request, reply, { name, password })
      return begin(parts, request, reply, operator)
    },
  )

  surface.get('/session', async ({ actor }): Promise<Session> => toSession(requireSession(actor.session)))

  surface.delete(
    '/session',
    { config: { role: 'viewer', action: 'session.end' } },
    async ({ actor }, reply): Promise<Session> => {
      const session = requireSession(actor.session)
      await parts.sessions.end(session.hash)
      clearSessionCookies(reply)
      return toSession(session)
    },
  )

  surface.post<{ Body: NewOwnPassword }>(
    '/session/password',
    { schema: { body: NewOwnPassword }, config: { role: 'viewer', action: 'operator.change-password' } },
    async (request, reply): Promise<Session> => {
      const { name } = requireSession(request.actor.session).operator
      const { password, newPassword } = request.body
      await signIn(parts, request, reply, { name, password })
      return begin(parts, request, reply, await parts.operators.update(name, { password: newPassword }))
    },
  )

  surface.post<{ Body: FirstOperator }>(
    '/operators/first',
    { schema: { body: FirstOperator }, config: { role: 'anybody', action: 'operator.first' } },
    async (request, reply): Promise<Session> => {
      const operator = await addFirst(parts, request, reply, request.body)
      reply.code(201)
      return begin(parts, request, reply, operator)
    },
  )
}

async function signIn(
  { operators, signInGuard, failedSignIns }: SessionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { name: given, password }: NewSession,
): Promise<StoredOperator> {
  const name = spellName(given).slice(0, NAME_CHARACTERS_MAX)
  const attempt = { request, reply, name: `operator:${name}`, reason: 'operator_password_wrong' }
  const operator = await guardSignIn(signInGuard, attempt, () => operators.verify(name, password))
  if (operator !== undefined) return operator
  // People type passwords where the name belongs: only names that exist are kept.
  const isKnown = (await operators.list()).some((each) => each.name === name)
  const target = isKnown ? `operator:${name}` : undefined
  await failedSignIns.note({ action: 'session.refuse', address: request.ip, target })
  throw new OperatorError(
    'SIGN_IN_REFUSED',
    'Names are written in lower case; passwords as they were chosen.',
  )
}

async function addFirst(
  { operators, audit, signInGuard, failedSignIns, log }: SessionParts,
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

async function begin(
  { sessions, audit, log }: SessionParts,
  request: FastifyRequest,
  reply: FastifyReply,
  operator: StoredOperator,
): Promise<Session> {
  const actor = `operator:${operator.name}`
  request.auditNumber = await audit.write({ actor, address: request.ip, action: 'session.begin' })
  const begun = await sessions.begin(operator)
  if (begun === undefined) throw new OperatorError('SIGN_IN_REFUSED', 'The operator was changed just now.')
  // Somebody else may have been signed in here.
  const before = readSessionCookie(request)
  const session = before === undefined ? undefined : await sessions.find(before)
  if (session !== undefined) await sessions.end(session.hash)
  setSessionCookie(request, reply, begun.token)
  log.info({ operator: operator.name, address: request.ip }, 'operator signed in')
  return toSession(begun.session)
}

function requireSession(session: OpenSession | undefined): OpenSession {
  if (session !== undefined) return session
  throw new ApiError('SESSION_MISSING', 'The admin token has no session.')
}

function toSession({ operator, csrfToken, expiresAt }: OpenSession): Session {
  return { name: operator.name, role: operator.role, csrfToken, expiresAt: new Date(expiresAt).toISOString() }
}
