import { parseUid } from '@pillion/schema'
import type { IdentityStore, ReplacedPassword, StoredIdentity } from './ports/identity-store.ts'
import { verifySecret } from './secret.ts'

/** `replaced`: the password is the one before the present one, which works until then. */
export interface SignedIn {
  readonly identity: StoredIdentity
  readonly replaced?: ReplacedPassword
}

/** Checks a name and a password. Why it failed is for the log only. `now` in milliseconds since 1970. */
export async function signIn(
  identities: IdentityStore,
  username: string,
  password: string | Uint8Array,
  now: number,
): Promise<SignedIn | 'username_unknown' | 'password_wrong'> {
  // Each VIN is a well-formed UID too, so this one check keeps hostile strings from the database.
  const name = parseUid(username)
  const identity = name && (await identities.findIdentity(name))
  const verified = verifySecret(password, identity?.passwordHash)
  if (identity === undefined) return 'username_unknown'
  if (verified) return { identity }
  const { replaced } = identity
  const isReplaced =
    replaced !== undefined && now < replaced.endsAt && verifySecret(password, replaced.passwordHash)
  return isReplaced ? { identity, replaced } : 'password_wrong'
}
