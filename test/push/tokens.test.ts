import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Row, runRow, runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ users: ['mia', 'tom'], things: ['lamp', 'pump'] })
await stage.addStrangers()
await stage.addApp('refresh03', 're.', {
  users: ['ida'],
  settings: { hasRefreshTokens: true, tokenSeconds: 600 },
})
await stage.must('anonymous', 'POST', '/users', {
  body: { emailAddress: 'Ada@Example.org', phoneNumber: '+81901234567890', password: 'harbour-9' },
  type: 'RegistrationRequest',
})
await stage.must('anonymous', 'POST', '/users', {
  body: { phoneNumber: '9012345678', country: 'JP', password: 'harbour-9' },
})
const answerOf = (id: unknown) => ({
  id,
  access_token: /^[\w-]{20,128}$/,
  token_type: 'Bearer',
  expires_in: Number,
})
const mia = { username: 'mia', password: 'harbour-mia' }
const site = 'POST /api/oauth2/token'
const app = 'POST /oauth2/token'
const oauth = 'OauthTokenRequest'
const form = 'application/x-www-form-urlencoded'
const byName = (username: string) => ({ username, password: 'harbour-9' })

// biome-ignore format: a line a row
runTable(stage, 'who gets a token (P 2.2)', [
  ['at the site’s resource', 'anonymous', site, 200, { body: mia, json: answerOf('{mia}') }],
  ['at the app’s resource', 'anonymous', app, 200, { body: mia, json: answerOf('{mia}') }],
  ['without refresh token unless it is switched on', 'anonymous', app, 200, { body: mia, json: { refresh_token: undefined } }],
  ['as vendor type', 'anonymous', site, 200, { body: mia, type: oauth, json: answerOf('{mia}') }],
  ['as a form', 'anonymous', site, 200, { raw: 'grant_type=password&username=mia&password=harbour-mia', type: form, json: answerOf('{mia}') }],
  ['as an escaped form', 'anonymous', site, 200, { raw: 'username=EMAIL%3Aada%40example.org&password=harbour%2D9', type: form, json: answerOf(String) }],
  ['with grant type', 'anonymous', site, 200, { body: { grant_type: 'password', ...mia }, json: answerOf('{mia}') }],
  ['with app id and key as Basic authorization', 'basic', app, 200, { body: mia, json: answerOf('{mia}') }],
  ['by e-mail address', 'anonymous', site, 200, { body: byName('Ada@Example.org'), json: answerOf(String) }],
  ['by e-mail address in another case', 'anonymous', site, 200, { body: byName('aDA@eXAMPLE.ORG'), json: answerOf(String) }],
  ['by EMAIL:', 'anonymous', site, 200, { body: byName('EMAIL:ada@example.org'), json: answerOf(String) }],
  ['by phone number', 'anonymous', site, 200, { body: byName('+81901234567890'), json: answerOf(String) }],
  ['by PHONE:+', 'anonymous', site, 200, { body: byName('PHONE:+81901234567890'), json: answerOf(String) }],
  ['by PHONE: with country', 'anonymous', site, 200, { body: byName('PHONE:JP-9012345678'), json: answerOf(String) }],
  ['as a thing', 'anonymous', site, 200, { body: { username: 'VENDOR_THING_ID:lamp', password: 'bright-lamp' }, type: oauth, json: answerOf('{lamp}') }],
  ['as the admin', 'anonymous', site, 200, { body: { client_id: '{clientID}', client_secret: '{clientSecret}' }, json: answerOf(String) }],
  ['as the admin, with grant type', 'anonymous', site, 200, { body: { grant_type: 'client_credentials', client_id: '{clientID}', client_secret: '{clientSecret}' }, json: answerOf(String) }],
  ['as nobody', 'anonymous', site, 200, { body: { client_id: '{app}', client_secret: '{key}' }, json: { access_token: String, token_type: 'Bearer' }, caller: { unnamed: 'access_token' } }],
  ['whose token has no user', 'unnamed', 'GET /users/me', 'UNAUTHORIZED'],
  ['whose token has no installation', 'unnamed', 'POST /installations', 'UNAUTHORIZED', { body: { deviceType: 'MQTT' } }],
  ['unknown members do not matter', 'anonymous', site, 200, { body: { ...mia, colour: 'blue' }, json: answerOf('{mia}') }],
])

const inAMinute = () => ({ ...mia, expiresAt: Date.now() + 60_000 })
// biome-ignore format: a line a row
runTable(stage, 'the end of a token (P 2.2)', [
  ['is 2147483647 s away where the app says nothing', 'anonymous', site, 200, { body: mia, json: { expires_in: 2_147_483_647 } }],
  ['is asked for', 'anonymous', site, 200, { body: inAMinute, json: { expires_in: (seconds: number) => seconds > 50 && seconds <= 60 } }],
  ['cannot be past', 'anonymous', site, 'INVALID_INPUT_DATA', { body: { ...mia, expiresAt: 1_000 } }],
  ['cannot be a text', 'anonymous', site, 'INVALID_INPUT_DATA', { body: { ...mia, expiresAt: 'soon' } }],
  ['cannot be an object', 'anonymous', site, 'INVALID_INPUT_DATA', { body: { ...mia, expiresAt: {} } }],
  ['is as the app’s setting says', 'anonymous', 'POST /api/apps/{re.app}/oauth2/token', 200, { body: { username: 'ida', password: 'harbour-ida' }, json: { expires_in: 600, refresh_token: String } }],
  ['comes', 'anonymous', site, 200, { body: () => ({ ...mia, expiresAt: Date.now() + 2_000 }), caller: { shortLived: 'access_token' } }],
  ['and before it the token works', 'shortLived', 'GET /users/me', 200],
  ['and after it no more', 'shortLived', 'GET /users/me', 'WRONG_TOKEN', { before: () => sleep(2_100) }],
])

const wrong = { username: 'mia', password: 'harbour-no' }
// biome-ignore format: a line a row
runTable(stage, 'who gets no token (P 2.2)', [
  ['a wrong password', 'anonymous', site, 'invalid_grant', { body: wrong }],
  ['an unknown user', 'anonymous', site, 'invalid_grant', { body: { ...wrong, username: 'nobody' } }],
  ['a login name in another case', 'anonymous', site, 'invalid_grant', { body: { ...mia, username: 'MIA' } }],
  ['an unknown thing', 'anonymous', site, 'invalid_grant', { body: { ...wrong, username: 'VENDOR_THING_ID:none' } }],
  ['a thing with a wrong password', 'anonymous', site, 'invalid_grant', { body: { ...wrong, username: 'VENDOR_THING_ID:lamp' } }],
  ['a thing by its bare name', 'anonymous', site, 'invalid_grant', { body: { username: 'lamp', password: 'bright-lamp' } }],
  ['a user of another app', 'anonymous', 'POST /api/apps/{other.app}/oauth2/token', 'invalid_grant', { body: mia }],
  ['a wrong client secret', 'anonymous', site, 'invalid_client', { body: { client_id: '{clientID}', client_secret: 'no' } }],
  ['a wrong client id', 'anonymous', site, 'invalid_client', { body: { client_id: 'no', client_secret: '{clientSecret}' } }],
  ['the admin of another app', 'anonymous', site, 'invalid_client', { body: { client_id: '{other.clientID}', client_secret: '{other.clientSecret}' } }],
  ['an empty request', 'anonymous', site, 'invalid_request', { body: {} }],
  ['a name without password', 'anonymous', site, 'invalid_request', { body: { username: 'mia' } }],
  ['a grant type without members', 'anonymous', site, 'invalid_request', { body: { grant_type: 'password' } }],
  ['a second factor', 'anonymous', site, 'unsupported_grant_type', { body: { grant_type: 'mfa', totp_code: '123456' } }],
  ['an authorization code', 'anonymous', site, 'unsupported_grant_type', { body: { grant_type: 'authorization_code', code: 'x' } }],
  ['a grant type nobody knows', 'anonymous', site, 'unsupported_grant_type', { body: { grant_type: 'magic', ...mia } }],
  ['no JSON', 'anonymous', site, 'INVALID_JSON', { raw: '{"username":' }],
  ['no app', 'nobody', site, 'UNAUTHORIZED', { body: mia }],
  ['an app that does not exist', 'nobody', site, 'APP_NOT_FOUND', { body: mia, headers: { 'x-kii-appid': 'nosuchapp', 'x-kii-appkey': '{key}' }, json: { appID: 'nosuchapp' } }],
  ['a wrong app key', 'nobody', site, 'UNAUTHORIZED', { body: mia, headers: { 'x-kii-appid': '{app}', 'x-kii-appkey': '{other.key}' } }],
  ['a thing is disabled', 'admin', 'PUT /things/{pump}/status', 204, { body: { disabled: true }, type: 'ThingStatusUpdateRequest' }],
  ['a disabled thing', 'anonymous', site, 'THING_DISABLED', { body: { username: 'VENDOR_THING_ID:pump', password: 'bright-pump' } }],
  ['a disabled thing with a wrong password', 'anonymous', site, 'invalid_grant', { body: { username: 'VENDOR_THING_ID:pump', password: 'no' } }],
  ['a disabled thing’s token', 'pump', 'GET /things/{pump}', 'THING_DISABLED'],
])

test('unknown user and wrong password get the same answer (P 2.2)', async () => {
  const [first, second] = await Promise.all(
    [wrong, { ...wrong, username: 'nobody' }].map((body) =>
      stage.ask('anonymous', 'POST', '/api/oauth2/token', { body }),
    ),
  )
  assert.ok(first && second)
  assert.equal(first.text, second.text)
  for (const answer of [first, second]) delete answer.headers.date
  assert.deepEqual(first.headers, second.headers)
})

const refresh = (body: object, expected: Row[3], rest = {}): Row => [
  'at the app’s resource',
  'anonymous',
  'POST /api/apps/{re.app}/oauth2/token',
  expected,
  { body, ...rest },
]
test('a refresh token is used once, and the tokens before it end (P 2.2)', async () => {
  const grant = { grant_type: 'refresh_token', refresh_token: '{first.refresh}' }
  const signIn = refresh({ username: 'ida', password: 'harbour-ida' }, 200, {
    caller: { first: 'access_token' },
    save: { 'first.refresh': 'refresh_token' },
  })
  await runRow(stage, signIn)
  const me = 'GET /api/apps/{re.app}/users/me'
  await runRow(stage, ['works', 'first', me, 200])
  await runRow(stage, ['of another app', 'anonymous', app, 'WRONG_REFRESH_TOKEN', { body: grant }])
  const json = { ...answerOf('{re.ida}'), refresh_token: String }
  const caller = { second: 'access_token' }
  await runRow(stage, refresh(grant, 200, { json, caller, save: { 'second.refresh': 'refresh_token' } }))
  await runRow(stage, ['ended', 'first', me, 'WRONG_TOKEN'])
  await runRow(stage, ['works', 'second', me, 200])
  await runRow(stage, refresh(grant, 'WRONG_REFRESH_TOKEN'))
  await runRow(stage, refresh({ ...grant, refresh_token: 'nonsense' }, 'WRONG_REFRESH_TOKEN'))
  await runRow(stage, refresh({ refresh_token: '{second.refresh}' }, 200))
})

const bearer = (name: string, scheme: string) => ({ authorization: `${scheme} {${name}.token}` })
// biome-ignore format: a line a row
runTable(stage, 'using a token (P 1.2, 2.3)', [
  ['bearer in lower case', 'anonymous', 'GET /users/me', 200, { headers: bearer('mia', 'bearer') }],
  ['BEARER in upper case', 'anonymous', 'GET /users/me', 200, { headers: bearer('mia', 'BEARER') }],
  ['without app headers', 'nobody', 'GET /users/me', 200, { headers: bearer('mia', 'Bearer') }],
  ['with another app’s id', 'mia', 'GET /users/me', 'INVALID_INPUT_DATA', { headers: { 'x-kii-appid': '{other.app}' } }],
  ['with a wrong app key', 'mia', 'GET /users/me', 'UNAUTHORIZED', { headers: { 'x-kii-appkey': '{other.key}' } }],
  ['unknown', 'impostor', 'GET /users/me', 'WRONG_TOKEN'],
  ['malformed', 'anonymous', 'GET /users/me', 'WRONG_TOKEN', { headers: { authorization: 'Bearer !"$&/' } }],
  ['far too long', 'anonymous', 'GET /users/me', 'WRONG_TOKEN', { headers: { authorization: `Bearer ${'a'.repeat(4_000)}` } }],
  ['of another app’s user', 'other.stranger', 'GET /users/{mia}', 'WRONG_TOKEN'],
  ['of another app’s admin', 'other.admin', 'GET /users/{mia}', 'WRONG_TOKEN'],
  ['none', 'anonymous', 'GET /users/{mia}', 'UNAUTHORIZED'],
  ['none, and no app headers', 'nobody', 'GET /users/{mia}', 'UNAUTHORIZED'],
  ['good, but without the right', 'tom', 'DELETE /users/{mia}', 'UNAUTHORIZED', { json: { authenticatedAppID: '{app}', authenticatedPrincipalID: '{tom}' } }],
  ['in an app that does not exist', 'mia', 'GET /api/apps/nosuchapp/users/me', 'APP_NOT_FOUND', { headers: { 'x-kii-appid': 'nosuchapp' }, json: { appID: 'nosuchapp' } }],
])

const nothing = '/users/nobody-of-that-id'
// biome-ignore format: a line a row
runTable(stage, 'the order of checks (P 2.3)', [
  ['app headers before the token', 'impostor', 'GET /users/me', 'UNAUTHORIZED', { headers: { 'x-kii-appkey': 'wrongkey9' } }],
  ['the token before the user in the path', 'impostor', `GET ${nothing}`, 'WRONG_TOKEN'],
  ['the token before the body', 'impostor', 'POST /installations', 'WRONG_TOKEN', { raw: '{' }],
  ['the user in the path before the right', 'tom', `PUT ${nothing}/topics/news`, 'USER_NOT_FOUND'],
  ['the right before the topic', 'tom', 'DELETE /users/{mia}/topics/none', 'UNAUTHORIZED'],
  ['the right before the topic, to send', 'tom', 'POST /users/{mia}/topics/none/push/messages', 'UNAUTHORIZED', { body: {} }],
  ['the right before the bucket', 'tom', 'GET /users/{mia}/buckets/none/objects/none', 'UNAUTHORIZED'],
  ['the right before the body', 'tom', 'POST /users/{mia}', 'UNAUTHORIZED', { raw: '{' }],
  ['the topic before the body', 'mia', 'POST /users/me/topics/none/push/messages', 'TOPIC_NOT_FOUND', { raw: '{' }],
  ['the user before the body', 'admin', `POST ${nothing}/push/messages`, 'USER_NOT_FOUND', { raw: '{' }],
  ['the body at last', 'mia', 'POST /users/me', 'INVALID_JSON', { raw: '{' }],
])

// biome-ignore format: a line a row
runTable(stage, 'a disabled app (P 1.2)', [
  ['answers its users', 'other.stranger', 'GET /api/apps/{other.app}/users/me', 200],
  ['answers nobody', 'other.stranger', 'GET /api/apps/{other.app}/users/me', 'APP_DISABLED', { before: () => stage.admin('PATCH', `/push-apps/${stage.names.get('other.app')}`, { isDisabled: true }), json: { appID: '{other.app}' } }],
  ['gives no token', 'anonymous', 'POST /api/apps/{other.app}/oauth2/token', 'APP_DISABLED', { body: mia }],
])
