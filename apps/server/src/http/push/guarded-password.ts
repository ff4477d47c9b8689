import { PushError, type PushErrorCode } from '@pillion/push'
import type { FastifyRequest } from 'fastify'
import { HeldBack, type SignInGuard } from '../../access/sign-in-guard.ts'

/** What a guess ends in. */
const failures: ReadonlySet<PushErrorCode> = new Set([
  'invalid_grant',
  'invalid_client',
  'WRONG_PASSWORD',
  'WRONG_REFRESH_TOKEN',
])

/** Longer ones are nobody's, and are not to be remembered in full. */
const NAME_CHARACTERS_MAX = 256

/**
 * Checks a password under the same guard as all other sign-ins, by address and by name.
 * @param name whose password it is, within the app; undefined: it names nobody, as a refresh token does
 * @throws {PushError} TOO_MANY_REQUESTS instead of waiting; what `check` throws
 */
export async function guardPassword<Result>(
  guard: SignInGuard,
  request: FastifyRequest,
  { appID, name }: { appID: string; name: string | undefined },
  check: () => Promise<Result>,
): Promise<Result> {
  const signIn = {
    // Node knows no address any more if the peer has just gone.
    address: request.ip ?? '',
    name: name === undefined ? undefined : `push:${appID}:${name.slice(0, NAME_CHARACTERS_MAX)}`,
  }
  const answer =
    guard.holdBack(signIn) ??
    (await guard.check(
      signIn,
      () => failureOrResult(check),
      (result) =>
        // Names count as made up, for the answer does not say.
        result instanceof PushError ? { reason: 'push_password_wrong', isKnownName: false } : undefined,
    ))
  if (answer instanceof HeldBack)
    throw new PushError(
      'TOO_MANY_REQUESTS',
      `Too many refused sign-ins; try again in ${answer.retrySeconds} s`,
      {
        retryAfterSeconds: answer.retrySeconds,
      },
    )
  if (answer instanceof PushError) throw answer
  return answer
}

async function failureOrResult<Result>(check: () => Promise<Result>): Promise<Result | PushError> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof PushError && failures.has(error.code)) return error
    throw error
  }
}
