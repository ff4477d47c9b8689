import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana', 'zoe'], things: ['lamp', 'pump'] })
await stage.addStrangers()
await stage.must('mia', 'PUT', '/groups/crew', {
  body: { name: 'Crew', members: [stage.fill('{tom}'), stage.fill('{ana}')] },
})
await stage.must('mia', 'PUT', stage.fill('/things/{lamp}/ownership/user:{mia}'))

const scopeOf = (kind?: 'user' | 'group' | 'thing', id?: string) => ({
  appID: '{app}',
  type: kind === undefined ? 'APP' : `APP_AND_${kind.toUpperCase()}`,
  ...(kind === undefined ? {} : { [`${kind}ID`]: id }),
})
const topicIn = (topicID: string, scope: object) => ({ json: { topicID, objectScope: scope } })
const miaScope = scopeOf('user', '{mia}')

// biome-ignore format: a line a row
runTable(stage, 'creating (P 7.2, 7.4)', [
  ['in a user', 'mia', 'PUT /users/me/topics/news', 204, { type: 'application/json' }],
  ['again', 'mia', 'PUT /users/{mia}/topics/news', 'TOPIC_ALREADY_EXISTS', topicIn('news', miaScope)],
  ['in a user, by another', 'tom', 'PUT /users/{mia}/topics/a', 'UNAUTHORIZED'],
  ['in a user, by a thing', 'lamp', 'PUT /users/{mia}/topics/a', 'UNAUTHORIZED'],
  ['in a user, by the admin', 'admin', 'PUT /users/{mia}/topics/byadmin', 204],
  ['in an unknown user', 'admin', 'PUT /users/none/topics/a', 'USER_NOT_FOUND', { json: { value: 'none' } }],
  ['in the app', 'admin', 'PUT /topics/news', 204],
  ['in the app, again', 'admin', 'PUT /topics/news', 'TOPIC_ALREADY_EXISTS', topicIn('news', scopeOf())],
  ['in the app, by a user', 'mia', 'PUT /topics/a', 'UNAUTHORIZED'],
  ['in the app, by a thing', 'lamp', 'PUT /topics/a', 'UNAUTHORIZED'],
  ['in a group, by its owner', 'mia', 'PUT /groups/crew/topics/news', 204],
  ['in a group, by a member', 'tom', 'PUT /groups/crew/topics/toms', 204],
  ['in a group, again', 'tom', 'PUT /groups/crew/topics/news', 'TOPIC_ALREADY_EXISTS', topicIn('news', scopeOf('group', 'crew'))],
  ['in a group, by a stranger', 'zoe', 'PUT /groups/crew/topics/a', 'UNAUTHORIZED'],
  ['in an unknown group', 'mia', 'PUT /groups/none/topics/a', 'GROUP_NOT_FOUND', { json: { groupID: 'none' } }],
  ['in a thing, by itself', 'lamp', 'PUT /things/{lamp}/topics/news', 204],
  ['in a thing, by its owner', 'mia', 'PUT /things/VENDOR_THING_ID:lamp/topics/mias', 204],
  ['in a thing, again', 'lamp', 'PUT /things/VENDOR_THING_ID:lamp/topics/news', 'TOPIC_ALREADY_EXISTS', topicIn('news', scopeOf('thing', '{lamp}'))],
  ['in a thing, by a stranger', 'tom', 'PUT /things/{lamp}/topics/a', 'UNAUTHORIZED'],
  ['in an unknown thing', 'admin', 'PUT /things/none/topics/a', 'THING_NOT_FOUND'],
  ['by nobody', 'anonymous', 'PUT /users/{mia}/topics/a', 'UNAUTHORIZED'],
  ['with a name of 64', 'mia', `PUT /users/me/topics/${'x'.repeat(64)}`, 204],
  ['with a name of 65', 'mia', `PUT /users/me/topics/${'x'.repeat(65)}`, 'INVALID_INPUT_DATA'],
  ['with a short name', 'mia', 'PUT /users/me/topics/_', 204],
  ['with a dot', 'mia', 'PUT /users/me/topics/a.b', 'INVALID_INPUT_DATA'],
  ['with a blank', 'mia', 'PUT /users/me/topics/a%20b', 'INVALID_INPUT_DATA'],
  ['with an umlaut', 'mia', 'PUT /users/me/topics/%C3%A4', 'INVALID_INPUT_DATA'],
  ['with a slash inside', 'mia', 'PUT /users/me/topics/a%2Fb', 'INVALID_INPUT_DATA|NOT_FOUND'],
])

// biome-ignore format: a line a row
runTable(stage, 'asking and deleting (P 7.2, 2.4)', [
  ['HEAD', 'mia', 'HEAD /users/me/topics/news', 204],
  ['GET', 'mia', 'GET /users/LOGIN_NAME:none/topics/news', 'USER_NOT_FOUND'],
  ['GET by id', 'mia', 'GET /users/{mia}/topics/news', 204],
  ['of none', 'mia', 'HEAD /users/me/topics/none', 404],
  ['of none, in words', 'mia', 'GET /users/me/topics/none', 'TOPIC_NOT_FOUND', topicIn('none', miaScope)],
  ['in the app, by any user', 'zoe', 'HEAD /topics/news', 204],
  ['in the app, by any thing', 'pump', 'HEAD /topics/news', 204],
  ['in the app, not by nobody', 'anonymous', 'HEAD /topics/news', 401],
  ['in the app, of none', 'zoe', 'GET /topics/none', 'TOPIC_NOT_FOUND', topicIn('none', scopeOf())],
  ['in a group, by a member', 'ana', 'HEAD /groups/crew/topics/toms', 204],
  ['in a group, by a stranger', 'zoe', 'HEAD /groups/crew/topics/toms', 401],
  ['in a thing, by its owner', 'mia', 'HEAD /things/{lamp}/topics/news', 204],
  ['by another user', 'tom', 'HEAD /users/{mia}/topics/news', 401],
  ['by another user, of none: the same', 'tom', 'HEAD /users/{mia}/topics/none', 401],
  ['deleted by another', 'tom', 'DELETE /users/{mia}/topics/news', 'UNAUTHORIZED'],
  ['deleted by a member that is neither owner nor creator', 'ana', 'DELETE /groups/crew/topics/toms', 'UNAUTHORIZED'],
  ['deleted in the app by a user', 'mia', 'DELETE /topics/news', 'UNAUTHORIZED'],
  ['deleted by its creator', 'tom', 'DELETE /groups/crew/topics/toms', 204],
  ['deleted by the owner of the thing', 'mia', 'DELETE /things/{lamp}/topics/mias', 204],
  ['deleted by the thing', 'lamp', 'DELETE /things/{lamp}/topics/news', 204],
  ['deleted by the admin', 'admin', 'DELETE /users/{mia}/topics/byadmin', 204],
  ['deleted by its user', 'mia', `DELETE /users/me/topics/${'x'.repeat(64)}`, 204],
  ['deleted twice', 'mia', `DELETE /users/me/topics/${'x'.repeat(64)}`, 'TOPIC_NOT_FOUND'],
  ['deleted, none', 'mia', 'DELETE /users/me/topics/none', 'TOPIC_NOT_FOUND', topicIn('none', miaScope)],
])

const self = '/users/me/topics/news/push/subscriptions'
const app = '/topics/news/push/subscriptions'
const notThere = (subject: object) => ({ json: { topicID: 'news', objectScope: miaScope, subject } })
const mia = { userID: '{mia}' }
// biome-ignore format: a line a row
runTable(stage, 'subscribing (P 7.3)', [
  ['is not, at first', 'mia', `GET ${self}/users/{mia}`, 'PUSH_SUBSCRIPTION_NOT_FOUND', notThere(mia)],
  ['HEAD says so, too', 'mia', `HEAD ${self}/users/{mia}`, 404],
  ['unsubscribe says so, too', 'mia', `DELETE ${self}/users/{mia}`, 'PUSH_SUBSCRIPTION_NOT_FOUND', notThere(mia)],
  ['oneself', 'mia', `PUT ${self}/users/{mia}`, 204],
  ['oneself twice', 'mia', `PUT ${self}/users/{mia}`, 'PUSH_SUBSCRIPTION_ALREADY_EXISTS', notThere(mia)],
  ['is then', 'mia', `GET ${self}/users/{mia}`, 204],
  ['is, by HEAD, of “me”', 'mia', `HEAD ${self}/users/me`, 204],
  ['is, for the admin', 'admin', 'GET /users/{mia}/topics/news/push/subscriptions/users/{mia}', 204],
  ['oneself no more', 'mia', `DELETE ${self}/users/{mia}`, 204],
  ['the caller by POST', 'mia', `POST ${self}/users`, 204],
  ['the caller by POST, twice', 'mia', `POST ${self}/users`, 'PUSH_SUBSCRIPTION_ALREADY_EXISTS', notThere(mia)],
  ['the caller by PUT, twice', 'mia', `PUT ${self}/users`, 'PUSH_SUBSCRIPTION_ALREADY_EXISTS'],
  ['the caller is of the other kind', 'mia', `POST ${self}/things`, 'INVALID_INPUT_DATA'],
  ['the caller, a thing', 'lamp', `POST ${app}/things`, 204],
  ['the caller, a thing, by PUT', 'pump', `PUT ${app}/things`, 204],
  ['the caller, a thing, of the other kind', 'lamp', `POST ${app}/users`, 'INVALID_INPUT_DATA'],
  ['the admin is no caller to subscribe', 'admin', `POST ${app}/users`, 'INVALID_INPUT_DATA|UNAUTHORIZED'],
  ['a thing by vendor thing id', 'pump', `GET ${app}/things/VENDOR_THING_ID:pump`, 204],
  ['no topic', 'mia', 'PUT /users/me/topics/none/push/subscriptions/users/{mia}', 'TOPIC_NOT_FOUND', topicIn('none', miaScope)],
  ['no topic to check', 'mia', 'GET /users/me/topics/none/push/subscriptions/users/{mia}', 'TOPIC_NOT_FOUND'],
  ['no topic to unsubscribe', 'mia', 'DELETE /users/me/topics/none/push/subscriptions/users/{mia}', 'TOPIC_NOT_FOUND'],
  ['no user', 'admin', `PUT ${app}/users/none`, 'USER_NOT_FOUND', { json: { value: 'none' } }],
  ['no thing', 'admin', `PUT ${app}/things/none`, 'THING_NOT_FOUND', { json: { value: 'none' } }],
  ['a user of another app', 'admin', `PUT ${app}/users/{other.stranger}`, 'USER_NOT_FOUND'],
  ['another, by a user', 'tom', `PUT ${app}/users/{mia}`, 'UNAUTHORIZED'],
  ['another checked, by a user', 'tom', `GET ${app}/users/{mia}`, 'UNAUTHORIZED'],
  ['another, by the topic’s owner', 'mia', `PUT ${self}/users/{tom}`, 'UNAUTHORIZED'],
  ['another, by the admin', 'admin', `PUT ${app}/users/{tom}`, 204],
  ['any user, in the app', 'zoe', `PUT ${app}/users/{zoe}`, 204],
  ['in a user, by another', 'tom', 'PUT /users/{mia}/topics/news/push/subscriptions/users/{tom}', 'UNAUTHORIZED'],
  ['in a user, another by the admin', 'admin', 'PUT /users/{mia}/topics/news/push/subscriptions/users/{tom}', 204],
  ['its own thing', 'mia', `DELETE ${app}/things/{lamp}`, 204],
  ['its own thing again', 'mia', `PUT ${app}/things/{lamp}`, 204],
  ['its own thing checked', 'mia', `GET ${app}/things/{lamp}`, 204],
  ['not another’s thing', 'mia', `PUT ${app}/things/{pump}`, 'UNAUTHORIZED'],
  ['in a group, by a member', 'ana', 'PUT /groups/crew/topics/news/push/subscriptions/users/{ana}', 204],
  ['in a group, by a stranger', 'zoe', 'PUT /groups/crew/topics/news/push/subscriptions/users/{zoe}', 'UNAUTHORIZED'],
  ['nobody', 'anonymous', `PUT ${app}/users/{mia}`, 'UNAUTHORIZED'],
  ['goes with its topic', 'mia', 'DELETE /users/me/topics/news', 204],
  ['a new topic of that name', 'mia', 'PUT /users/me/topics/news', 204],
  ['has no subscriptions', 'mia', `GET ${self}/users/{mia}`, 'PUSH_SUBSCRIPTION_NOT_FOUND', notThere(mia)],
])

// biome-ignore format: a line a row
runTable(stage, 'listing (P 7.2)', [
  ['in a group', 'ana', 'GET /groups/crew/topics', 200, { equals: { topics: [{ topicID: 'news' }] } }],
  ['in a user', 'mia', 'GET /users/me/topics', 200, { json: { topics: (all: { topicID: string }[]) => all.map(({ topicID }) => topicID).sort().join() === '_,news', paginationKey: undefined } }],
  ['in an empty scope', 'zoe', 'GET /users/me/topics', 200, { equals: { topics: [] } }],
  ['in a thing', 'lamp', 'GET /things/{lamp}/topics', 200, { equals: { topics: [] } }],
  ['in a user, by another', 'tom', 'GET /users/{mia}/topics', 'UNAUTHORIZED'],
  ['in a group, by a stranger', 'zoe', 'GET /groups/crew/topics', 'UNAUTHORIZED'],
  ['in the app, by nobody', 'anonymous', 'GET /topics', 'UNAUTHORIZED'],
  ['in an unknown user', 'admin', 'GET /users/none/topics', 'USER_NOT_FOUND'],
  ['in an unknown group', 'admin', 'GET /groups/none/topics', 'GROUP_NOT_FOUND'],
  ['in an unknown thing', 'admin', 'GET /things/none/topics', 'THING_NOT_FOUND'],
  ['one more in the app', 'admin', 'PUT /topics/hidden', 204],
  ['that nobody may subscribe to', 'admin', 'DELETE /topics/hidden/acl/SUBSCRIBE_TO_TOPIC/UserID:ANY_AUTHENTICATED_USER', 204],
  ['the admin sees all', 'admin', 'GET /topics', 200, { equals: { topics: [{ topicID: 'hidden' }, { topicID: 'news' }] } }],
  ['a user sees those it may subscribe to', 'zoe', 'GET /topics', 200, { equals: { topics: [{ topicID: 'news' }] } }],
  ['a thing, too', 'pump', 'GET /topics', 200, { equals: { topics: [{ topicID: 'news' }] } }],
  ['with a bad key', 'mia', 'GET /users/me/topics?paginationKey=%00nonsense', 'INVALID_INPUT_DATA'],
])

test('lists come in pages of 50, each topic once (P 7.2)', async () => {
  const wanted = Array.from({ length: 101 }, (_, index) => `t-${index}`)
  for (const topicID of wanted) await stage.must('ana', 'PUT', `/users/me/topics/${topicID}`)
  const sizes: number[] = []
  const seen: string[] = []
  let query = ''
  do {
    const page = await stage.must<Page>('ana', 'GET', `/users/me/topics${query}`)
    sizes.push(page.topics.length)
    seen.push(...page.topics.map(({ topicID }) => topicID))
    assert.notEqual(page.paginationKey, '', 'the SDK would ask for ever')
    query =
      page.paginationKey === undefined
        ? ''
        : `?paginationKey=${encodeURIComponent(page.paginationKey)}&disable_cache=1`
  } while (query !== '')
  assert.deepEqual(sizes, [50, 50, 1])
  assert.deepEqual(seen.toSorted(), wanted.toSorted())
  await stage.must('ana', 'DELETE', '/users/me/topics/t-0')
  const { paginationKey } = await stage.must<Page>('ana', 'GET', '/users/me/topics')
  const last = await stage.must<Page>(
    'ana',
    'GET',
    `/users/me/topics?paginationKey=${encodeURIComponent(paginationKey ?? '')}`,
  )
  assert.ok(!('paginationKey' in last), 'a full last page has no key')
  assert.equal(last.topics.length, 50)
})

interface Page {
  readonly topics: readonly { readonly topicID: string }[]
  readonly paginationKey?: string
}
