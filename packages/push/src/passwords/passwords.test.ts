import assert from 'node:assert/strict'
import { scryptSync } from 'node:crypto'
import { test } from 'node:test'
import { hashPassword, verifyPassword } from './password.ts'
import { Passwords } from './passwords.ts'

test('keeps a password as scrypt with a salt of its own, and knows it again', async () => {
  const [hash, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')])
  assert.match(hash, /^scrypt\$15\$8\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/)
  assert.notEqual(hash, other)
  assert.equal(await verifyPassword('correct horse', hash), true)
  assert.equal(await verifyPassword('correct horse', other), true)
  assert.equal(await verifyPassword('correct horse ', hash), false)
})

test('verifies what was hashed with other figures', async () => {
  const salt = Buffer.from('0123456789abcdef')
  const key = scryptSync('old', salt, 32, { cost: 2 ** 10, blockSize: 4 })
  const hash = `scrypt$10$4$${salt.toString('base64url')}$${key.toString('base64url')}`
  assert.equal(await verifyPassword('old', hash), true)
  assert.equal(await verifyPassword('new', hash), false)
})

test('works as much for somebody who is not there as for a wrong password (P 2.2)', async () => {
  const hash = await hashPassword('somebody')
  const timeOf = async (stored: string | undefined) => {
    const started = performance.now()
    assert.equal(await verifyPassword('guess', stored), false)
    return performance.now() - started
  }
  const wrong = Math.min(await timeOf(hash), await timeOf(hash), await timeOf(hash))
  const unknown = Math.min(await timeOf(undefined), await timeOf(undefined), await timeOf(undefined))
  assert.ok(unknown > wrong / 3 && unknown < wrong * 3, `unknown ${unknown} ms, wrong ${wrong} ms`)
})

test('works on two passwords at once, lets `waitingMax` wait and refuses the next [pushPasswordsWaitingMax]', async () => {
  const passwords = new Passwords({ waitingMax: () => 1 })
  const order: number[] = []
  const ask = (number: number) => passwords.hash('correct horse').finally(() => order.push(number))
  const [one, two, three] = [ask(1), ask(2), ask(3)]
  await assert.rejects(ask(4), { code: 'TEMPORARY_UNAVAILABLE_ERROR', status: 503, retryAfterSeconds: 1 })
  assert.deepEqual(order, [4])
  await Promise.all([one, two, three])
  assert.equal(order.at(-1), 3)
  assert.equal(await passwords.verify('correct horse', await one), true)
  assert.equal(await passwords.verify('correct horse', undefined), false)
})

test('gives the place on when a password cannot be verified', async () => {
  const passwords = new Passwords({ waitingMax: () => 0 })
  for (let count = 0; count < 3; count += 1) {
    await assert.rejects(passwords.verify('any', 'plain text'), /was not made by scrypt/)
  }
  assert.match(await passwords.hash('any'), /^scrypt/)
})
