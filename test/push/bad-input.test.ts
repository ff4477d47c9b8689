import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Row, runRow, runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ users: ['mia'], pseudoUsers: ['tom'], things: ['lamp'] })
await stage.must('mia', 'PUT', '/groups/crew', { body: { name: 'Crew' } })
for (const scope of ['', '/users/{mia}', '/groups/crew', '/things/{lamp}']) {
  await stage.must('admin', 'PUT', stage.fill(`${scope}/topics/news`))
  await stage.must('admin', 'PUT', stage.fill(`${scope}/buckets/log/objects/one`), { body: {} })
}
const refused = 'INVALID_INPUT_DATA|MISSING_DATA|invalid_request|QUERY_NOT_SUPPORTED'

/** Every operation that says it takes JSON, asked by somebody who may. */
const document = await (await fetch(`${stage.server.httpUrl}/openapi.json`)).json()
const { paths } = document as {
  paths: Record<string, Record<string, { requestBody?: { content?: object } }>>
}
const names: Readonly<Record<string, string>> = {
  ...{
    appID: '{app}',
    user: '{mia}',
    thing: '{lamp}',
    group: 'crew',
    topic: 'news',
    bucket: 'log',
    object: 'one',
  },
}
describe('what is no JSON object is refused wherever one is taken (P 1.2, 15)', () => {
  let count = 0
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { requestBody }] of Object.entries(methods)) {
      if (!Object.keys(requestBody?.content ?? {}).includes('application/json')) continue
      count++
      const filled = path.replace(
        /\{(\w+)\}/g,
        (_, name) => names[name] ?? assert.fail(`a new parameter: ${name}`),
      )
      const as = /\/users$|token$/.test(path) ? 'anonymous' : 'admin'
      test(`${method.toUpperCase()} ${path} (P 1.2)`, async () => {
        const ask = (raw: string | Uint8Array, expected: string) =>
          runRow(stage, [
            path,
            as,
            `${method.toUpperCase()} ${filled}`,
            expected,
            { raw, type: 'application/json' },
          ])
        for (const raw of ['{', 'nonsense', '{"a":1}}', "{'a':1}", '{"a":01}', '\u0000', '{"a":"\n"}'])
          await ask(raw, 'INVALID_JSON')
        for (const raw of ['[]', '[{}]', '7', '"text"', 'true', 'null']) await ask(raw, refused)
        // No UTF-8, and so no JSON.
        await ask(Buffer.from('{"a":"\xff\xfe"}', 'latin1'), 'INVALID_JSON')
      })
    }
  }
  test('of which there are several (P 1.2)', () => assert.ok(count >= 30, `${count} operations`))
})

const token = 'POST /oauth2/token'
stage.secrets.add('tried-password-1')
// biome-ignore format: a line a row
runTable(stage, 'no error shows what was to be kept (P 1.5)', [
  ['a wrong password', 'anonymous', token, 'invalid_grant', { body: { username: 'mia', password: 'tried-password-1' } }],
  ['a wrong secret', 'anonymous', token, 'invalid_client', { body: { client_id: '{clientID}', client_secret: 'tried-password-1' } }],
  ['broken JSON', 'anonymous', token, 'INVALID_JSON', { raw: '{"username":"mia","password":"tried-password-1"' }],
  ['broken JSON right after it', 'anonymous', token, 'INVALID_JSON', { raw: '{"password":"tried-password-1"x' }],
  ['a password in a list', 'anonymous', 'POST /users', 'INVALID_INPUT_DATA', { body: { loginName: 'ola', password: ['tried-password-1'] } }],
  ['a password that is bad', 'anonymous', 'POST /users', 'INVALID_INPUT_DATA', { body: { loginName: 'ola', password: 'tried-password-1\u0000' } }],
  ['a password as login name', 'anonymous', token, 'invalid_grant', { body: { username: 'tried-password-1', password: 'x' } }],
  ['a wrong token', 'anonymous', 'GET /users/me', 'WRONG_TOKEN', { headers: { authorization: 'Bearer tried-password-1' } }],
  ['a wrong scheme', 'anonymous', 'GET /users/me', 'WRONG_TOKEN|UNAUTHORIZED', { headers: { authorization: 'Digest tried-password-1' } }],
  ['a wrong refresh token', 'anonymous', token, 'WRONG_REFRESH_TOKEN', { body: { grant_type: 'refresh_token', refresh_token: 'tried-password-1' } }],
  ['a wrong old password', 'mia', 'PUT /users/me/password', 'WRONG_PASSWORD', { body: { oldPassword: 'tried-password-1', newPassword: 'harbour-10' } }],
  ['a thing’s password', 'tom', 'POST /things/{lamp}/ownership', 'WRONG_PASSWORD', { body: { userID: '{tom}', thingPassword: 'tried-password-1' } }],
])

const kinds: readonly unknown[] = [7, true, {}, [], null]
const grants: readonly (readonly [string, Record<string, unknown>])[] = [
  ['username', { password: 'x' }],
  ['password', { username: 'mia' }],
  ['client_id', { client_secret: 'x' }],
  ['client_secret', { client_id: 'x' }],
  ['refresh_token', { grant_type: 'refresh_token' }],
  ['grant_type', { username: 'mia', password: 'x' }],
]
const anyRefusal =
  'INVALID_INPUT_DATA|MISSING_DATA|invalid_request|invalid_grant|invalid_client|unsupported_grant_type'
runTable(
  stage,
  'token requests of wrong types are refused (P 2.2)',
  grants.flatMap(([member, rest]) =>
    kinds.map((value): Row => {
      const body = { ...rest, [member]: value }
      return [`${member} ${JSON.stringify(value)}`, 'anonymous', token, anyRefusal, { body }]
    }),
  ),
)

const proto =
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":2,"x":3}'
const fields = { x: 3, toString: 1, hasOwnProperty: 2, constructor: { prototype: { polluted: true } } }
const one = '/users/me/buckets/log/objects'
// biome-ignore format: a line a row
runTable(stage, 'names of prototypes are names (P 1.6, 3.1)', [
  ['fields of a user', 'mia', 'POST /users/me', 200, { raw: proto }],
  ['as they are read', 'mia', 'GET /users/me', 200, { json: { ...fields, polluted: undefined, ['__proto__']: undefined } }],
  ['fields of a thing', 'lamp', 'PATCH /things/{lamp}', '200|204', { raw: proto }],
  ['as they are read, of a thing', 'lamp', 'GET /things/{lamp}', 200, { json: { ...fields, polluted: undefined } }],
  ['fields of an object', 'mia', `PUT ${one}/protos`, 201, { raw: proto }],
  ['as they are read, of an object', 'mia', `GET ${one}/protos`, 200, { json: { ...fields, polluted: undefined } }],
  ['patched', 'mia', `PATCH ${one}/protos`, 200, { raw: '{"__proto__":{"polluted":true},"constructor":null}', json: { x: 3, polluted: undefined } }],
  ['asked for', 'mia', 'POST /users/me/buckets/log/query', 200, { body: { bucketQuery: { clause: { type: 'eq', field: '__proto__', value: 1 }, orderBy: 'constructor' } }, json: { results: [] } }],
  ['a user', 'anonymous', 'POST /users', 201, { body: { loginName: '__proto__', password: 'harbour-9' } }],
  ['found by it', 'mia', 'GET /users/LOGIN_NAME:__proto__', 200, { json: { loginName: '__proto__' } }],
  ['not found by another', 'mia', 'GET /users/LOGIN_NAME:constructor', 'USER_NOT_FOUND'],
  ['a topic', 'mia', 'PUT /users/me/topics/__proto__', 204],
  ['a topic by another', 'mia', 'HEAD /users/me/topics/constructor', 404],
  ['a bucket', 'mia', 'PUT /users/me/buckets/constructor/objects/__proto__', 201, { body: {} }],
  ['a group', 'mia', 'PUT /groups/__proto__', 201, { body: { name: '__proto__' } }],
  ['a group by another', 'mia', 'GET /groups/constructor', 'GROUP_NOT_FOUND'],
  ['a thing', 'anonymous', 'POST /things', 201, { body: { _vendorThingID: '__proto__', _password: 'bright-9' } }],
  ['data', 'mia', 'POST /users/me/topics/news/push/messages', 201, { raw: '{"data":{"__proto__":"x","constructor":1},"mqtt":{"enabled":true}}' }],
  ['nothing of it has leaked', 'mia', 'GET /users/me', 200, { after: () => assert.ok(!('polluted' in {})) }],
])

const deep = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`
const either = '201|200|INVALID_INPUT_DATA|INVALID_JSON'
// biome-ignore format: a line a row
runTable(stage, 'odd bodies end well (P 10.1, 16)', [
  ['an object 1,000 deep', 'mia', `PUT ${one}/deep`, either, { raw: deep(1_000) }],
  ['an object 30,000 deep', 'mia', `PUT ${one}/deeper`, either, { raw: deep(30_000) }],
  ['a user 30,000 deep', 'mia', 'POST /users/me', either, { raw: deep(30_000) }],
  ['a message 8,000 deep', 'mia', 'POST /users/me/topics/news/push/messages', 'INVALID_INPUT_DATA|INVALID_JSON', { raw: deep(8_000) }],
  ['a clause 20,000 deep', 'mia', 'POST /users/me/buckets/log/query', '200|INVALID_INPUT_DATA|INVALID_JSON|QUERY_NOT_SUPPORTED', { raw: `{"bucketQuery":{"clause":${'{"type":"not","clause":'.repeat(20_000)}{"type":"all"}${'}'.repeat(20_000)}}}` }],
  ['a bucket that can still be asked', 'mia', 'POST /users/me/buckets/log/query', 200, { body: { bucketQuery: { clause: { type: 'all' } } } }],
  ['a user that can still be read', 'mia', 'GET /users/me', 200],
  ['a group’s name that is no UTF-8', 'mia', 'PUT /groups/crew/name', 'INVALID_INPUT_DATA', { raw: Buffer.from([0x61, 0xff]), type: 'text/plain' }],
  ['a form that is no UTF-8', 'anonymous', token, 'INVALID_INPUT_DATA', { raw: Buffer.from([0x61, 0xff]), type: 'application/x-www-form-urlencoded' }],
  ['half a character in an object', 'mia', `PUT ${one}/half`, either, { raw: '{"a":"\\ud800","\\udfff":1}' }],
  ['half a character in a user', 'mia', 'POST /users/me', either, { raw: '{"a":"\\ud800"}' }],
  ['half a character in a name', 'mia', 'POST /users/me', either, { raw: '{"displayName":"\\ud83d"}' }],
  ['half a character in a message', 'mia', 'POST /users/me/topics/news/push/messages', either, { raw: '{"data":{"a":"\\ud800"},"mqtt":{"enabled":true}}' }],
  ['half a character in a password', 'anonymous', token, 'invalid_grant|INVALID_INPUT_DATA', { raw: '{"username":"mia","password":"\\ud800"}' }],
  ['a zero in a name', 'anonymous', token, 'invalid_grant|INVALID_INPUT_DATA', { raw: '{"username":"mia\\u0000","password":"harbour-mia"}' }],
  ['half a character that can still be read', 'mia', 'POST /users/me/buckets/log/query', 200, { body: { bucketQuery: { clause: { type: 'eq', field: 'a', value: '\ud800' } } } }],
  ['a number beyond numbers', 'mia', `PUT ${one}/number`, either, { raw: '{"a":1e999}' }],
  ['a member twice', 'mia', `PUT ${one}/twice`, 201, { raw: '{"a":1,"a":2}' }],
  ['another media type', 'mia', `PUT ${one}/type`, either, { raw: '{"a":1}', type: 'text/xml' }],
  ['no media type', 'mia', `PUT ${one}/untyped`, either, { raw: '{"a":1}', type: 'nonsense/;' }],
  ['a message of 16 KB', 'mia', 'POST /users/me/topics/news/push/messages', 201, { raw: messageOf(16_384) }],
  ['a message of more', 'mia', 'POST /users/me/topics/news/push/messages', 'INVALID_INPUT_DATA', { raw: messageOf(16_385) }],
  ['a user of 1 MB', 'mia', 'POST /users/me', 'INVALID_INPUT_DATA', { body: { a: 'x'.repeat(1_000_000) } }],
  ['an object of 1 MB', 'mia', `PUT ${one}/mega`, 'INVALID_INPUT_DATA', { body: { a: 'x'.repeat(1_000_000) } }],
  ['a token request of 1 MB', 'anonymous', token, 'INVALID_INPUT_DATA|invalid_request', { body: { username: 'x'.repeat(1_000_000), password: 'x' } }],
  ['an override of another method', 'tom', 'POST /users/me', '200|INVALID_INPUT_DATA|NOT_FOUND', { body: {}, headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
  ['which has deleted nobody', 'tom', 'GET /users/me', 200],
])

const lost = '400|401|404'
const hostile = [
  '/users/%00',
  '/users/me/topics/a%00b',
  '/users/..',
  '/users/../../../admin/v1/status',
  '/users/%2e%2e/%2e%2e/%2e%2e/admin/v1/status',
]
hostile.push(
  '/users/%',
  '/users/%zz',
  '/users/%ff',
  '/users/%E0%A4%A',
  '/users/me/topics/%C0%AF',
  '/users/me%0d%0aX-Evil:%201',
  '/users/;',
  '/users/me;x=1',
)
hostile.push(
  `/users/${'a'.repeat(5_000)}`,
  `/users/me/topics/${'a'.repeat(5_000)}`,
  `/users/LOGIN_NAME:${'a'.repeat(3_000)}`,
  `/${'a/'.repeat(2_000)}`,
)
hostile.push(
  '/users/LOGIN_NAME:',
  '/users/EMAIL:',
  '/users/PHONE:',
  '/users/:',
  '/users/LOGIN_NAME:a:b',
  '/things/VENDOR_THING_ID:',
  '/installations/:',
  '/installations/MQTT:',
)
hostile.push(
  '/topics/news/acl/%00/UserID:x',
  '/__proto__',
  '/users/__proto__',
  '/users/me/constructor',
  '/users/me/topics/news/push/nothing',
  '/nothing',
  '/groups/%F0%9F%99%82',
  '/topics?paginationKey=%ff',
)
runTable(
  stage,
  'hostile addresses are answered like wrong ones (P 15)',
  hostile.flatMap((path) =>
    ['GET', 'PUT', 'DELETE'].map(
      (method): Row => [`${method} ${path.slice(0, 60)}`, 'tom', `${method} ${path}`, lost],
    ),
  ),
)
// biome-ignore format: a line a row
runTable(stage, 'addresses beside (P 15)', [
  ['nothing there', 'mia', 'GET /nothing', 'NOT_FOUND'],
  ['nothing below /api', 'nobody', 'GET /api/nothing', 'NOT_FOUND|UNAUTHORIZED'],
  ['not the operator’s', 'mia', 'GET /api/../admin/v1/status', '401|404'],
  ['slashes in a row', 'mia', 'GET /api//apps///{app}//users////me', 200],
  ['a slash at the end', 'mia', 'GET /users/me/', 200],
  ['what the original had and P leaves out', 'mia', 'GET /users/me/buckets/log/objects/one/body', 'OPERATION_NOT_IMPLEMENTED|NOT_FOUND'],
])

function messageOf(bytes: number): string {
  const frame = '{"mqtt":{"enabled":true},"gcm":{"enabled":false,"collapseKey":""}}'
  return frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`)
}
