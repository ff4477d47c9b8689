import { parseUid } from '@pillion/schema'
import type { IdentityRecord, IdentityStore } from './ports/identity-store.ts'
import { verifySecret } from './secret.ts'

/** Checks a name and a password. Why it failed is for the log only. */
export async function signIn(
  identities: IdentityStore,
  username: string,
  password: string | Uint8Array,
): Promise<IdentityRecord | 'username_unknown' | 'password_wrong'> {
  // Each VIN is a well-formed UID too, so this one check keeps hostile strings from the database.
  const name = parseUid(username)
  const identity = name && (await identities.findIdentity(name))
  const verified = verifySecret(password, identity?.passwordHash)
  if (identity === undefined) return 'username_unknown'
  return verified ? identity : 'password_wrong'
}
