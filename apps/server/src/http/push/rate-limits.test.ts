import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../server.fixture.ts'
import { addPushApp, addUser, askPush } from './push.fixture.ts'

const server = await startTestServer({
  'limits.pushWritesPerPrincipalMax': 3,
  'limits.pushWritesPerAppMax': 5,
  'limits.pushRegistrationsPerAddressMax': 5,
})
const app = await addPushApp(server)
const mia = await addUser(server, app, 'mia')
const leo = await addUser(server, app, 'leo')

const write = (token: string) =>
  askPush(server, app, 'POST', '/users/me/buckets/b1/objects', { token, body: {} })

test('bounds what one user, and what one app, sends and writes in a minute (P 1.5)', async () => {
  for (let times = 0; times < 3; times++) assert.equal((await write(mia.token)).status, 201)
  const refused = await write(mia.token)
  assert.deepEqual([refused.status, refused.json?.errorCode], [429, 'TOO_MANY_REQUESTS'])
  assert.match(`${refused.headers['retry-after']}`, /^[1-9]\d?$/)
  for (let times = 0; times < 2; times++) assert.equal((await write(leo.token)).status, 201)
  assert.match(`${(await write(leo.token)).json?.message}`, /^This app /)
  assert.equal((await askPush(server, app, 'GET', '/users/me', { token: mia.token })).status, 200)
})

test('counts what else subscribers of a bucket are told of (P 12.2)', async () => {
  const third = await addPushApp(server)
  const { token } = await addUser(server, third, 'zoe')
  const bucket = '/users/me/buckets/b1'
  const ask = (method: string, path: string, body?: unknown) =>
    askPush(server, third, method, path, { token, body })
  assert.equal((await ask('PUT', `${bucket}/objects/one`, {})).status, 201)
  const entry = `${bucket}/objects/one/acl/READ_EXISTING_OBJECT/UserID:ANONYMOUS_USER`
  assert.equal((await ask('PUT', entry)).status, 204)
  assert.equal((await ask('DELETE', entry)).status, 204)
  for (const [method, path] of [
    ['PUT', entry],
    ['DELETE', entry],
    ['DELETE', bucket],
  ] as const)
    assert.equal((await ask(method, path)).status, 429, `${method} ${path}`)
  assert.equal((await ask('PUT', `${bucket}/acl/READ_OBJECTS_IN_BUCKET/UserID:ANONYMOUS_USER`)).status, 204)
})

test('bounds what is registered from one address in a minute, in all apps together (P 1.5)', async () => {
  const second = await addPushApp(server)
  const register = (loginName: string) =>
    askPush(server, second, 'POST', '/users', { body: { loginName, password: 'password' } })
  assert.equal((await register('first')).status, 201)
  const thing = { _vendorThingID: 'v1', _password: 'password' }
  assert.equal((await askPush(server, app, 'POST', '/things', { body: thing })).status, 201)
  const refused = await register('second')
  assert.deepEqual([refused.status, refused.json?.errorCode], [429, 'TOO_MANY_REQUESTS'])
})
