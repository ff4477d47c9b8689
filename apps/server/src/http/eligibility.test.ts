import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, describe, test } from 'node:test'
import { CertificateAuthority } from '@pillion/fleet'
import { ask, portOf, startTestServer } from '../server.fixture.ts'

const base = '/applications/portail-ovip/v2'
const vin = 'VF3CAR00000000001'
const otherVin = 'VF3VAN00000000001'
const ghost = 'VF3GHOST000000001'
/** As printed: 16 characters. */
const printedVin = 'VF77777777777777'

const server = await startTestServer()
const { fleet } = server
const { certificatePem: acme } = await fleet.addPartner({ uid: 'ACME' })
const { certificatePem: rival } = await fleet.addPartner({ uid: 'RIVAL' })
const [vehicle] = await fleet.addVehicles([vin, otherVin], { certificates: true })
for (const idApp of ['parking', 'weather']) await fleet.addApp({ idApp, uid: 'ACME', name: `Our ${idApp}` })
await fleet.addApp({ idApp: 'theirs', uid: 'RIVAL' })
const { authority: stranger } = await CertificateAuthority.create()
const foreign = await stranger.issueClient({ role: 'partner', name: 'ACME' })

interface Call {
  method?: string
  path: string
  body?: unknown
  /** Certificate and key in one PEM; null = none. ACME's unless given. */
  pem?: string | null
  /** Appended as it is; ACME's client_id unless given. */
  query?: string
  headers?: Record<string, string>
}

async function call({ method = 'GET', path, body, pem = acme, query = 'client_id=ACME', headers }: Call) {
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const outgoing = request({
    host: '127.0.0.1',
    port: portOf(server, 'https'),
    path: `${base}${path}${path.includes('?') ? '&' : '?'}${query}`,
    method,
    ca: readFileSync(join(server.config.data, 'ca/certificate.pem')),
    agent: false,
    ...(pem === null ? {} : { cert: pem, key: pem }),
    headers: {
      ...(sent === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(sent) }),
      ...headers,
    },
  })
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    outgoing.on('response', resolve).on('error', reject)
    outgoing.end(sent)
  })
  const answer = await text(response)
  return { status: response.statusCode, body: answer === '' ? undefined : JSON.parse(answer) }
}

const subscribersOf = (idApp: string) => fleet.listSubscribers(idApp)

beforeEach(async () => {
  for (const idApp of ['parking', 'weather', 'theirs'])
    await fleet.unsubscribeVehicles(idApp, [vin, otherVin])
  await fleet.subscribeVehicles('theirs', [vin])
})

describe('who may call (W 12)', () => {
  const path = `/eligibility?vin=${vin}`
  const refused: [what: string, call: Call][] = [
    ['without client_id', { path, query: '' }],
    ['with a client_id of nobody', { path, query: 'client_id=NOBODY' }],
    ['with the client_id of another partner', { path, query: 'client_id=RIVAL' }],
    ['with two client_ids', { path, query: 'client_id=ACME&client_id=ACME' }],
    ['with an empty client_id', { path, query: 'client_id=' }],
    ['without certificate', { path, pem: null }],
    ['with the certificate of another partner', { path, pem: rival }],
    ['with the certificate of a vehicle', { path, pem: vehicle?.certificatePem ?? '' }],
    ['with a vehicle as client_id', { path, pem: vehicle?.certificatePem ?? '', query: `client_id=${vin}` }],
    [
      'with a certificate of another authority',
      { path, pem: foreign.certificatePem + foreign.privateKeyPem },
    ],
    ['without certificate, and a wrong body', { method: 'POST', path: '/subscriptions', pem: null, body: 1 }],
    ['without certificate, to an address that is not there', { path: '/nothing', pem: null }],
  ]
  for (const [what, refusedCall] of refused) {
    test(`${what}: 401`, async () => {
      const { status, body } = await call(refusedCall)
      assert.equal(status, 401)
      assert.deepEqual({ ...body, message: typeof body.message }, { code: 401, message: 'string' })
    })
  }

  test('over http nobody has a certificate: 401', async () => {
    const answer = await ask(server, `${base}${path}&client_id=ACME`)
    assert.equal(answer.status, 401)
    assert.equal(JSON.parse(answer.body.toString()).code, 401)
  })

  test('who has no certificate still reaches the rest of the https listener', async () => {
    const outgoing = request({
      host: '127.0.0.1',
      port: portOf(server, 'https'),
      path: '/healthz',
      ca: readFileSync(join(server.config.data, 'ca/certificate.pem')),
      agent: false,
    })
    const status = await new Promise((resolve, reject) => {
      outgoing.on('response', (response) => resolve(response.resume().statusCode)).on('error', reject)
      outgoing.end()
    })
    assert.equal(status, 200)
  })
})

interface Row {
  name: string
  call: Call
  status: number
  /** undefined: none at all. */
  body?: unknown
  /** Of the app parking, afterwards. */
  parking?: string[]
}

function check({ name, call: asked, status, body, parking }: Row): void {
  test(name, async () => {
    const answer = await call(asked)
    assert.equal(answer.status, status, JSON.stringify(answer.body))
    if (status >= 400) {
      assert.equal(answer.body.code, status)
      assert.match(answer.body.message, /\S/)
    } else assert.deepEqual(answer.body, body)
    if (parking !== undefined) assert.deepEqual(await subscribersOf('parking'), parking)
  })
}

describe('GET /eligibility (W 12)', () => {
  const path = (text: string) => ({ path: `/eligibility?${text}` })
  const rows: Row[] = [
    { name: 'a vehicle: true', call: path(`vin=${vin}`), status: 200, body: { vin, eligible: true } },
    {
      name: 'an unknown VIN: false',
      call: path(`vin=${ghost}`),
      status: 200,
      body: { vin: ghost, eligible: false },
    },
    { name: 'the VIN as printed, of 16 characters: 400', call: path(`vin=${printedVin}`), status: 400 },
    { name: 'a VIN with a hyphen: 400', call: path('vin=VF3CAR0000000-001'), status: 400 },
    { name: 'no VIN: 400', call: path(''), status: 400 },
    { name: 'two VINs: 400', call: path(`vin=${vin}&vin=${vin}`), status: 400 },
    { name: 'a partner by its UID is no vehicle', call: path('vin=ACME'), status: 400 },
  ]
  for (const row of rows) check(row)
})

describe('POST /subscriptions (W 12)', () => {
  const post = (body: unknown, headers?: Record<string, string>): Call => {
    return { method: 'POST', path: '/subscriptions', body, ...(headers === undefined ? {} : { headers }) }
  }
  const parking = (...subscribers: string[]) => [{ code: 'parking', subscribers }]
  const rows: Row[] = [
    {
      name: 'subscribes a vehicle',
      call: post(parking(vin)),
      status: 200,
      body: parking(vin),
      parking: [vin],
    },
    {
      name: 'subscribes several vehicles to several services',
      call: post([...parking(vin, otherVin), { code: 'weather', subscribers: [vin] }]),
      status: 200,
      body: [...parking(vin, otherVin), { code: 'weather', subscribers: [vin] }],
      parking: [vin, otherVin],
    },
    {
      name: 'leaves out malformed VINs among several',
      call: post(parking(vin, printedVin)),
      status: 200,
      body: parking(vin),
      parking: [vin],
    },
    {
      name: 'leaves out vehicles that are not known',
      call: post(parking(ghost, vin)),
      status: 200,
      body: parking(vin),
      parking: [vin],
    },
    {
      name: 'one vehicle that is not known',
      call: post(parking(ghost)),
      status: 200,
      body: parking(),
      parking: [],
    },
    {
      name: 'a single VIN that is malformed: 400',
      call: post(parking(printedVin)),
      status: 400,
      parking: [],
    },
    {
      name: 'several VINs, all malformed: none',
      call: post(parking(printedVin, 'x')),
      status: 200,
      body: parking(),
      parking: [],
    },
    { name: 'no VIN', call: post(parking()), status: 200, body: parking(), parking: [] },
    {
      name: 'names a VIN given twice once',
      call: post(parking(vin, vin)),
      status: 200,
      body: parking(vin),
      parking: [vin],
    },
    {
      name: 'leaves out services that do not exist',
      call: post([{ code: 'nothing', subscribers: [vin] }, ...parking(vin)]),
      status: 200,
      body: parking(vin),
      parking: [vin],
    },
    {
      name: 'no service exists: 202',
      call: post([{ code: 'nothing', subscribers: [vin] }]),
      status: 202,
      body: [],
    },
    {
      name: 'a service of another partner is none: 202',
      call: post([{ code: 'theirs', subscribers: [otherVin] }]),
      status: 202,
      body: [],
    },
    { name: 'nothing asked: 202', call: post([]), status: 202, body: [] },
    {
      name: 'an object instead of a list: 400',
      call: post({ code: 'parking', subscribers: [vin] }),
      status: 400,
    },
    { name: 'no code: 400', call: post([{ subscribers: [vin] }]), status: 400 },
    { name: 'a VIN that is no text: 400', call: post([{ code: 'parking', subscribers: [7] }]), status: 400 },
    {
      name: 'subscribers that are no list: 400',
      call: post([{ code: 'parking', subscribers: vin }]),
      status: 400,
    },
    { name: 'what is no JSON: 400', call: post('[{'), status: 400 },
    { name: 'no body: 400', call: { method: 'POST', path: '/subscriptions' }, status: 400 },
    {
      name: 'another media type: 400',
      call: post(parking(vin), { 'content-type': 'text/plain' }),
      status: 400,
    },
  ]
  for (const row of rows) check(row)

  test('who is subscribed already counts as success', async () => {
    await call(post(parking(vin)))
    assert.deepEqual(await call(post(parking(vin, otherVin))), { status: 200, body: parking(vin, otherVin) })
  })

  test('a change is told once per service, however often the request names it', async () => {
    const changes: unknown[] = []
    const end = fleet.onChange((change) => changes.push(change))
    await call(post([...parking(vin), ...parking(otherVin), ...parking(vin)]))
    end()
    assert.deepEqual(changes, [{ vins: [vin, otherVin] }])
  })

  test('as many vehicles as a body of 1 MiB has room for; beyond, 413', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `VF3MANY${String(index).padStart(10, '0')}`)
    assert.deepEqual((await call(post(parking(vin, ...many)))).body, parking(vin))
    const tooMany = await call(post(parking(...many, ...many, ...many)))
    assert.deepEqual([tooMany.status, tooMany.body.code], [413, 413])
  })
})

describe('DELETE /subscriptions (W 12)', () => {
  const remove = (body: unknown): Call => ({ method: 'DELETE', path: '/subscriptions', body })
  const parking = (...subscribers: string[]) => [{ code: 'parking', subscribers }]
  beforeEach(() => fleet.subscribeVehicles('parking', [vin, otherVin]))
  const rows: Row[] = [
    {
      name: 'removes a vehicle',
      call: remove(parking(vin)),
      status: 200,
      body: parking(vin),
      parking: [otherVin],
    },
    {
      name: 'leaves out what is malformed or not known',
      call: remove(parking(vin, printedVin, ghost)),
      status: 200,
      body: parking(vin),
      parking: [otherVin],
    },
    {
      name: 'a single VIN that is malformed: 400',
      call: remove(parking(printedVin)),
      status: 400,
      parking: [vin, otherVin],
    },
    {
      name: 'no service exists',
      call: remove([{ code: 'nothing', subscribers: [vin] }]),
      status: 200,
      body: [],
    },
    { name: 'wrong syntax: 400', call: remove([{ code: 'parking' }]), status: 400, parking: [vin, otherVin] },
  ]
  for (const row of rows) check(row)

  test('who is not subscribed counts as success', async () => {
    await call(remove(parking(vin)))
    assert.deepEqual(await call(remove(parking(vin))), { status: 200, body: parking(vin) })
  })

  test('a partner does not end the subscriptions of another', async () => {
    assert.deepEqual(await call(remove([{ code: 'theirs', subscribers: [vin] }])), { status: 200, body: [] })
    assert.deepEqual(await subscribersOf('theirs'), [vin])
  })
})

describe('GET /subscriptions (W 12)', () => {
  const get = (query: string): Call => ({ path: `/subscriptions?${query}` })
  beforeEach(() => fleet.subscribeVehicles('parking', [vin, otherVin]))
  const rows: Row[] = [
    {
      name: 'the subscribers with the name of the service',
      call: get('service=parking'),
      status: 200,
      body: { code: 'parking', name: 'Our parking', subscribers: [vin, otherVin] },
    },
    { name: 'a service without subscribers: 204', call: get('service=weather'), status: 204 },
    { name: 'a service that does not exist: 204', call: get('service=nothing'), status: 204 },
    { name: 'a service of another partner: 204', call: get('service=theirs'), status: 204 },
    { name: 'no service: 400', call: get(''), status: 400 },
    { name: 'two services: 400', call: get('service=parking&service=weather'), status: 400 },
  ]
  for (const row of rows) check(row)
})

test('an address that is not there: 404, in the shape of these errors (W 12)', async () => {
  const { status, body } = await call({ path: '/nothing' })
  assert.deepEqual([status, body.code], [404, 404])
})
