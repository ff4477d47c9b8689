import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../server.fixture.ts'
import { addPushApp, addUser, askPush, type PushRequest } from './push.fixture.ts'

const server = await startTestServer({ 'limits.signInFailuresPerAddressMax': 40 })
const app = await addPushApp(server)
const mia = await addUser(server, app, 'mia')
const signIn = (body: unknown, request: PushRequest = {}) =>
  askPush(server, app, 'POST', '/api/oauth2/token', { body, ...request })
const form = (members: Record<string, string>): PushRequest => ({
  body: new URLSearchParams(members).toString(),
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})

test('signs in at both addresses, with JSON and with a form (P 2.2)', async () => {
  const password = 'miamiamia'
  const requests: [string, PushRequest][] = [
    ['/api/oauth2/token', { body: { username: 'mia', password } }],
    ['/oauth2/token', { body: { username: 'LOGIN_NAME:mia', password, grant_type: 'password' } }],
    ['/api/oauth2/token', form({ username: 'mia', password })],
    ['/oauth2/token', form({ username: 'mia', password, expiresAt: `${Date.now() + 3_600_000}` })],
  ]
  for (const [path, request] of requests) {
    const { status, json, text } = await askPush(server, app, 'POST', path, request)
    assert.equal(status, 200, text)
    assert.deepEqual([json?.id, json?.token_type], [mia.userID, 'Bearer'])
    assert.ok(Number.isInteger(json?.expires_in))
    const token = `${json?.access_token}`
    assert.equal((await askPush(server, app, 'GET', '/users/me', { token })).status, 200)
  }
})

const errors: { name: string; request: PushRequest; status?: number; code: string }[] = [
  { name: 'nothing usable', request: { body: {} }, code: 'invalid_request' },
  { name: 'half of it', request: { body: { username: 'mia' } }, code: 'invalid_request' },
  {
    name: 'a refresh without a token',
    request: { body: { grant_type: 'refresh_token' } },
    code: 'invalid_request',
  },
  { name: 'mfa', request: { body: { grant_type: 'mfa', totp_code: '1' } }, code: 'unsupported_grant_type' },
  { name: 'a code', request: form({ grant_type: 'authorization_code' }), code: 'unsupported_grant_type' },
  {
    name: 'a wrong secret',
    request: { body: { client_id: 'x', client_secret: 'x' } },
    code: 'invalid_client',
  },
  { name: 'a wrong password', request: { body: { username: 'mia', password: 'x' } }, code: 'invalid_grant' },
  { name: 'an unknown user', request: { body: { username: 'leo', password: 'x' } }, code: 'invalid_grant' },
]

test('says as OAuth does what is wrong, and as the original’s SDK reads it (P 1.5, 2.2)', async (t) => {
  for (const { name, request, code } of errors) {
    await t.test(name, async () => {
      const { status, json, text } = await signIn(undefined, request)
      assert.equal(status, 400, text)
      assert.deepEqual([json?.errorCode, json?.error, json?.message], [code, code, json?.error_description])
      assert.match(`${json?.error_description}`, /^[^:\n]+$/)
    })
  }
})

test('tells an unknown user from a wrong password in nothing (P 2.2)', async () => {
  const [unknown, wrong] = [
    await signIn({ username: 'nobody', password: 'miamiamia' }),
    await signIn({ username: 'mia', password: 'wrong' }),
  ]
  assert.equal(unknown.text, wrong.text)
  assert.deepEqual(Object.keys(unknown.headers), Object.keys(wrong.headers))
})

test('refuses an end that is no time to come (P 2.2)', async () => {
  for (const expiresAt of ['soon', 1, null]) {
    const { status, json } = await signIn({ username: 'mia', password: 'miamiamia', expiresAt })
    assert.deepEqual([status, json?.errorCode, json?.field], [400, 'INVALID_INPUT_DATA', 'expiresAt'])
  }
})

test('takes an end that is no whole number of milliseconds (P 2.2)', async () => {
  const expiresAt = Date.now() + 3_600_000.5
  const { status, text } = await signIn({ username: 'mia', password: 'miamiamia', expiresAt })
  assert.equal(status, 200, text)
})

test('counts wrong passwords for one e-mail address as one, however it is written (P 2.2)', async () => {
  const guarded = await startTestServer({ 'limits.signInFailuresPerAccountMax': 3 })
  const other = await addPushApp(guarded)
  const password = 'miamiamia'
  const body = { emailAddress: 'mia@x.example', password }
  await askPush(guarded, other, 'POST', '/users', { body })
  const ask = (username: string, tried: string) =>
    askPush(guarded, other, 'POST', '/api/oauth2/token', { body: { username, password: tried } })
  for (const username of ['mia@x.example', 'MIA@x.example', 'EMAIL:mia@X.example'])
    assert.equal((await ask(username, 'wrong')).status, 400, username)
  for (const username of ['Mia@x.example', 'mia@x.example'])
    assert.equal((await ask(username, password)).status, 429, username)
})

test('answers 403 to a refresh token that is none (P 2.2)', async () => {
  const { status, json } = await signIn({ grant_type: 'refresh_token', refresh_token: 'x' })
  assert.deepEqual([status, json?.errorCode], [403, 'WRONG_REFRESH_TOKEN'])
})

test('holds back an address that guesses, and tells it when to come back (P 1.5)', async () => {
  let held: Awaited<ReturnType<typeof signIn>> | undefined
  for (let tries = 0; tries < 60 && held?.status !== 429; tries++)
    held = await signIn({ client_id: 'guess', client_secret: `${tries}` })
  assert.deepEqual([held?.status, held?.json?.errorCode], [429, 'TOO_MANY_REQUESTS'])
  assert.match(`${held?.headers['retry-after']}`, /^[1-9]\d*$/)
  assert.equal(held?.headers['access-control-allow-origin'], '*')
  const guesses = [
    ['PUT', '/users/me/password', { oldPassword: 'guess', newPassword: 'mine' }],
    ['POST', '/things/VENDOR_THING_ID:lamp/ownership', { userID: mia.userID, thingPassword: 'guess' }],
  ] as const
  for (const [method, path, body] of guesses)
    assert.equal((await askPush(server, app, method, path, { token: mia.token, body })).status, 429, path)
})
