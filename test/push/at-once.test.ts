import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Asked, Stage } from './stage.ts'

const stage = await Stage.open({
  pseudoUsers: ['mia', 'tom'],
  things: ['lamp'],
  settings: { hasRefreshTokens: true },
})
const times = 8

describe('of many alike at the same time (P 15)', () => {
  const race = async (as: string, method: string, path: string, asked: Asked = {}) => {
    const all = await Promise.all(
      Array.from({ length: times }, () => stage.ask(as, method, stage.fill(path), asked)),
    )
    return { statuses: all.map(({ status }) => status).toSorted(), all }
  }
  const oneAnd = (status: number, others: number) =>
    [status, ...Array.from({ length: times - 1 }, () => others)].toSorted()

  const rows: readonly (readonly [string, string, string, string, number, number, unknown?])[] = [
    [
      'users of one name',
      'anonymous',
      'POST',
      '/users',
      201,
      409,
      { loginName: 'kai', password: 'harbour-9' },
    ],
    [
      'users of one address',
      'anonymous',
      'POST',
      '/users',
      201,
      409,
      { emailAddress: 'k@i', password: 'harbour-9' },
    ],
    [
      'things of one vendor thing id',
      'anonymous',
      'POST',
      '/things',
      201,
      409,
      { _vendorThingID: 'one', _password: 'bright-9' },
    ],
    ['groups of one id', 'mia', 'PUT', '/groups/crew', 201, 409, { name: 'Crew' }],
    ['topics', 'mia', 'PUT', '/users/me/topics/news', 204, 409],
    ['subscriptions', 'mia', 'PUT', '/users/me/topics/news/push/subscriptions/users/me', 204, 409],
    [
      'subscriptions to a bucket that they make',
      'mia',
      'PUT',
      '/users/me/buckets/log/filters/all/push/subscriptions/users/me',
      204,
      409,
    ],
    ['owners', 'mia', 'PUT', '/things/{lamp}/ownership/user:{mia}', 204, 409],
    ['ends of an ownership', 'admin', 'DELETE', '/things/{lamp}/ownership/user:{mia}', 204, 404],
    [
      'ends of a subscription',
      'mia',
      'DELETE',
      '/users/me/topics/news/push/subscriptions/users/me',
      204,
      404,
    ],
    ['ends of a topic', 'mia', 'DELETE', '/users/me/topics/news', 204, 404],
  ]
  for (const [what, as, method, path, status, others, body] of rows) {
    test(`${what}, one succeeds (P 15)`, async () => {
      const { statuses } = await race(as, method, path, body === undefined ? {} : { body })
      assert.deepEqual(statuses, oneAnd(status, others))
    })
  }

  test('objects that must be new, one succeeds (P 10.1)', async () => {
    const asked = { body: { a: 1 }, headers: { 'If-None-Match': '*' } }
    const { statuses } = await race('mia', 'PUT', '/users/me/buckets/log/objects/one', asked)
    assert.deepEqual(statuses, oneAnd(201, 409))
  })

  test('changes of one version, one succeeds (P 10.1)', async () => {
    const asked = { body: { a: 2 }, headers: { 'If-Match': '1' } }
    const { statuses } = await race('mia', 'PATCH', '/users/me/buckets/log/objects/one', asked)
    assert.deepEqual(statuses, oneAnd(200, 409))
  })

  test('changes of any version, all succeed and none is lost (P 10.1)', async () => {
    const fields = Array.from({ length: times }, (_, n) => `f${n}`)
    const path = '/users/me/buckets/log/objects/one'
    await Promise.all(fields.map((field) => stage.must('mia', 'PATCH', path, { body: { [field]: true } })))
    const object = await stage.must<Record<string, unknown>>('mia', 'GET', path)
    assert.deepEqual(
      fields.filter((field) => object[field] !== true),
      [],
    )
    assert.equal(object._version, String(2 + times))
  })

  test('uses of a refresh token, one succeeds (P 2.2)', async () => {
    const body = { username: 'olga', password: 'harbour-9' }
    await stage.must('anonymous', 'POST', '/users', {
      body: { loginName: body.username, password: body.password },
    })
    const { refresh_token } = await stage.must('anonymous', 'POST', '/oauth2/token', { body })
    const { statuses } = await race('anonymous', 'POST', '/oauth2/token', {
      body: { grant_type: 'refresh_token', refresh_token },
    })
    assert.deepEqual(statuses, oneAnd(200, 403))
  })

  test('installations, all get the same one (P 6.1)', async () => {
    const { statuses, all } = await race('mia', 'POST', '/installations', { body: { deviceType: 'MQTT' } })
    assert.deepEqual(statuses, Array(times).fill(201))
    assert.equal(new Set(all.map(({ text }) => text)).size, 1)
  })

  test('additions to one list, none is lost (P 11)', async () => {
    await stage.must('mia', 'PUT', '/users/me/topics/list')
    const list = '/users/me/topics/list/acl/SUBSCRIBE_TO_TOPIC'
    const subjects = [
      'UserID:{tom}',
      'ThingID:{lamp}',
      'GroupID:crew',
      'UserID:ANY_AUTHENTICATED_USER',
      'UserID:ANONYMOUS_USER',
    ]
    await Promise.all(subjects.map((subject) => stage.must('mia', 'PUT', `${list}/${stage.fill(subject)}`)))
    assert.equal((await stage.must<unknown[]>('mia', 'GET', list)).length, subjects.length + 1)
  })
})
