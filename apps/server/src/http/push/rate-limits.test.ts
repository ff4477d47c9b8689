import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestServer } from '../../server.fixture.ts'
import { addPushApp, addUser, askPush } from './push.fixture.ts'

const server = await startTestServer({
  'limits.pushWritesPerPrincipalMax': 3,
  'limits.pushWritesPerAppMax': 5,
  'limits.pushRegistrationsPerAddressMax': 4,
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
