import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makePackage } from '../packages/archive.fixture.ts'
import { ask, askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const vin = 'VF7SCENARI0000001'
const otherVin = 'VF7SCENARI0000002'
const server = await startTestServer()

/** In this order: each row finds what the earlier ones left. `body` is compared field by field, a RegExp by match. */
interface Scenario {
  name: string
  request: [method: string, path: string, body?: unknown]
  status: number
  body: unknown
}

const secret = /^[\w-]{43}$/
const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const demo = { idApp: 'demo', uid: 'ACME', name: 'Demo', drivingMode: true, createdAt: time }

const scenarios: Scenario[] = [
  {
    name: 'says how it is',
    request: ['GET', '/status'],
    status: 200,
    body: { version: /^\d/, startedAt: time, connections: 0 },
  },
  { name: 'has no partners at first', request: ['GET', '/partners'], status: 200, body: [] },
  {
    name: 'issues a partner its secrets, once',
    request: ['POST', '/partners', { uid: 'ACME', name: 'Acme' }],
    status: 201,
    body: {
      uid: 'ACME',
      password: secret,
      certificatePem: /-----BEGIN CERTIFICATE-----[\s\S]+-----BEGIN PRIVATE KEY-----/,
      caPem: /-----BEGIN CERTIFICATE-----/,
      partnersAddress: /^127\.0\.0\.1:\d+$/,
    },
  },
  {
    name: 'refuses a partner that exists',
    request: ['POST', '/partners', { uid: 'ACME' }],
    status: 409,
    body: { code: 'PARTNER_ALREADY_EXISTS', status: 409 },
  },
  {
    name: 'refuses a UID that cannot be',
    request: ['POST', '/partners', { uid: 'a/b' }],
    status: 400,
    body: { code: 'UID_MALFORMED' },
  },
  {
    name: 'refuses a body without uid',
    request: ['POST', '/partners', {}],
    status: 400,
    body: { code: 'REQUEST_MALFORMED', detail: /uid/ },
  },
  {
    name: 'refuses a field it does not know',
    request: ['POST', '/partners', { uid: 'B', nmae: 'x' }],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'refuses a number for a text',
    request: ['POST', '/partners', { uid: 5 }],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'lists partners without secrets',
    request: ['GET', '/partners'],
    status: 200,
    body: [{ uid: 'ACME', name: 'Acme', createdAt: time }],
  },
  {
    name: 'issues vehicles their passwords',
    request: ['POST', '/vehicles', { vins: [vin, otherVin] }],
    status: 201,
    body: [
      { vin, password: secret },
      { vin: otherVin, password: secret },
    ],
  },
  {
    name: 'refuses a vehicle that exists',
    request: ['POST', '/vehicles', { vins: [vin] }],
    status: 409,
    body: { code: 'VEHICLE_ALREADY_EXISTS', detail: new RegExp(vin) },
  },
  {
    name: 'refuses a VIN that cannot be',
    request: ['POST', '/vehicles', { vins: ['VF7'] }],
    status: 400,
    body: { code: 'VIN_MALFORMED' },
  },
  {
    name: 'refuses no VIN at all',
    request: ['POST', '/vehicles', { vins: [] }],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'lists vehicles',
    request: ['GET', '/vehicles'],
    status: 200,
    body: [
      { vin, createdAt: time },
      { vin: otherVin, createdAt: time },
    ],
  },
  {
    name: 'refuses an app of nobody',
    request: ['POST', '/apps', { idApp: 'demo', uid: 'NOBODY' }],
    status: 404,
    body: { code: 'PARTNER_NOT_FOUND' },
  },
  {
    name: 'adds an app',
    request: ['POST', '/apps', { idApp: 'demo', uid: 'ACME', name: 'Demo', drivingMode: true }],
    status: 201,
    body: demo,
  },
  {
    name: 'refuses an app that exists',
    request: ['POST', '/apps', { idApp: 'demo', uid: 'ACME' }],
    status: 409,
    body: { code: 'APP_ALREADY_EXISTS' },
  },
  {
    name: 'refuses an app id that cannot be a folder',
    request: ['POST', '/apps', { idApp: '..', uid: 'ACME' }],
    status: 400,
    body: { code: 'ID_APP_MALFORMED' },
  },
  {
    name: 'installs a package and tells the version',
    request: [
      'PUT',
      '/apps/demo/package',
      makePackage({ 'index.html': 'x', 'info.json': '{"version":"1.2.3"}' }),
    ],
    status: 200,
    body: { ...demo, version: '1.2.3' },
  },
  {
    name: 'refuses a package for an unknown app',
    request: ['PUT', '/apps/none/package', makePackage({ 'index.html': 'x' })],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
  {
    name: 'refuses a package without start page',
    request: ['PUT', '/apps/demo/package', makePackage({ a: 'x' })],
    status: 400,
    body: { code: 'PACKAGE_START_PAGE_MISSING' },
  },
  {
    name: 'refuses a package that is not one',
    request: ['PUT', '/apps/demo/package', Buffer.from('x')],
    status: 400,
    body: { code: 'PACKAGE_FORMAT_UNKNOWN' },
  },
  {
    name: 'says where an app is offered and what it is called there, once each (W 11.2)',
    request: [
      'PATCH',
      '/apps/demo',
      {
        names: { 'pt-br': 'Demonstração', de: 'Vorführung' },
        countries: ['GB', 'DE', 'GB'],
        brands: ['OP'],
        devices: ['w4'],
      },
    ],
    status: 200,
    body: {
      ...demo,
      names: { de: 'Vorführung', 'pt-BR': 'Demonstração' },
      countries: ['DE', 'GB'],
      brands: ['OP'],
      devices: ['w4'],
    },
  },
  {
    name: 'offers an app everywhere again, by its one name (W 11.2)',
    request: ['PATCH', '/apps/demo', { names: {}, countries: [], brands: [], devices: [] }],
    status: 200,
    body: { ...demo, names: undefined, countries: undefined, brands: undefined, devices: undefined },
  },
  ...[
    [{ countries: ['XX'] }, 'COUNTRY_UNKNOWN'],
    [{ countries: ['France'] }, 'REQUEST_MALFORMED'],
    [{ brands: ['BMW'] }, 'REQUEST_MALFORMED'],
    [{ devices: ['w1'] }, 'REQUEST_MALFORMED'],
    [{ names: { deutsch1234: 'x' } }, 'LANGUAGE_MALFORMED'],
    [{ names: { de: '' } }, 'NAME_MALFORMED'],
  ].map(
    ([offer, code]): Scenario => ({
      name: `refuses to offer an app like ${JSON.stringify(offer)} (W 11.2)`,
      request: ['PATCH', '/apps/demo', offer],
      status: 400,
      body: { code },
    }),
  ),
  {
    name: 'refuses no package at all',
    request: ['PUT', '/apps/demo/package'],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  { name: 'lists apps', request: ['GET', '/apps'], status: 200, body: [{ ...demo, version: '1.2.3' }] },
  {
    name: 'refuses a message to a vehicle without the app',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: 1 }],
    status: 409,
    body: { code: 'VEHICLE_NOT_SUBSCRIBED', detail: /pillion app subscribe demo/ },
  },
  {
    name: 'subscribes a vehicle',
    request: ['POST', '/apps/demo/subscriptions', { vins: [vin] }],
    status: 200,
    body: { idApp: 'demo', vins: [vin] },
  },
  {
    name: 'subscribes it again',
    request: ['POST', '/apps/demo/subscriptions', { vins: [vin] }],
    status: 200,
    body: { idApp: 'demo', vins: [vin] },
  },
  {
    name: 'refuses to subscribe an unknown vehicle',
    request: ['POST', '/apps/demo/subscriptions', { vins: [otherVin, 'VF7UNKNOWN0000000'] }],
    status: 404,
    body: { code: 'VEHICLE_NOT_FOUND', detail: /VF7UNKNOWN0000000/ },
  },
  {
    name: 'lists subscriptions',
    request: ['GET', '/apps/demo/subscriptions'],
    status: 200,
    body: { idApp: 'demo', vins: [vin] },
  },
  {
    name: 'subscribes another',
    request: ['POST', '/apps/demo/subscriptions', { vins: [otherVin] }],
    status: 200,
    body: { idApp: 'demo', vins: [vin, otherVin] },
  },
  {
    name: 'ends its subscription, and says who is left',
    request: ['DELETE', '/apps/demo/subscriptions', { vins: [otherVin] }],
    status: 200,
    body: { idApp: 'demo', vins: [vin] },
  },
  {
    name: 'ends it again, and that of a vehicle that is not known',
    request: ['DELETE', '/apps/demo/subscriptions', { vins: [otherVin, 'VF7UNKNOWN0000000'] }],
    status: 200,
    body: { idApp: 'demo', vins: [vin] },
  },
  {
    name: 'refuses to end the subscription of a VIN that cannot be, and ends none',
    request: ['DELETE', '/apps/demo/subscriptions', { vins: [vin, 'x'] }],
    status: 400,
    body: { code: 'VIN_MALFORMED' },
  },
  {
    name: 'refuses to end subscriptions to an unknown app',
    request: ['DELETE', '/apps/none/subscriptions', { vins: [vin] }],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
  {
    name: 'refuses the subscriptions of an unknown app',
    request: ['GET', '/apps/none/subscriptions'],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
  {
    name: 'sends to a vehicle that is not there, and says how long it is kept (W 9.3)',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: 1 }],
    status: 202,
    body: { routedTo: 0, keptSeconds: 86_400 },
  },
  {
    name: 'says it of a popup (W 9.3)',
    request: ['POST', '/messages', { vin, idApp: 'demo', popup: 'Hi' }],
    status: 202,
    body: { routedTo: 0, keptSeconds: 120 },
  },
  {
    name: 'takes a message with any keys, which are the app’s own business',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: JSON.parse('{"__proto__":{"a":1}}') }],
    status: 202,
    body: { routedTo: 0 },
  },
  {
    name: 'refuses such keys elsewhere, and says so',
    request: ['POST', '/partners', JSON.parse('{"uid":"B","__proto__":1}')],
    status: 400,
    body: { code: 'REQUEST_MALFORMED', detail: /__proto__/ },
  },
  {
    name: 'refuses a message for an unknown app',
    request: ['POST', '/messages', { vin, idApp: 'none' }],
    status: 404,
    body: { code: 'APP_NOT_FOUND' },
  },
  {
    name: 'refuses a message to an unknown vehicle',
    request: ['POST', '/messages', { vin: 'VF7UNKNOWN0000000', idApp: 'demo' }],
    status: 404,
    body: { code: 'VEHICLE_NOT_FOUND' },
  },
  {
    name: 'refuses a message to no VIN',
    request: ['POST', '/messages', { vin: 'x', idApp: 'demo' }],
    status: 400,
    body: { code: 'VIN_MALFORMED' },
  },
  {
    name: 'refuses a popup without text',
    request: ['POST', '/messages', { vin, idApp: 'demo', popup: '' }],
    status: 400,
    body: { code: 'REQUEST_MALFORMED' },
  },
  {
    name: 'sends 131,072 bytes (W 2.9)',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: fill(131_072) }],
    status: 202,
    body: { routedTo: 0 },
  },
  {
    name: 'refuses 131,073 bytes (W 2.9)',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: fill(131_073) }],
    status: 413,
    body: { code: 'MESSAGE_TOO_LARGE', detail: /131073/ },
  },
  {
    name: 'sends content of 255 levels',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: nest(255) }],
    status: 202,
    body: { routedTo: 0 },
  },
  {
    name: 'refuses content of 256 levels',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: nest(256) }],
    status: 400,
    body: { code: 'MESSAGE_TOO_DEEP', detail: /255/ },
  },
  {
    name: 'refuses a body beyond any message',
    request: ['POST', '/messages', { vin, idApp: 'demo', content: fill(2_000_000) }],
    status: 413,
    body: { code: 'BODY_TOO_LARGE' },
  },
  {
    name: 'refuses the messages of an unknown partner',
    request: ['GET', '/partners/NOBODY/messages'],
    status: 404,
    body: { code: 'PARTNER_NOT_FOUND' },
  },
  {
    name: 'knows no other address',
    request: ['GET', '/secrets'],
    status: 404,
    body: { code: 'ADDRESS_NOT_FOUND' },
  },
]

for (const { name, request, status, body } of scenarios) {
  test(name, async () => {
    const answer = await askAdmin(server, ...request)
    assert.equal(answer.status, status, answer.body.toString())
    assertLike(answer.json, body)
    const type = status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8'
    assert.equal(answer.headers['content-type'], type)
  })
}

const impostors = [
  { name: 'no token', authorization: '' },
  { name: 'a wrong token', authorization: 'Bearer wrong' },
  { name: 'the right token in the wrong scheme', authorization: 'Basic TOKEN' },
  { name: 'the beginning of the token', authorization: 'Bearer CUT' },
]

for (const { name, authorization } of impostors) {
  test(`refuses everything with ${name}`, async () => {
    const sent = authorization
      .replace('TOKEN', server.adminToken)
      .replace('CUT', server.adminToken.slice(0, -1))
    for (const path of ['/status', '/partners/ACME/messages']) {
      const answer = await ask(server, `/admin/v1${path}`, { headers: { authorization: sent } })
      assert.equal(answer.status, 401, path)
      assertLike(JSON.parse(answer.body.toString()), { code: 'ADMIN_TOKEN_REFUSED', status: 401 })
    }
  })
}

test('refuses content that no JSON.stringify could write', async () => {
  const content = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
  const answer = await ask(server, '/admin/v1/messages', {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminToken}`, 'content-type': 'application/json' },
    body: `{"vin":"${vin}","idApp":"demo","content":${content}}`,
  })
  assert.equal(answer.status, 400)
  assertLike(JSON.parse(answer.body.toString()), { code: 'MESSAGE_TOO_DEEP' })
})

test('refuses a package beyond 64 MiB before it is collected', async () => {
  const headers = {
    authorization: `Bearer ${server.adminToken}`,
    'content-length': String(64 * 1024 * 1024 + 1),
  }
  const answer = await ask(server, '/admin/v1/apps/demo/package', { method: 'PUT', headers, body: 'x' })
  assert.equal(answer.status, 413)
  assert.equal(JSON.parse(answer.body.toString()).code, 'BODY_TOO_LARGE')
})

// What the operator calls it | what each package in turn calls it | what it is called then
const appNames: [given: string | undefined, packages: (string | undefined)[], expected: string[]][] = [
  [undefined, ['Parcels', 'Post', undefined], ['Parcels', 'Post', 'app-0']],
  [undefined, [undefined, 'Parcels'], ['app-1', 'Parcels']],
  ['Mine', ['Parcels', 'Mine too'], ['Mine', 'Mine']],
]

for (const [n, [given, packages, expected]] of appNames.entries()) {
  test(`an app named ${given} by its operator and ${packages.join(', then ')} by its package is ${expected.join(', then ')} (W 11.2)`, async () => {
    const idApp = `app-${n}`
    await askAdmin(server, 'POST', '/apps', { idApp, uid: 'ACME', name: given })
    for (const [index, name] of packages.entries()) {
      const archive = makePackage({
        'index.html': 'x',
        'info.json': JSON.stringify({ version: '1.0.0', name }),
      })
      const { status, json } = await askAdmin(server, 'PUT', `/apps/${idApp}/package`, archive)
      assert.equal(status, 200)
      assertLike(json, { idApp, name: expected[index] })
    }
  })
}

test('the status names every listener as bound', async () => {
  const { json } = await askAdmin(server, 'GET', '/status')
  const expected = ['mqtt', 'mqtts', 'partners', 'http', 'https'].map((name) => ({
    name,
    address: `127.0.0.1:${portOf(server, name)}`,
  }))
  assertLike(json, { listeners: expected })
})

/** Content that makes the whole payload this long. */
function fill(payloadBytes: number): string {
  return 'x'.repeat(payloadBytes - JSON.stringify({ idApp: 'demo', popup: false, content: '' }).length)
}

/** So many arrays within each other. */
function nest(levels: number): unknown[] {
  return JSON.parse('['.repeat(levels) + ']'.repeat(levels))
}

/** Every expected field is there and alike; arrays are as long as expected. */
function assertLike(actual: unknown, expected: unknown, path = 'body'): void {
  if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(actual, expected, path)
    return
  }
  if (expected instanceof RegExp) {
    assert.match(String(actual), expected, path)
    return
  }
  assert.ok(typeof actual === 'object' && actual !== null, `${path} is ${JSON.stringify(actual)}`)
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length, `${path}.length`)
  for (const [key, value] of Object.entries(expected)) {
    assertLike((actual as Record<string, unknown>)[key], value, `${path}.${key}`)
  }
}
