import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSecret, hashSecret, verifySecret } from './secret.ts'

test('makes secrets of 256 bits that can stand in a URL', () => {
  const secrets = Array.from({ length: 100 }, createSecret)
  for (const secret of secrets) assert.match(secret, /^[A-Za-z0-9_-]{43}$/)
  assert.equal(new Set(secrets).size, 100)
})

test('stores SHA-256 (FIPS 180-2 appendix B.1)', () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  assert.equal(Buffer.from(hashSecret('abc')).toString('hex'), expected)
})

test('verifies text and bytes alike, and nothing without a stored hash', () => {
  const secret = createSecret()
  const stored = hashSecret(secret)
  assert.equal(verifySecret(secret, stored), true)
  assert.equal(verifySecret(Buffer.from(secret), stored), true)
  assert.equal(verifySecret(`${secret} `, stored), false)
  assert.equal(verifySecret('', stored), false)
  assert.equal(verifySecret(secret, undefined), false)
})
