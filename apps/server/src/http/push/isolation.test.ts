import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, startTestServer } from '../../server.fixture.ts'
import { addPushApp, addUser, askPush } from './push.fixture.ts'

const server = await startTestServer()
const app = await addPushApp(server)
const other = await addPushApp(server)
const mia = await addUser(server, app, 'mia')
const leo = await addUser(server, app, 'leo')
const stranger = await addUser(server, other, 'mia')

const thing = await askPush(server, app, 'POST', '/things', {
  body: { _vendorThingID: 'there', _password: 'password' },
})

const { paths } = JSON.parse((await ask(server, '/openapi.json')).body.toString()) as {
  paths: Record<string, Record<string, unknown>>
}
const requests = Object.entries(paths).flatMap(([path, operations]) =>
  Object.keys(operations).map((method) => ({ method: method.toUpperCase(), path, url: fill(path) })),
)

/** With ids of what is there. */
function fill(path: string): string {
  return path
    .replace('{appID}', app.appID)
    .replace(/users\/\{\w+\}/g, `users/${mia.userID}`)
    .replace(/things\/\{\w+\}/g, `things/${thing.json?._thingID}`)
    .replace(/\{\w+\}/g, 'there')
}

/** Whoever signs in or up is anonymous, whatever token comes along (P 2.2, 3.1). */
const forAnybody = ['/api/oauth2/token', '/api/apps/{appID}/oauth2/token', 'POST /api/apps/{appID}/users']

const asMia = (path: string, body?: unknown) =>
  askPush(server, app, 'PUT', `/users/me${path}`, { token: mia.token, body })
assert.equal((await asMia('/topics/there')).status, 204)
assert.equal((await asMia('/buckets/there/objects/there', {})).status, 201)

/** It must not come to that. */
const badBody = (method: string) => (/^P/.test(method) ? { body: '{' } : {})

test('lets no token of another app do anything, at any address (P 2.3)', async () => {
  const closed = requests.filter(
    ({ method, path }) => !forAnybody.includes(path) && !forAnybody.includes(`${method} ${path}`),
  )
  assert.ok(closed.length > 200)
  for (const { method, url } of closed) {
    const { status, json } = await askPush(server, app, method, url, { token: stranger.token })
    assert.equal(status, 403, `${method} ${url}`)
    if (method !== 'HEAD') assert.equal(json?.errorCode, 'WRONG_TOKEN', `${method} ${url}`)
  }
})

test('lets no other user do anything with a user, and tells it nothing of what there is (P 2.3, 2.4)', async () => {
  const readable = (path: string) => path === '/api/apps/{appID}/users/{user}'
  // Who is no thing is told so, whatever there is.
  const isForThings = (path: string) => path.endsWith('/push/subscriptions/things')
  const ofUsers = requests.filter(({ path }) => path.startsWith('/api/apps/{appID}/users/{user}'))
  assert.ok(ofUsers.length > 40)
  for (const { method, path, url } of ofUsers) {
    if (isForThings(path)) continue
    if (readable(path) && (method === 'GET' || method === 'HEAD')) continue
    for (const each of [url, url.replaceAll('there', 'missing')]) {
      const { status, text } = await askPush(server, app, method, each, {
        token: leo.token,
        ...badBody(method),
      })
      assert.equal(status, 401, `${method} ${each} ${text}`)
    }
  }
})

test('lets the anonymous do nothing but sign in and up where nothing is theirs (P 2.3, 2.4)', async () => {
  for (const { method, path, url } of requests) {
    if (
      forAnybody.includes(path) ||
      path === '/api/apps/{appID}/users' ||
      path === '/api/apps/{appID}/things'
    )
      continue
    const { status, text } = await askPush(server, app, method, url, badBody(method))
    assert.ok(status === 401 || status === 404, `${method} ${url} ${status} ${text}`)
  }
})
