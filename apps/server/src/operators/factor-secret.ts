import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** The secret of an operator's second factor as the store keeps it: initialization vector, ciphertext, tag. Nobody else's fits. */
export function sealFactorSecret(key: Uint8Array, operator: string, secret: Uint8Array): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(operator))
  return Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
}

/** @throws {Error} it was sealed with another key, or for another operator */
export function openFactorSecret(key: Uint8Array, operator: string, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(operator))
    .setAuthTag(sealed.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()])
  } catch (cause) {
    const text = `The second factor of ${operator} does not fit factor-key, which was lost or exchanged: reset it with pillion operator update ${operator} --reset-factor`
    throw new Error(text, { cause })
  }
}
