import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const vin = 'VF7ACCOUNT0000001'
const server = await startTestServer()
await server.fleet.addPartner({ uid: 'ACME' })
await server.fleet.addVehicles([vin])

const secret = /^[\w-]{43}$/
const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const gateway = {
  name: 'gateway',
  publish: ['t/gateway/#'],
  subscribe: ['c/gateway', 'all'],
  createdAt: time,
}
const regranted = { ...gateway, publish: [], subscribe: ['$SYS/#'] }
const tooMany = Array.from({ length: 257 }, (_, index) => `${index}`)

/** In this order: each row finds what the earlier ones left. A RegExp is compared by match. */
const scenarios: {
  name: string
  request: [method: string, path: string, body?: unknown]
  status: number
  body: unknown
}[] = [
  { name: 'has no accounts at first', request: ['GET', '/accounts'], status: 200, body: [] },
  {
    name: 'issues an account its password, once',
    request: [
      'POST',
      '/accounts',
      { name: 'gateway', publish: ['t/{name}/#'], subscribe: ['c/{name}', 'all'] },
    ],
    status: 201,
    body: { ...gateway, password: secret, mqttAddress: `127.0.0.1:${portOf(server, 'mqtt')}` },
  },
  {
    name: 'adds an account that may do nothing yet',
    request: ['POST', '/accounts', { name: 'Bare' }],
    status: 201,
    body: { name: 'Bare', publish: [], subscribe: [], password: secret },
  },
  {
    name: 'lists accounts without secrets',
    request: ['GET', '/accounts'],
    status: 200,
    body: [{ name: 'Bare', publish: [], subscribe: [], createdAt: time }, gateway],
  },
  {
    name: 'refuses an account that exists',
    request: ['POST', '/accounts', { name: 'gateway' }],
    status: 409,
    body: { code: 'ACCOUNT_ALREADY_EXISTS', detail: /gateway/ },
  },
  {
    name: 'refuses the UID of a partner',
    request: ['POST', '/accounts', { name: 'ACME' }],
    status: 409,
    body: { code: 'NAME_TAKEN_BY_PARTNER', detail: /ACME/ },
  },
  {
    name: 'refuses the VIN of a vehicle',
    request: ['POST', '/accounts', { name: vin }],
    status: 409,
    body: { code: 'NAME_TAKEN_BY_VEHICLE' },
  },
  {
    name: 'refuses a partner the name of an account',
    request: ['POST', '/partners', { uid: 'gateway' }],
    status: 409,
    body: { code: 'NAME_TAKEN_BY_ACCOUNT', detail: /gateway/ },
  },
  {
    name: 'refuses a name that cannot be',
    request: ['POST', '/accounts', { name: 'a b' }],
    status: 400,
    body: { code: 'ACCOUNT_NAME_MALFORMED' },
  },
  {
    name: 'refuses a filter that cannot be',
    request: ['POST', '/accounts', { name: 'b', publish: ['a/#/b'] }],
    status: 400,
    body: { code: 'FILTER_MALFORMED', detail: /a\/#\/b/ },
  },
  {
    name: 'refuses to grant what is the server’s own',
    request: ['PUT', '/accounts/gateway/grants', { publish: ['$SYS/x'], subscribe: [] }],
    status: 400,
    body: { code: 'FILTER_NOT_GRANTABLE' },
  },
  {
    name: 'refuses more filters than an account may have',
    request: ['PUT', '/accounts/gateway/grants', { publish: [], subscribe: tooMany }],
    status: 400,
    body: { code: 'FILTERS_TOO_MANY', detail: /257.*256/ },
  },
  {
    name: 'refuses grants that leave out half',
    request: ['PUT', '/accounts/gateway/grants', { publish: [] }],
    status: 400,
    body: { code: 'REQUEST_MALFORMED', detail: /subscribe/ },
  },
  {
    name: 'replaces grants',
    request: ['PUT', '/accounts/gateway/grants', { publish: [], subscribe: ['$SYS/#'] }],
    status: 200,
    body: regranted,
  },
  {
    name: 'replaces a password',
    request: ['POST', '/accounts/gateway/password', { overlapSeconds: 60 }],
    status: 200,
    body: { name: 'gateway', password: secret, replacedEndsAt: time },
  },
  {
    name: 'refuses an overlap beyond a week',
    request: ['POST', '/accounts/gateway/password', { overlapSeconds: 604_801 }],
    status: 400,
    body: { code: 'OVERLAP_OUT_OF_RANGE', detail: /604800/ },
  },
  {
    name: 'removes an account and tells what it was',
    request: ['DELETE', '/accounts/gateway'],
    status: 200,
    body: regranted,
  },
  {
    name: 'refuses to remove it again',
    request: ['DELETE', '/accounts/gateway'],
    status: 404,
    body: { code: 'ACCOUNT_NOT_FOUND', detail: /gateway/ },
  },
  {
    name: 'lets a partner have the name then',
    request: ['POST', '/partners', { uid: 'gateway' }],
    status: 201,
    body: { uid: 'gateway' },
  },
]

for (const { name, request, status, body } of scenarios) {
  test(name, async () => {
    const answer = await askAdmin(server, ...request)
    assert.equal(answer.status, status, answer.body.toString())
    assertLike(answer.json, body)
  })
}

/** Every expected field is there and alike; arrays are as long as expected. */
function assertLike(actual: unknown, expected: unknown): void {
  if (expected instanceof RegExp) {
    assert.match(String(actual), expected)
    return
  }
  if (typeof expected !== 'object' || expected === null) {
    assert.deepEqual(actual, expected)
    return
  }
  if (Array.isArray(expected)) assert.equal((actual as unknown[]).length, expected.length)
  for (const [key, value] of Object.entries(expected)) {
    assertLike((actual as Record<string, unknown>)[key], value)
  }
}
