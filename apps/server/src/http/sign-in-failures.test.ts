import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serverLimits } from '../limits.ts'
import { SignInFailures } from './sign-in-failures.ts'

const windowMs = serverLimits.signInWindowSeconds * 1000

test('an address waits from the last allowed failure to the end of its window, and only that address', () => {
  let now = 1_000_000
  const failures = new SignInFailures(() => now)
  for (let count = 1; count < serverLimits.signInFailuresMax; count++) failures.count('a')
  assert.equal(failures.waitOf('a'), 0)
  now += windowMs - 1
  failures.count('a')
  assert.equal(failures.waitOf('a'), 1)
  assert.equal(failures.waitOf('b'), 0)
  now += 1
  assert.equal(failures.waitOf('a'), 0)
  failures.count('a')
  assert.equal(failures.waitOf('a'), 0)
})

test('remembers a bounded number of addresses, and forgets the one whose window ends first', () => {
  const failures = new SignInFailures(() => 0)
  for (let count = 0; count < serverLimits.signInFailuresMax; count++)
    for (const each of ['old', 'new']) failures.count(each)
  for (let index = 2; index < serverLimits.signInAddressesMax; index++) failures.count(`address ${index}`)
  assert.equal(failures.waitOf('old'), windowMs)
  failures.count('one more')
  assert.equal(failures.waitOf('old'), 0)
  assert.equal(failures.waitOf('new'), windowMs)
})
