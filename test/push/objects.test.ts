import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runTable } from './scenario.ts'
import { Stage } from './stage.ts'

const stage = await Stage.open({ pseudoUsers: ['mia', 'tom', 'ana', 'zoe'], things: ['lamp', 'pump'] })
await stage.must('mia', 'PUT', '/groups/crew', {
  body: { name: 'Crew', members: [stage.fill('{tom}'), stage.fill('{ana}')] },
})
await stage.must('mia', 'PUT', stage.fill('/things/{lamp}/ownership/user:{mia}'))
await stage.connect('mia')
await stage.connect('tom', true)

const log = '/users/me/buckets/log'
const miaScope = { appID: '{app}', type: 'APP_AND_USER', userID: '{mia}' }
const etag = (version: number) => ({ header: { etag: `"${version}"` } })
const event = (type: string, objectID: unknown, members: object = { modifiedAt: Number }) => ({
  type,
  origin: 'EVENT',
  appID: '{app}',
  objectScopeType: 'APP_AND_USER',
  objectScopeAppID: '{app}',
  objectScopeUserID: '{mia}',
  bucketID: 'log',
  bucketType: 'rw',
  objectID,
  sourceURI: `kiicloud://users/{mia}/buckets/log/objects/${objectID}`,
  sender: '{mia}',
  when: Number,
  ...members,
})
const toBoth = (...events: object[]) => ({ events: { mia: events, tom: events } })
const created = (id: string) => toBoth(event('DATA_OBJECT_CREATED', id))
const updated = (id: string) => toBoth(event('DATA_OBJECT_UPDATED', id))
const none = { silent: ['mia', 'tom'] }
const whole = (id: string, version: number, fields: object) => ({
  _id: id,
  _created: Number,
  _modified: Number,
  _owner: '{mia}',
  _version: String(version),
  ...fields,
})

// biome-ignore format: a line a row
runTable(stage, 'bucket subscriptions (P 10.2)', [
  ['of a bucket that is not there: not found', 'mia', `GET ${log}/filters/all/push/subscriptions/users/{mia}`, 'FILTER_NOT_FOUND', { json: { bucketID: 'log', objectScope: miaScope } }],
  ['unsubscribing there: not found', 'mia', `DELETE ${log}/filters/all/push/subscriptions/users/{mia}`, 'FILTER_NOT_FOUND'],
  ['subscribing makes it', 'mia', `PUT /${log}/filters/all/push/subscriptions/users/{mia}`, 204],
  ['twice', 'mia', `PUT ${log}/filters/all/push/subscriptions/users/{mia}`, 'PUSH_SUBSCRIPTION_ALREADY_EXISTS', { json: { bucketID: 'log', objectScope: miaScope, subject: { userID: '{mia}' } } }],
  ['is then', 'mia', `GET ${log}/filters/all/push/subscriptions/users/{mia}`, 204],
  ['is, by HEAD', 'mia', `HEAD ${log}/filters/all/push/subscriptions/users/me`, 204],
  ['no more', 'mia', `DELETE ${log}/filters/all/push/subscriptions/users/{mia}`, 204],
  ['is not, then', 'mia', `GET ${log}/filters/all/push/subscriptions/users/{mia}`, 'PUSH_SUBSCRIPTION_NOT_FOUND', { json: { bucketID: 'log', objectScope: miaScope, subject: { userID: '{mia}' } } }],
  ['the caller', 'mia', `POST ${log}/filters/all/push/subscriptions/users`, 204],
  ['the caller of the other kind', 'mia', `POST ${log}/filters/all/push/subscriptions/things`, 'INVALID_INPUT_DATA'],
  ['another filter', 'mia', `PUT ${log}/filters/some/push/subscriptions/users/{mia}`, 'FILTER_NOT_FOUND', { json: { bucketID: 'log' } }],
  ['another filter, checked', 'mia', `GET ${log}/filters/some/push/subscriptions/users/{mia}`, 'FILTER_NOT_FOUND'],
  ['by another', 'tom', 'PUT /users/{mia}/buckets/log/filters/all/push/subscriptions/users/{tom}', 'UNAUTHORIZED'],
  ['of another, by the admin', 'admin', 'PUT /users/{mia}/buckets/log/filters/all/push/subscriptions/users/{tom}', 204],
  ['of nobody', 'admin', 'PUT /users/{mia}/buckets/log/filters/all/push/subscriptions/users/none', 'USER_NOT_FOUND'],
  ['a thing in the app', 'lamp', 'PUT /buckets/all/filters/all/push/subscriptions/things/{lamp}', 204],
  ['its own thing', 'mia', 'GET /buckets/all/filters/all/push/subscriptions/things/{lamp}', 204],
  ['a member in a group', 'tom', 'PUT /groups/crew/buckets/log/filters/all/push/subscriptions/users/{tom}', 204],
  ['a member no more', 'tom', 'DELETE /groups/crew/buckets/log/filters/all/push/subscriptions/users/{tom}', 204],
  ['a stranger in a group', 'zoe', 'PUT /groups/crew/buckets/log/filters/all/push/subscriptions/users/{zoe}', 'UNAUTHORIZED'],
  ['nobody', 'anonymous', 'PUT /buckets/all/filters/all/push/subscriptions/users/{mia}', 'UNAUTHORIZED'],
])

const post = `POST ${log}/objects`
const patch = { headers: { 'X-HTTP-Method-Override': 'PATCH' } }
const match = (version: string) => ({ headers: { 'If-Match': version } })
const isNew = { headers: { 'If-None-Match': '*' } }
const notThere = { json: { objectID: 'none', bucketID: 'log', objectScope: miaScope } }
// biome-ignore format: a line a row
runTable(stage, 'objects and their events (P 10.1, 12.2)', [
  ['created', 'mia', post, 201, { body: { a: 1 }, equals: { objectID: /^.{1,36}$/, createdAt: (at: number) => at > 0, dataType: String }, media: 'ObjectCreationResponse', header: { etag: '"1"', location: /\/buckets\/log\/objects\/[^/]+$/ }, save: { first: 'objectID' }, ...created('{first}') }],
  ['of a type', 'mia', post, 201, { body: {}, type: 'application/vnd.{app}.Note+json', json: { dataType: /Note/ }, save: { typed: 'objectID' }, ...created('{typed}') }],
  ['whose type is shown', 'mia', `GET ${log}/objects/{typed}`, 200, { json: { _dataType: /Note/ }, ...none }],
  ['put as new', 'mia', `PUT ${log}/objects/one`, 201, { body: { a: 1, _id: 'x', _owner: 'x', _version: '9', _x: 1 }, json: { createdAt: Number, modifiedAt: Number }, ...etag(1), ...created('one') }],
  ['read', 'mia', `GET ${log}/objects/one`, 200, { equals: whole('one', 1, { a: 1 }), ...etag(1), ...none }],
  ['HEAD', 'mia', `HEAD ${log}/objects/one`, 204],
  ['HEAD of none', 'mia', `HEAD ${log}/objects/none`, 404],
  ['replaced', 'mia', `PUT ${log}/objects/one`, 200, { body: { b: 1 }, json: { createdAt: Number, modifiedAt: Number }, ...etag(2), ...updated('one') }],
  ['has only the new fields', 'mia', `GET ${log}/objects/one`, 200, { equals: whole('one', 2, { b: 1 }), ...etag(2) }],
  ['patched', 'mia', `PATCH ${log}/objects/one`, 200, { body: { c: { d: [1] } }, equals: whole('one', 3, { b: 1, c: { d: [1] } }), ...etag(3), ...updated('one') }],
  ['patched by override', 'mia', `POST ${log}/objects/one`, 200, { body: { c: 5 }, ...patch, equals: whole('one', 4, { b: 1, c: 5 }), ...etag(4), ...updated('one') }],
  ['patched where it is not: created', 'mia', `PATCH ${log}/objects/two`, 201, { body: { a: 1 }, json: { a: 1 }, ...etag(1), ...created('two') }],
  ['patched if it is new', 'mia', `PATCH ${log}/objects/three`, 201, { body: { a: 1 }, ...isNew, ...created('three') }],
  ['if it is new, again', 'mia', `PATCH ${log}/objects/three`, 'OBJECT_ALREADY_EXISTS', { body: { a: 2 }, ...isNew, json: { objectID: 'three' }, ...none }],
  ['put if it is new, again', 'mia', `PUT ${log}/objects/three`, 'OBJECT_ALREADY_EXISTS', { body: { a: 2 }, ...isNew, ...none }],
  ['put with its version', 'mia', `PUT ${log}/objects/three`, 200, { body: { a: 2 }, ...match('"1"'), ...etag(2), ...updated('three') }],
  ['put with its bare version', 'mia', `PUT ${log}/objects/three`, 200, { body: { a: 3 }, ...match('2'), ...etag(3), ...updated('three') }],
  ['put with an old version', 'mia', `PUT ${log}/objects/three`, 'OBJECT_VERSION_IS_STALE', { body: { a: 9 }, ...match('"2"'), json: { objectID: 'three' }, ...none }],
  ['patched with an old version', 'mia', `PATCH ${log}/objects/three`, 'OBJECT_VERSION_IS_STALE', { body: { a: 9 }, ...match('1'), ...none }],
  ['patched with its version', 'mia', `PATCH ${log}/objects/three`, 200, { body: { a: 4 }, ...match('3'), ...updated('three') }],
  ['put with a version where it is not', 'mia', `PUT ${log}/objects/none`, 'OBJECT_NOT_FOUND', { body: {}, ...match('1'), ...notThere, ...none }],
  ['patched with a version where it is not', 'mia', `PATCH ${log}/objects/none`, 'OBJECT_NOT_FOUND', { body: {}, ...match('1'), ...none }],
  ['deleted', 'mia', `DELETE ${log}/objects/two`, 204, { type: 'application/json', ...toBoth(event('DATA_OBJECT_DELETED', 'two', {})) }],
  ['deleted again', 'mia', `DELETE ${log}/objects/two`, 'OBJECT_NOT_FOUND', none],
  ['read where it is not', 'mia', `GET ${log}/objects/none`, 'OBJECT_NOT_FOUND', notThere],
  ['read where no bucket is', 'mia', 'GET /users/me/buckets/nowhere/objects/none', 'BUCKET_NOT_FOUND|OBJECT_NOT_FOUND', { json: { bucketID: 'nowhere', objectScope: miaScope } }],
  ['by the admin: no sender', 'admin', 'PUT /users/{mia}/buckets/log/objects/four', 201, { body: {}, ...toBoth(event('DATA_OBJECT_CREATED', 'four', { sender: undefined, modifiedAt: Number })) }],
  ['its access list changed', 'mia', `PUT ${log}/objects/one/acl/READ_EXISTING_OBJECT/UserID:{tom}`, 204, toBoth(event('DATA_OBJECT_ACL_MODIFIED', 'one', {}))],
  ['its access list changed back', 'mia', `DELETE ${log}/objects/one/acl/READ_EXISTING_OBJECT/UserID:{tom}`, 204, toBoth(event('DATA_OBJECT_ACL_MODIFIED', 'one', {}))],
  ['another bucket is another', 'mia', 'PUT /users/me/buckets/other/objects/one', 201, { body: {}, ...none }],
])

/** What came of rows that say nothing of events. */
const forget = () => Promise.all(['mia', 'tom'].map((name) => stage.received(name)))
const at = (id: string) => `PUT ${log}/objects/${id}`
// biome-ignore format: a line a row
runTable(stage, 'names and bodies (P 1.6, 10.1, 16)', [
  ['an object id of 2', 'mia', at('ab'), 201, { body: {} }],
  ['an object id of 100', 'mia', at('x'.repeat(100)), 201, { body: {} }],
  ['an object id of 1', 'mia', at('a'), 'INVALID_INPUT_DATA|INVALID_OBJECT_ID', { body: {} }],
  ['an object id of 101', 'mia', at('x'.repeat(101)), 'INVALID_INPUT_DATA|INVALID_OBJECT_ID', { body: {} }],
  ['an object id with a blank', 'mia', at('a%20b'), 'INVALID_INPUT_DATA|INVALID_OBJECT_ID', { body: {} }],
  ['a bucket of 64', 'mia', `PUT /users/me/buckets/${'x'.repeat(64)}/objects/ab`, 201, { body: {} }],
  ['a bucket of 65', 'mia', `PUT /users/me/buckets/${'x'.repeat(65)}/objects/ab`, 'INVALID_INPUT_DATA|INVALID_BUCKET', { body: {} }],
  ['a bucket of 1', 'mia', 'PUT /users/me/buckets/x/objects/ab', 'INVALID_INPUT_DATA|INVALID_BUCKET', { body: {} }],
  ['a bucket with a dot', 'mia', 'PUT /users/me/buckets/x.y/objects/ab', 'INVALID_INPUT_DATA|INVALID_BUCKET', { body: {} }],
  ['an encrypted bucket', 'mia', 'PUT /users/me/buckets/CRYPTO:secret/objects/ab', 201, { body: {} }],
  ['an object of 65,534 characters', 'mia', at('large'), 201, { body: { t: 'x'.repeat(65_534 - 8) } }],
  ['an object of 65,535 characters', 'mia', at('larger'), 'INVALID_INPUT_DATA', { body: { t: 'x'.repeat(65_535 - 8) } }],
  ['an array', 'mia', at('array'), 'INVALID_INPUT_DATA', { body: [] }],
  ['a text', 'mia', at('text'), 'INVALID_INPUT_DATA', { body: 'text' }],
  ['null', 'mia', at('null'), 'INVALID_INPUT_DATA', { raw: 'null' }],
  ['no JSON', 'mia', at('nojson'), 'INVALID_JSON', { raw: '{a:1}' }],
  ['a patch of an array', 'mia', `PATCH ${log}/objects/one`, 'INVALID_INPUT_DATA', { body: [1] }],
  ['a post of an array', 'mia', post, 'INVALID_INPUT_DATA', { body: [1] }],
  ['what was refused is not there', 'mia', `GET ${log}/objects/larger`, 'OBJECT_NOT_FOUND'],
])

// biome-ignore format: a line a row
runTable(stage, 'default rights (P 10.3)', [
  ['in the app, any user creates', 'zoe', 'PUT /buckets/all/objects/zoes', 201, { body: { a: 1 } }],
  ['in the app, any thing creates', 'pump', 'PUT /buckets/all/objects/pumps', 201, { body: {} }],
  ['in the app, nobody creates nothing', 'anonymous', 'POST /buckets/all/objects', 'UNAUTHORIZED', { body: {} }],
  ['in the app, anybody reads', 'anonymous', 'GET /buckets/all/objects/zoes', 200, { json: { a: 1, _owner: '{zoe}' } }],
  ['in the app, anybody asks', 'anonymous', 'POST /buckets/all/query', 200, { body: { bucketQuery: { clause: { type: 'all' } } }, json: { results: (all: unknown[]) => all.length === 2 } }],
  ['in the app, only its creator writes', 'tom', 'PATCH /buckets/all/objects/zoes', 'UNAUTHORIZED', { body: { a: 2 } }],
  ['in the app, only its creator deletes', 'pump', 'DELETE /buckets/all/objects/zoes', 'UNAUTHORIZED'],
  ['in the app, its creator writes', 'zoe', 'PATCH /buckets/all/objects/zoes', 200, { body: { a: 2 } }],
  ['in the app, the admin writes', 'admin', 'PATCH /buckets/all/objects/zoes', 200, { body: { a: 3 } }],
  ['in a user, another reads nothing', 'tom', 'GET /users/{mia}/buckets/log/objects/one', 'UNAUTHORIZED'],
  ['in a user, another creates nothing', 'tom', 'POST /users/{mia}/buckets/log/objects', 'UNAUTHORIZED', { body: {} }],
  ['in a user, another asks nothing', 'tom', 'POST /users/{mia}/buckets/log/query', 'UNAUTHORIZED', { body: { bucketQuery: { clause: { type: 'all' } } } }],
  ['in a group, a member creates', 'tom', 'PUT /groups/crew/buckets/log/objects/toms', 201, { body: {} }],
  ['in a group, another member writes', 'ana', 'PATCH /groups/crew/buckets/log/objects/toms', 200, { body: { a: 1 } }],
  ['in a group, a stranger reads nothing', 'zoe', 'GET /groups/crew/buckets/log/objects/toms', 'UNAUTHORIZED'],
  ['in a thing, it creates', 'lamp', 'PUT /things/{lamp}/buckets/log/objects/lamps', 201, { body: {} }],
  ['in a thing, its owner writes', 'mia', 'PATCH /things/VENDOR_THING_ID:lamp/buckets/log/objects/lamps', 200, { body: { a: 1 } }],
  ['in a thing, a stranger reads nothing', 'tom', 'GET /things/{lamp}/buckets/log/objects/lamps', 'UNAUTHORIZED'],
  ['in a thing, another thing writes nothing', 'pump', 'PUT /things/{lamp}/buckets/log/objects/pumps', 'UNAUTHORIZED', { body: {} }],
  ['in an unknown thing', 'admin', 'GET /things/none/buckets/log/objects/one', 'THING_NOT_FOUND'],
  ['dropped by another', 'tom', 'DELETE /users/{mia}/buckets/other', 'UNAUTHORIZED'],
  ['dropped in the app by any user', 'zoe', 'DELETE /buckets/all', 204],
  ['dropped, one event', 'mia', `DELETE ${log}`, 204, { before: forget, ...toBoth({ ...event('BUCKET_DELETED', undefined, {}), sourceURI: 'kiicloud://users/{mia}/buckets/log' }) }],
  ['dropped again', 'mia', `DELETE ${log}`, 'BUCKET_NOT_FOUND', { json: { bucketID: 'log', objectScope: miaScope }, ...none }],
  ['gone with its objects', 'mia', `GET ${log}/objects/one`, 'BUCKET_NOT_FOUND|OBJECT_NOT_FOUND'],
  ['gone with its subscriptions', 'mia', `POST ${log}/objects`, 201, { body: {}, ...none }],
])

const things = [1, 2, 3, 4, 5].map((n) => ({
  n,
  name: `name-${n}`,
  even: n % 2 === 0,
  kind: n < 3 ? 'a' : 'b',
}))
const found = (...numbers: number[]) => ({
  json: {
    results: (all: { n: number }[]) =>
      all
        .map(({ n }) => n)
        .sort()
        .join() === numbers.join(),
  },
})
const inOrder = (...numbers: number[]) => ({
  json: { results: (all: { n: number }[]) => all.map(({ n }) => n).join() === numbers.join() },
})
const where = (clause: object, rest: object = {}) => ({
  body: { bucketQuery: { clause, ...rest } },
  type: 'QueryRequest',
})
const query = 'POST /users/me/buckets/numbers/query'
const eq = (field: string, value: unknown) => ({ type: 'eq', field, value })
await Promise.all(
  things.map((body) => stage.must('ana', 'PUT', `/users/me/buckets/numbers/objects/id-${body.n}`, { body })),
)
// biome-ignore format: a line a row
runTable(stage, 'queries (P 10.1)', [
  ['all', 'ana', query, 200, { ...where({ type: 'all' }), ...found(1, 2, 3, 4, 5) }],
  ['whole objects', 'ana', query, 200, { ...where(eq('n', 3)), equals: { results: [{ ...things[2], _id: 'id-3', _created: Number, _modified: Number, _owner: '{ana}', _version: '1' }] } }],
  ['eq', 'ana', query, 200, { ...where(eq('kind', 'a')), ...found(1, 2) }],
  ['eq of a flag', 'ana', query, 200, { ...where(eq('even', true)), ...found(2, 4) }],
  ['eq of another type', 'ana', query, 200, { ...where(eq('n', '3')), ...found() }],
  ['and', 'ana', query, 200, { ...where({ type: 'and', clauses: [eq('kind', 'b'), eq('even', true)] }), ...found(4) }],
  ['or', 'ana', query, 200, { ...where({ type: 'or', clauses: [eq('n', 1), eq('n', 5)] }), ...found(1, 5) }],
  ['not', 'ana', query, 200, { ...where({ type: 'not', clause: eq('kind', 'a') }), ...found(3, 4, 5) }],
  ['in', 'ana', query, 200, { ...where({ type: 'in', field: 'n', values: [2, 3, 9] }), ...found(2, 3) }],
  ['range', 'ana', query, 200, { ...where({ type: 'range', field: 'n', lowerLimit: 2, lowerIncluded: true, upperLimit: 4, upperIncluded: false }), ...found(2, 3) }],
  ['half a range', 'ana', query, 200, { ...where({ type: 'range', field: 'n', lowerLimit: 3, lowerIncluded: false }), ...found(4, 5) }],
  ['prefix', 'ana', query, 200, { ...where({ type: 'prefix', field: 'name', prefix: 'name-' }), ...found(1, 2, 3, 4, 5) }],
  ['in order', 'ana', query, 200, { ...where({ type: 'all' }, { orderBy: 'n', descending: false }), ...inOrder(1, 2, 3, 4, 5) }],
  ['in order, descending', 'ana', query, 200, { ...where({ type: 'all' }, { orderBy: 'n', descending: true }), ...inOrder(5, 4, 3, 2, 1) }],
  ['a field that nobody has', 'ana', query, 200, { ...where(eq('constructor', 1)), ...found() }],
  ['another clause', 'ana', query, 'QUERY_NOT_SUPPORTED', where({ type: 'geobox', field: 'n' })],
  ['a clause without its members', 'ana', query, 'INVALID_INPUT_DATA|QUERY_NOT_SUPPORTED', where({ type: 'eq' })],
  ['no JSON', 'ana', query, 'INVALID_JSON', { raw: '{' }],
  ['a bad key', 'ana', query, 'INVALID_INPUT_DATA', { body: { bucketQuery: { clause: { type: 'all' } }, paginationKey: '%00' } }],
  ['no bucket', 'ana', 'POST /users/me/buckets/nowhere/query', 'BUCKET_NOT_FOUND', where({ type: 'all' })],
])

test('queries come in pages, each object once and in order (P 10.1)', async () => {
  for (const orderBy of [undefined, 'n']) {
    const seen: number[] = []
    let paginationKey: string | undefined
    do {
      const bucketQuery = {
        clause: { type: 'all' },
        ...(orderBy === undefined ? {} : { orderBy, descending: true }),
      }
      const body = {
        bucketQuery,
        bestEffortLimit: 2,
        ...(paginationKey === undefined ? {} : { paginationKey }),
      }
      const page = await stage.must<Page>('ana', 'POST', '/users/me/buckets/numbers/query', { body })
      assert.ok(page.results.length <= 2)
      seen.push(...page.results.map(({ n }) => n))
      paginationKey = page.nextPaginationKey
    } while (paginationKey !== undefined)
    assert.deepEqual(orderBy === undefined ? seen.toSorted() : seen.toReversed(), [1, 2, 3, 4, 5])
  }
})

interface Page {
  readonly results: readonly { readonly n: number }[]
  readonly nextPaginationKey?: string
}
