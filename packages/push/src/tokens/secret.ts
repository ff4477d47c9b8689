import { hash, timingSafeEqual } from 'node:crypto'

/** Tokens and client secrets have 256 random bits, so plain SHA-256 is enough to keep them. */
export function hashSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer')
}

/** In a time that does not tell how much of it is right. */
export function verifySecret(secret: string, storedHash: Uint8Array): boolean {
  return timingSafeEqual(hashSecret(secret), storedHash)
}
