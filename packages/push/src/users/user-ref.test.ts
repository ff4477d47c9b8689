import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseUsername, parseUserRef, userNotFound } from './user-ref.ts'

const uuid = '0b1c5f7e-9d2a-4c3b-8e1f-6a7b8c9d0e1f'

test('reads who a path names (P 3.3)', () => {
  const cases: [string, ReturnType<typeof parseUserRef>][] = [
    [uuid, { userID: uuid }],
    ['a1b2c3.d4-e5', { userID: 'a1b2c3.d4-e5' }],
    ['LOGIN_NAME:ada_l.', { loginName: 'ada_l.' }],
    ['EMAIL:Ada+x@example.org', { emailAddress: 'Ada+x@example.org' }],
    ['PHONE:+819012345678', { phoneNumber: '+819012345678' }],
    ['PHONE:JP-09012345678', { phoneNumber: '+819012345678' }],
    ['PHONE:jp-9012345678', { phoneNumber: '+819012345678' }],
    ['PHONE:+3545512345', { phoneNumber: '+3545512345' }],
  ]
  for (const [ref, key] of cases) assert.deepEqual(parseUserRef(ref), key, ref)
})

test('knows what nobody can be called, before the store is asked', () => {
  const refs = [
    '',
    'x'.repeat(65),
    'with space',
    'nul\0',
    'LOGIN_NAME:',
    'LOGIN_NAME:ab',
    `LOGIN_NAME:${'x'.repeat(65)}`,
    'LOGIN_NAME:a/b/c',
    'EMAIL:nowhere',
    'EMAIL:a@b@c',
    'EMAIL:a b@c',
    'EMAIL:a\0@c',
    `EMAIL:${'x'.repeat(253)}@y`,
    'PHONE:09012345678',
    'PHONE:ZZ-09012345678',
    'PHONE:JP-',
    'PHONE:JP-090x',
    'PHONE:+81-90',
    'login_name:ada',
    'OTHER:ada',
  ]
  for (const ref of refs) assert.equal(parseUserRef(ref), undefined, ref)
})

test('reads a username without prefix as e-mail, phone number or login name (P 2.2)', () => {
  assert.deepEqual(parseUsername('ada@example.org'), { emailAddress: 'ada@example.org' })
  assert.deepEqual(parseUsername('+819012345678'), { phoneNumber: '+819012345678' })
  assert.deepEqual(parseUsername('ada'), { loginName: 'ada' })
  assert.deepEqual(parseUsername('JP-09012345678'), { loginName: 'JP-09012345678' })
  assert.deepEqual(parseUsername('PHONE:JP-09012345678'), { phoneNumber: '+819012345678' })
  assert.deepEqual(parseUsername(uuid), { loginName: uuid })
})

test('says by what nobody was found (P 15)', () => {
  const details = (ref: string) => userNotFound({ appID: 'k7demo01' }, ref).details
  assert.deepEqual(details(uuid), { field: 'userID', value: uuid, appID: 'k7demo01' })
  assert.deepEqual(details('LOGIN_NAME:ada'), { field: 'loginName', value: 'ada', appID: 'k7demo01' })
  assert.deepEqual(details('EMAIL:a@b'), { field: 'emailAddress', value: 'a@b', appID: 'k7demo01' })
  assert.deepEqual(details('PHONE:JP-1'), { field: 'phoneNumber', value: 'JP-1', appID: 'k7demo01' })
})
