import type { NewSession, Session } from '@pillion/schema'
import type { StoredOperator } from '@pillion/store'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { SignInGuard } from '../access/sign-in-guard.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { FailedSignIns } from '../audit/failed-sign-ins.ts'
import { OperatorError } from '../operators/operator-error.ts'
import { type Operators, spellName } from '../operators/operators.ts'
import type { SecondFactors } from '../operators/second-factors.ts'
import { readSessionCookie, setSessionCookie } from '../operators/session-cookie.ts'
import type { OpenSession, Sessions } from '../operators/sessions.ts'
import { guardSignIn } from './guarded-sign-in.ts'
import { ApiError } from './problems.ts'

export interface SignInParts {
  readonly operators: Operators
  readonly secondFactors: SecondFactors
  readonly sessions: Sessions
  readonly audit: AuditLog
  readonly failedSignIns: FailedSignIns
  readonly signInGuard: SignInGuard
  readonly log: Logger
}

/** What somebody has shown: the password, and perhaps a code besides. */
export interface Verified {
  readonly operator: StoredOperator
  readonly secondFactor?: 'code' | 'recovery-code'
}

/** Longer ones are nobody's, and are not to be remembered in full. */
const NAME_CHARACTERS_MAX = 64

/** Password first: without it nobody learns who has a second factor. Both count as guesses of one name. @throws {OperatorError} */
export async function verifySignIn(
  parts: SignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { name, password, code }: NewSession,
): Promise<Verified> {
  const operator = await verifyPassword(parts, request, reply, { name, password })
  if (operator.factor === undefined) return { operator }
  if (code === undefined)
    throw new OperatorError('SECOND_FACTOR_NEEDED', 'Type the six digits of your authenticator app.')
  return { operator, secondFactor: await verifyCode(parts, request, reply, operator, code) }
}

/** @throws {OperatorError} */
export async function verifyPassword(
  { operators, signInGuard, failedSignIns }: SignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { name: given, password }: { name: string; password: string },
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

async function verifyCode(
  { secondFactors, signInGuard, failedSignIns }: SignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  operator: StoredOperator,
  code: string,
): Promise<'code' | 'recovery-code'> {
  const target = `operator:${operator.name}`
  const attempt = { request, reply, name: target, reason: 'operator_code_wrong' }
  const used = await guardSignIn(signInGuard, attempt, () => secondFactors.use(operator, code))
  if (used !== undefined) return used
  await failedSignIns.note({ action: 'session.refuse-code', address: request.ip, target })
  throw new OperatorError(
    'SECOND_FACTOR_REFUSED',
    'Each works once: wait for the next, and see that the phone’s clock is right.',
  )
}

/** Gives the browser a session, and the log and the audit log who has it. @throws {OperatorError} */
export async function beginSession(
  { sessions, audit, log }: SignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { operator, secondFactor }: Verified,
): Promise<Session> {
  const actor = `operator:${operator.name}`
  const details = secondFactor === undefined ? {} : { secondFactor }
  request.auditNumber = await audit.write({ actor, address: request.ip, action: 'session.begin', details })
  const begun = await sessions.begin(operator, request.ip)
  if (begun === undefined) throw new OperatorError('SIGN_IN_REFUSED', 'The operator was changed just now.')
  // Somebody else may have been signed in here.
  const before = readSessionCookie(request)
  const session = before === undefined ? undefined : await sessions.find(before)
  if (session !== undefined) await sessions.end(session.hash)
  setSessionCookie(request, reply, begun.token)
  log.info({ operator: operator.name, address: request.ip, ...details }, 'operator signed in')
  return toSession(begun.session)
}

/** @throws {ApiError} */
export function requireSession(session: OpenSession | undefined): OpenSession {
  if (session !== undefined) return session
  throw new ApiError('SESSION_MISSING', 'The admin token has no session.')
}

export function toSession({ operator, csrfToken, expiresAt, secondFactor }: OpenSession): Session {
  const { name, role } = operator
  return { name, role, csrfToken, expiresAt: new Date(expiresAt).toISOString(), secondFactor }
}
