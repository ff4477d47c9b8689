import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Secrets of machines: 256 random bits, so plain SHA-256 is enough to store them; a slow hash protects
 * passwords that people chose, and would only slow sign-in here.
 */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

export function hashSecret(secret: string | Uint8Array): Uint8Array {
  return hash('sha256', secret, 'buffer')
}

/** Without a stored hash the answer is false after the same work, so that time does not tell whether a name exists. */
export function verifySecret(secret: string | Uint8Array, storedHash: Uint8Array | undefined): boolean {
  const equal = timingSafeEqual(hashSecret(secret), storedHash ?? nobodysHash)
  return equal && storedHash !== undefined
}

const nobodysHash = hashSecret(createSecret())
