import type { FastifyReply, FastifyRequest } from 'fastify'
import { HeldBack, type SignInGuard } from '../access/sign-in-guard.ts'
import { ApiError } from './problems.ts'

/**
 * Checks a request's credentials under the same guard as MQTT sign-ins. Over HTTP whoever is held back is told to come
 * back, instead of being kept waiting.
 * @param verify undefined = they are wrong
 * @throws {ApiError} SIGN_IN_FAILURES_TOO_MANY, with Retry-After on the reply
 */
export async function guardSignIn<Answer>(
  guard: SignInGuard,
  {
    request,
    reply,
    name,
    reason,
  }: { request: FastifyRequest; reply: FastifyReply; name?: string; reason: string },
  verify: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  // Node knows no address any more if the peer has just gone.
  const signIn = { address: request.ip ?? '', name }
  // Names count as made up, for the answer does not say.
  const failure = { reason, isKnownName: false }
  const answer =
    guard.holdBack(signIn) ??
    (await guard.check(signIn, verify, (answer) => (answer === undefined ? failure : undefined)))
  if (!(answer instanceof HeldBack)) return answer
  reply.header('retry-after', answer.retrySeconds)
  throw new ApiError('SIGN_IN_FAILURES_TOO_MANY', `Try again in ${answer.retrySeconds} s.`)
}
