import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSqlite } from '@pillion/store'
import { pino } from 'pino'
import { defaultLimits } from '../limits.ts'
import { ask, askAdmin, startTestServer } from '../server.fixture.ts'
import { AnswersByKey } from './answers-by-key.ts'
import { addPushApp, addUser, adminToken, askPush } from './push/push.fixture.ts'

const server = await startTestServer()
const app = await addPushApp(server)
const token = await adminToken(server, app)
const path = '/buckets/notes/objects'
const key = 'c3e4c5a0-6b1f-4b52-9d0e-1'

async function post(name: string, body: object, as: string | undefined = token, to = path) {
  return askPush(server, app, 'POST', to, { body, token: as, headers: { 'idempotency-key': name } })
}

async function count(bucket = 'notes'): Promise<number> {
  const query = { bucketQuery: { clause: { type: 'all' } } }
  const headers = { 'content-type': 'application/vnd.kii.QueryRequest+json' }
  const { json } = await askPush(server, app, 'POST', `/buckets/${bucket}/query`, {
    body: query,
    token,
    headers,
  })
  return (json?.results as unknown[] | undefined)?.length ?? -1
}

test('makes one object for all requests under one Idempotency-Key, and gives one answer to all of them', async () => {
  const first = await post(key, { n: 1 })
  assert.equal(first.status, 201)
  const again = await post(key, { n: 1 })
  assert.deepEqual([again.status, again.text], [201, first.text])
  for (const name of ['etag', 'location', 'content-type'])
    assert.equal(again.headers[name], first.headers[name], name)
  assert.equal(await count(), 1)
  const atOnce = await Promise.all(Array.from({ length: 5 }, () => post(`${key}/at-once`, { n: 2 })))
  assert.deepEqual(new Set(atOnce.map(({ status }) => status)), new Set([201]))
  assert.equal(new Set(atOnce.map(({ json }) => json?.objectID)).size, 1)
  assert.equal(await count(), 2)
})

test('refuses a key that came with another request, and one that could be guessed', async () => {
  const reused = await post(key, { n: 9 })
  assert.deepEqual([reused.status, reused.json?.errorCode], [422, 'IDEMPOTENCY_KEY_REUSED'])
  assert.equal((await post(key, { n: 1 }, token, '/buckets/other/objects')).status, 422)
  for (const short of ['1', 'x'.repeat(15), 'x'.repeat(256), `${'x'.repeat(16)} x`]) {
    const { status, json } = await post(short, { n: 1 })
    assert.deepEqual([status, json?.errorCode], [400, 'INVALID_INPUT_DATA'], short)
  }
  assert.equal(await count(), 2)
})

test('keeps the keys of callers apart, and takes none from the anonymous', async () => {
  const mia = await addUser(server, app, 'mia')
  const own = '/users/me/buckets/notes/objects'
  assert.equal((await post(key, { n: 1 }, mia.token, own)).status, 201)
  const type = 'application/vnd.kii.RegistrationAndAuthorizationRequest+json'
  const headers = { 'idempotency-key': key, 'content-type': type }
  const register = () => askPush(server, app, 'POST', '/users', { body: {}, headers })
  assert.notEqual((await register()).json?.userID, (await register()).json?.userID)
})

test('does again what has failed', async () => {
  const failed = await post(`${key}/failed`, {}, token, '/groups')
  assert.equal(failed.status, 400)
  const name = { name: 'crew', members: [] }
  assert.equal((await post(`${key}/group`, name, token, '/groups')).status, 201)
  const [one, two] = [
    await post(`${key}/group`, name, token, '/groups'),
    await post(`${key}/group`, name, token, '/groups'),
  ]
  assert.equal(one.json?.groupID, two.json?.groupID)
})

test('repeats secrets that the operator was shown once, with the key alone', async () => {
  const add = async (uid: string) => {
    const headers = {
      authorization: `Bearer ${server.adminToken}`,
      'idempotency-key': key,
      'content-type': 'application/json',
    }
    const { status, body } = await ask(server, '/admin/v1/partners', {
      method: 'POST',
      headers,
      body: JSON.stringify({ uid }),
    })
    return { status, json: JSON.parse(body.toString()) as { password?: string; code?: string } }
  }
  const first = await add('KEYED')
  assert.equal(first.status, 201)
  assert.deepEqual(await add('KEYED'), first)
  assert.deepEqual(
    [(await add('OTHER')).status, (await add('OTHER')).json.code],
    [422, 'IDEMPOTENCY_KEY_REUSED'],
  )
  assert.equal((await askAdmin(server, 'POST', '/partners', { uid: 'KEYED' })).status, 409)
})

test('makes again with the same id what a node may have made before it died, and no more than a caller may keep', async () => {
  const store = await openSqlite({ file: ':memory:' })
  let now = 0
  const limits = {
    ...defaultLimits,
    keptAnswersPerCallerMax: 3,
    keptAnswerBytesMax: 1_024,
    keptAnswerSeconds: 60,
  }
  const answers = new AnswersByKey({
    store: store.answers,
    limits,
    log: pino({ level: 'silent' }),
    now: () => now,
  })
  const made: string[] = []
  const request = (name: string) => {
    return {
      caller: 'me',
      key: `key-that-is-long-${name}`,
      parts: ['POST'],
      fault: (fault: string) => new Error(fault),
    }
  }
  const make =
    (isCut: boolean, text = '') =>
    async (madeID: string) => {
      made.push(madeID)
      if (isCut) throw new Error('cut')
      return { text }
    }
  await assert.rejects(answers.answer(request('a'), make(true)), /cut/)
  await answers.answer(request('a'), make(false))
  await answers.answer(request('a'), make(false))
  assert.equal(made.length, 2)
  assert.equal(made[0], made[1])
  // Too large to be kept.
  await answers.answer(request('b'), make(false, 'x'.repeat(1_024)))
  await answers.answer(request('b'), make(false, 'x'.repeat(1_024)))
  assert.equal(made.length, 4)
  now = 61_000
  await answers.answer(request('a'), make(false))
  assert.notEqual(made[4], made[0])
  for (let n = 0; n < 100; n++, now++) await answers.answer(request(`n${n}`), make(false))
  const before = made.length
  await answers.answer(request('n99'), make(false))
  assert.equal(made.length, before)
  await answers.answer(request('n90'), make(false))
  assert.equal(made.length, before + 1)
  await store.close()
})
