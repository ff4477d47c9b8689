import {
  NewSecondFactor,
  PasswordAndCode,
  type ProposedSecondFactor,
  type RecoveryCodes,
  type SecondFactor,
  SecondFactorCode,
  type Session,
  type TurnedOnSecondFactor,
} from '@pillion/schema'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OperatorError } from '../operators/operator-error.ts'
import {
  beginSession,
  requireSession,
  type SignInParts,
  type Verified,
  verifyPassword,
  verifySignIn,
} from './sign-in.ts'

const path = '/session/second-factor'

/** One's own second factor: turning it on, in two steps, and off. What decides who gets in needs the password again. */
export function addSecondFactorRoutes(surface: FastifyInstance, parts: SignInParts): void {
  const { operators, secondFactors, log } = parts
  surface.get(
    path,
    async ({ actor }): Promise<SecondFactor> =>
      secondFactors.describe(requireSession(actor.session).operator),
  )

  surface.post<{ Body: NewSecondFactor }>(
    path,
    {
      schema: { body: NewSecondFactor },
      config: { role: 'viewer', action: 'second-factor.begin', isBeforeFactor: true },
    },
    async (request, reply): Promise<ProposedSecondFactor> => {
      const { operator, secondFactor } = requireSession(request.actor.session)
      const { name } = operator
      const { password } = request.body
      // Somebody who has just typed it, and can do nothing else here.
      if (password !== undefined || secondFactor !== 'missing')
        await verifyPassword(parts, request, reply, { name, password: password ?? '' })
      const proposed = await secondFactors.propose(name, request.hostname)
      reply.code(201)
      return proposed
    },
  )

  surface.post<{ Body: SecondFactorCode }>(
    `${path}/confirm`,
    {
      schema: { body: SecondFactorCode },
      config: { role: 'viewer', action: 'second-factor.turn-on', isBeforeFactor: true },
    },
    async (request, reply): Promise<TurnedOnSecondFactor> => {
      const { name } = requireSession(request.actor.session).operator
      const recoveryCodes = await secondFactors.confirm(name, request.body.code)
      log.info({ operator: name }, 'an operator has turned on a second factor')
      const operator = await operators.find(name)
      const session = await beginSession(parts, request, reply, { operator, secondFactor: 'code' })
      return { session, recoveryCodes }
    },
  )

  surface.delete<{ Body: PasswordAndCode }>(
    path,
    { schema: { body: PasswordAndCode }, config: { role: 'viewer', action: 'second-factor.turn-off' } },
    async (request, reply): Promise<Session> => {
      const verified = await verifyBoth(parts, request, reply, request.body)
      const operator = await operators.update(verified.operator.name, { secondFactor: 'off' })
      log.info({ operator: operator.name }, 'an operator has turned off the second factor')
      return beginSession(parts, request, reply, { ...verified, operator })
    },
  )

  surface.post<{ Body: PasswordAndCode }>(
    `${path}/recovery-codes`,
    { schema: { body: PasswordAndCode }, config: { role: 'viewer', action: 'second-factor.renew-codes' } },
    async (request, reply): Promise<RecoveryCodes> => {
      const { operator } = await verifyBoth(parts, request, reply, request.body)
      const recoveryCodes = await secondFactors.renewRecoveryCodes(operator)
      reply.code(201)
      return { recoveryCodes }
    },
  )
}

async function verifyBoth(
  parts: SignInParts,
  request: FastifyRequest,
  reply: FastifyReply,
  given: PasswordAndCode,
): Promise<Verified> {
  const { name, factor } = requireSession(request.actor.session).operator
  if (factor === undefined) throw new OperatorError('SECOND_FACTOR_NOT_ON', 'Turn it on first.')
  return verifySignIn(parts, request, reply, { name, ...given })
}
