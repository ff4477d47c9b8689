import type { Caller, Principal } from './principal.ts'
import { PushError } from './push-error.ts'

/** For a token without the right, and for none where one is needed (P 2.3). */
export function unauthorized({ app, principal }: Caller, text = 'The token has no right to this'): PushError {
  if (principal.kind === 'anonymous') return new PushError('UNAUTHORIZED', 'This takes an access token')
  return new PushError('UNAUTHORIZED', text, {
    details: { authenticatedAppID: app.appID, authenticatedPrincipalID: principalID(principal) },
  })
}

/**
 * The token comes before the existence of what a path names (P 2.3): whoever has none does not learn who exists, where
 * nobody without one has a right anyway.
 */
export function requireToken(caller: Caller): void {
  if (caller.principal.kind === 'anonymous') throw unauthorized(caller)
}

/** As clients see it: the id of a user or thing, and a name in the place of one. */
export function principalID(principal: Principal): string {
  if (principal.kind === 'user' || principal.kind === 'thing') return principal.id
  return principal.kind === 'admin' ? 'APP_ADMIN' : 'ANONYMOUS_USER'
}
