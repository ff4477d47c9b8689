import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, startTestServer } from '../../server.fixture.ts'
import { addPushApp, addUser, adminToken, askPush, type PushRequest } from './push.fixture.ts'

const server = await startTestServer()
const app = await addPushApp(server, { appID: 'k7demo01', appKey: '4f1c9a7e' })
const other = await addPushApp(server)
const mia = await addUser(server, app, 'mia')
const stranger = await addUser(server, other, 'mia')
const admin = await adminToken(server, app)
const ask1 = (method: string, path: string, request?: PushRequest) =>
  askPush(server, app, method, path, request)
const asMia = (method: string, path: string, request: PushRequest = {}) =>
  ask1(method, path, { token: mia.token, ...request })

await asMia('PUT', '/users/me/topics/news')
await ask1('PUT', '/topics/all', { token: admin })

const good = { loginName: 'x', password: 'y' }
const noBody = { headers: { 'content-type': 'application/json' } }

const oddAddresses: { name: string; request: [string, string, PushRequest?]; status: number }[] = [
  { name: 'a query parameter disable_cache', request: ['GET', '/users/me?disable_cache=17'], status: 200 },
  {
    name: 'it after another parameter',
    request: ['GET', `/groups?is_member=${mia.userID}&disable_cache=17`],
    status: 200,
  },
  {
    name: 'a doubled slash after the app',
    request: ['PUT', `//users/me/buckets/b1/filters/all/push/subscriptions/users/${mia.userID}`, noBody],
    status: 204,
  },
  { name: 'a slash before the query', request: ['GET', `/groups/?is_member=${mia.userID}`], status: 200 },
  { name: 'a raw colon', request: ['GET', '/users/LOGIN_NAME:mia'], status: 200 },
  { name: 'an encoded colon', request: ['GET', '/users/LOGIN_NAME%3Amia'], status: 200 },
  { name: 'a raw at sign', request: ['GET', '/users/EMAIL:a@b.example'], status: 200 },
  { name: 'an encoded at sign', request: ['GET', '/users/EMAIL%3Aa%40b.example'], status: 200 },
  { name: 'a raw plus, which is no space', request: ['GET', '/users/PHONE:+819012345678'], status: 200 },
  { name: 'an encoded plus', request: ['GET', '/users/PHONE:%2B819012345678'], status: 200 },
  { name: 'a JSON type without a body on GET', request: ['GET', '/users/me', noBody], status: 200 },
  { name: 'a JSON type without a body on PUT', request: ['PUT', '/users/me/topics/t1', noBody], status: 204 },
  {
    name: 'a JSON type without a body on DELETE',
    request: ['DELETE', '/users/me/topics/t1', noBody],
    status: 204,
  },
  { name: 'any Accept', request: ['GET', '/users/me', { headers: { accept: 'image/png' } }], status: 200 },
  {
    name: 'a wrong vendor type of a body',
    request: [
      'POST',
      '/users/me/buckets/b1/objects',
      { body: '{}', headers: { 'content-type': 'application/vnd.kii.Other+json' } },
    ],
    status: 201,
  },
]

test('takes addresses and headers as the original SDK sends them (P 1.1, 1.2)', async (t) => {
  const members = { emailAddress: 'A@b.example', phoneNumber: '+819012345678' }
  assert.equal((await asMia('POST', '/users/me', { body: members })).status, 200)
  for (const { name, request, status } of oddAddresses) {
    await t.test(name, async () => {
      const answer = await asMia(...request)
      assert.equal(answer.status, status, answer.text)
    })
  }
})

test('finds an installation by the longest registration id that there can be (P 6.2)', async () => {
  const installationRegistrationID = 'あ'.repeat(1_024)
  const body = { deviceType: 'ANDROID', installationRegistrationID }
  assert.equal((await asMia('POST', '/installations', { body })).status, 201)
  const path = `/installations/ANDROID:${encodeURIComponent(installationRegistrationID)}`
  assert.equal((await asMia('DELETE', path)).status, 204)
})

test('answers HEAD like GET, without a body (P 1.1)', async () => {
  const [get, head] = [await asMia('GET', '/users/me'), await asMia('HEAD', '/users/me')]
  assert.equal(head.status, 200)
  assert.equal(head.text, '')
  assert.equal(head.headers['content-type'], get.headers['content-type'])
  assert.equal(head.headers['content-length'], get.headers['content-length'])
  assert.equal((await asMia('HEAD', '/users/LOGIN_NAME:nobody')).status, 404)
})

test('takes a POST with X-HTTP-Method-Override: PATCH for a PATCH, and nothing else (P 1.1)', async () => {
  const path = '/users/me/buckets/b1/objects/o1'
  assert.equal((await asMia('PUT', path, { body: { a: 1, b: 2 } })).status, 201)
  const headers = { 'x-http-method-override': 'PATCH' }
  const patched = await asMia('POST', path, { body: { b: 3 }, headers })
  assert.equal(patched.status, 200)
  assert.deepEqual([patched.json?.a, patched.json?.b], [1, 3])
  assert.equal((await asMia('PATCH', path, { body: { b: 4 } })).json?.b, 4)
  const asDelete = { headers: { 'x-http-method-override': 'DELETE' } }
  assert.equal((await asMia('POST', path, asDelete)).status, 404)
  assert.equal((await asMia('HEAD', path)).status, 204)
})

const allKinds: { name: string; request: [string, string, PushRequest?]; status: number }[] = [
  { name: 'a success', request: ['GET', '/users/me'], status: 200 },
  { name: 'a success without a body', request: ['GET', '/users/me/topics/news'], status: 204 },
  { name: 'an error', request: ['GET', '/users/nobody'], status: 404 },
  { name: 'an unknown address', request: ['GET', '/nothing'], status: 404 },
  { name: 'an address that cannot be decoded', request: ['GET', '/users/%zz'], status: 400 },
  { name: 'a name beyond all bounds', request: ['GET', `/users/${'x'.repeat(2_000)}`], status: 400 },
  {
    name: 'a body that is too large',
    request: ['POST', '/users', { body: ' '.repeat(262_145) }],
    status: 400,
  },
  { name: 'a preflight', request: ['OPTIONS', '/users/me'], status: 204 },
]

test('gives the constant headers with every answer (P 1.3, 1.4)', async (t) => {
  for (const { name, request, status } of allKinds) {
    await t.test(name, async () => {
      const answer = await asMia(...request)
      assert.equal(answer.status, status, answer.text)
      assert.equal(answer.headers['access-control-allow-origin'], '*')
      assert.equal(answer.headers['cache-control'], 'max-age=0, no-cache, no-store')
      assert.equal(answer.headers['x-http-status-code'], `${status}`)
      const exposed = `${answer.headers['access-control-expose-headers']}`.toLowerCase().split(', ')
      for (const each of ['etag', 'location', 'retry-after', 'x-mqtt-ttl', 'x-http-status-code'])
        assert.ok(exposed.includes(each), each)
    })
  }
})

test('answers a preflight without asking who it is (P 1.4)', async () => {
  const headers = {
    origin: 'https://app.example',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization,x-kii-appid',
  }
  for (const path of ['/api/oauth2/token', '/api/apps/unknown1/users/me/topics/t']) {
    const answer = await ask(server, path, { method: 'OPTIONS', headers })
    assert.equal(answer.status, 204)
    const methods = `${answer.headers['access-control-allow-methods']}`.split(', ')
    assert.deepEqual(methods.sort(), ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'])
    const allowed = `${answer.headers['access-control-allow-headers']}`.toLowerCase()
    for (const each of [
      'authorization',
      'content-type',
      'accept',
      'x-kii-appid',
      'x-kii-appkey',
      'x-kii-sdk',
    ])
      assert.ok(allowed.includes(each), each)
    for (const each of ['x-http-method-override', 'if-match', 'if-none-match'])
      assert.ok(allowed.includes(each), each)
  }
})

test('writes no percent sign into a body, of a success or an error (P 1.3)', async () => {
  const body = { displayName: '100%', note: { '%41': '%' } }
  assert.equal((await asMia('POST', '/users/me', { body })).status, 200)
  const read = await asMia('GET', '/users/me')
  assert.ok(!read.text.includes('%'), read.text)
  assert.deepEqual([read.json?.displayName, read.json?.note], [body.displayName, body.note])
  const error = await asMia('GET', '/users/LOGIN_NAME:a%25b')
  assert.equal(error.status, 404)
  assert.ok(!error.text.includes('%'), error.text)
  assert.equal(error.json?.value, 'a%b')
})

test('refuses a field named errorCode, which clients would take for an error (P 1.3)', async () => {
  for (const [method, path] of [
    ['POST', '/users/me'],
    ['POST', '/users/me/buckets/b1/objects'],
    ['PUT', '/users/me/buckets/b1/objects/o2'],
    ['PATCH', '/users/me/buckets/b1/objects/o1'],
  ] as const) {
    const { status, json } = await asMia(method, path, { body: { errorCode: 'MINE' } })
    assert.deepEqual([status, json?.errorCode, json?.field], [400, 'INVALID_INPUT_DATA', 'errorCode'], path)
  }
})

test('names media types as the original does, in UTF-8 (P 1.3, 1.5)', async () => {
  const rows = [
    ['/users/me', 'application/vnd.kii.UserDataRetrievalResponse+json;charset=UTF-8'],
    ['/users/me/topics/none', 'application/vnd.kii.TopicNotFoundException+json;charset=UTF-8'],
    ['/nothing', 'application/vnd.kii.NotFoundException+json;charset=UTF-8'],
  ] as const
  for (const [path, type] of rows) assert.equal((await asMia('GET', path)).headers['content-type'], type)
})

test('answers 201 with the whole address of what was made (P 1.3)', async () => {
  const { headers } = await asMia('POST', '/users/me/buckets/b1/objects', { body: {} })
  const { location = '' } = headers
  assert.match(
    location,
    new RegExp(`^${server.httpUrl}/api/apps/k7demo01/users/${mia.userID}/buckets/b1/objects/`),
  )
  assert.equal((await asMia('GET', new URL(location).pathname)).status, 200)
})

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
const callers: { name: string; path?: string; request: PushRequest; status: number; code?: string }[] = [
  { name: 'nobody at all', request: { token: null }, status: 401, code: 'UNAUTHORIZED' },
  { name: 'an app id alone', request: { token: null, headers: { 'x-kii-appid': app.appID } }, status: 401 },
  {
    name: 'an unknown app',
    path: '/api/apps/unknown1/users/me',
    request: { token: null },
    status: 404,
    code: 'APP_NOT_FOUND',
  },
  {
    name: 'another app in the header',
    request: { token: mia.token, headers: { 'x-kii-appid': other.appID } },
    status: 400,
    code: 'INVALID_INPUT_DATA',
  },
  {
    name: 'a wrong app key with a good token',
    request: { token: mia.token, headers: { 'x-kii-appkey': 'wrong' } },
    status: 401,
    code: 'UNAUTHORIZED',
  },
  {
    name: 'a token without app headers',
    request: { token: null, headers: { authorization: `Bearer ${mia.token}` } },
    status: 200,
  },
  {
    name: 'the scheme in lower case',
    request: { token: null, headers: { authorization: `bearer ${mia.token}` } },
    status: 200,
  },
  { name: 'a made-up token', request: { token: 'made-up' }, status: 403, code: 'WRONG_TOKEN' },
  {
    name: 'no token after Bearer',
    request: { headers: { authorization: 'Bearer' } },
    status: 403,
    code: 'WRONG_TOKEN',
  },
  {
    name: 'another scheme',
    request: { headers: { authorization: 'Digest x' } },
    status: 403,
    code: 'WRONG_TOKEN',
  },
  { name: 'a token of another app', request: { token: stranger.token }, status: 403, code: 'WRONG_TOKEN' },
  { name: 'the anonymous, who is no me', request: {}, status: 401, code: 'UNAUTHORIZED' },
  {
    name: 'Basic with the app key, which is the anonymous',
    path: '/users/LOGIN_NAME:mia',
    request: { token: null, headers: basic(`${app.appID}:${app.appKey}`) },
    status: 401,
    code: 'UNAUTHORIZED',
  },
  {
    name: 'Basic with a wrong app key',
    request: { token: null, headers: basic(`${app.appID}:wrong`) },
    status: 401,
    code: 'UNAUTHORIZED',
  },
  {
    name: 'Basic with another app',
    request: { token: null, headers: basic(`${other.appID}:${other.appKey}`) },
    status: 400,
    code: 'INVALID_INPUT_DATA',
  },
]

test('learns who asks from the app’s headers and the token (P 1.2, 2.3)', async (t) => {
  for (const { name, path = '/users/me', request, status, code } of callers) {
    await t.test(name, async () => {
      const answer = await ask1('GET', path, request)
      assert.equal(answer.status, status, answer.text)
      if (code !== undefined) assert.equal(answer.json?.errorCode, code)
    })
  }
})

test('registers with Basic as with the app’s headers, whatever token comes beside them (P 1.2, 3.1)', async () => {
  const body = { loginName: 'basic', password: 'basic' }
  const headers = basic(`${app.appID}:${app.appKey}`)
  assert.equal((await ask1('POST', '/users', { token: null, headers, body })).status, 201)
  const second = { loginName: 'tokened', password: 'tokened' }
  assert.equal((await ask1('POST', '/users', { token: 'made-up', body: second })).status, 201)
})

test('tells whoever has no right who it was taken for (P 2.3)', async () => {
  const { status, json } = await asMia('PUT', '/topics/mine')
  assert.deepEqual(
    [status, json?.errorCode, json?.authenticatedAppID, json?.authenticatedPrincipalID],
    [401, 'UNAUTHORIZED', app.appID, mia.userID],
  )
})

const order: { name: string; request: [string, string, PushRequest]; code: string }[] = [
  {
    name: 'the app before the token',
    request: [
      'POST',
      '/users/nobody/topics/t/push/messages',
      { token: 'x', body: '{', headers: { 'x-kii-appkey': 'x' } },
    ],
    code: 'UNAUTHORIZED',
  },
  {
    name: 'the token before who the path names',
    request: ['POST', '/users/nobody/topics/t/push/messages', { token: 'x', body: '{' }],
    code: 'WRONG_TOKEN',
  },
  {
    name: 'who the path names before the right',
    request: ['POST', '/users/nobody/topics/t/push/messages', { token: mia.token, body: '{' }],
    code: 'USER_NOT_FOUND',
  },
  {
    name: 'the right before the topic',
    request: ['POST', '/users/LOGIN_NAME:leo/topics/t/push/messages', { token: mia.token, body: '{' }],
    code: 'UNAUTHORIZED',
  },
  {
    name: 'the topic before the body',
    request: ['POST', '/users/me/topics/t/push/messages', { token: mia.token, body: '{' }],
    code: 'TOPIC_NOT_FOUND',
  },
  {
    name: 'the right to send before the body',
    request: ['POST', '/topics/all/push/messages', { token: mia.token, body: '{' }],
    code: 'UNAUTHORIZED',
  },
  {
    name: 'the body at last',
    request: ['POST', '/users/me/topics/news/push/messages', { token: mia.token, body: '{' }],
    code: 'INVALID_JSON',
  },
]

test('checks one thing after the other (P 2.3)', async (t) => {
  await addUser(server, app, 'leo')
  for (const { name, request, code } of order) {
    await t.test(name, async () => {
      const answer = await ask1(...request)
      assert.equal(answer.json?.errorCode, code, answer.text)
    })
  }
})

const deep = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
const bodies: { name: string; path?: string; body: string; code: string; field?: string }[] = [
  { name: 'that is not JSON', body: '{"a":', code: 'INVALID_JSON' },
  { name: 'that is a form', body: 'a=b', code: 'INVALID_JSON' },
  { name: 'that is not there', body: '', code: 'MISSING_DATA' },
  { name: 'of white space', body: ' \n', code: 'MISSING_DATA' },
  { name: 'that is an array', body: '[]', code: 'INVALID_INPUT_DATA' },
  { name: 'that is null', body: 'null', code: 'INVALID_INPUT_DATA' },
  { name: 'that nests too deep', body: deep(257), code: 'INVALID_INPUT_DATA' },
  { name: 'that would end the stack', body: deep(30_000), code: 'INVALID_INPUT_DATA' },
  {
    name: 'with a member of a wrong type',
    path: '/users',
    body: '{"loginName":5}',
    code: 'INVALID_INPUT_DATA',
    field: 'loginName',
  },
  {
    name: 'without a member',
    path: '/things',
    body: '{"_vendorThingID":"v"}',
    code: 'INVALID_INPUT_DATA',
    field: '_password',
  },
  {
    name: 'with a wrong type inside',
    path: '/groups',
    body: '{"name":"g","members":["a",5]}',
    code: 'INVALID_INPUT_DATA',
    field: 'members.1',
  },
]

test('says what is wrong with a body (P 1.5, 15)', async (t) => {
  for (const { name, path = '/users/me/buckets/b1/objects', body, code, field } of bodies) {
    await t.test(`a body ${name}`, async () => {
      const { status, json, text } = await asMia('POST', path, { body })
      assert.deepEqual([status, json?.errorCode, json?.field], [400, code, field], text)
      assert.match(`${json?.message}`, /^[^\n]+$/)
      if (field !== undefined) assert.ok(`${json?.message}`.includes(field), text)
    })
  }
  assert.equal((await asMia('POST', '/users/me/buckets/b1/objects', { body: deep(256) })).status, 201)
})

test('takes bodies up to the bound, of messages 16 KiB (P 16)', async () => {
  const message = (bytes: number) => {
    const body = { apns: { enabled: false, data: {} }, mqtt: { enabled: false }, filler: '' }
    return JSON.stringify({ ...body, filler: 'x'.repeat(bytes - JSON.stringify(body).length) })
  }
  const path = '/users/me/topics/news/push/messages'
  assert.equal((await asMia('POST', path, { body: message(16_384) })).status, 201)
  const { status, json } = await asMia('POST', path, { body: message(16_385) })
  assert.deepEqual([status, json?.errorCode], [400, 'INVALID_INPUT_DATA'])
})

test('says 501 where the original had something that is left out, and 404 elsewhere (P 15)', async () => {
  const left = [
    '/things/query',
    '/users/me/acl',
    '/users/me/buckets/b1/objects/o1/body',
    '/server-code/versions/x',
  ]
  for (const path of left) {
    const { status, json } = await asMia('POST', path, { body: {} })
    assert.deepEqual([status, json?.errorCode], [501, 'OPERATION_NOT_IMPLEMENTED'], path)
  }
  for (const [method, path] of [
    ['GET', '/api'],
    ['GET', '/api/apps'],
    ['GET', `/api/apps/${app.appID}`],
    ['PATCH', '/users/me/topics/news'],
    ['GET', '/api/oauth2/token'],
    ['GET', '/docs/rest/push/nothing'],
  ] as const) {
    const { status, json } = await asMia(method, path)
    assert.deepEqual([status, json?.errorCode], [404, 'NOT_FOUND'], path)
  }
})

test('lets nobody into an app that is disabled (P 1.2)', async () => {
  const closed = await addPushApp(server)
  const user = await addUser(server, closed, 'user')
  await server.push.apps.change(closed.appID, { isDisabled: true })
  for (const token of [undefined, user.token]) {
    const { status, json } = await askPush(server, closed, 'POST', '/users', { token, body: good })
    assert.deepEqual([status, json?.errorCode, json?.appID], [403, 'APP_DISABLED', closed.appID])
  }
})
