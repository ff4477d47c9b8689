import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VehicleView } from '@pillion/schema'
import { defaultLimits } from '../limits.ts'
import { makePackage } from '../packages/archive.fixture.ts'
import { ask, portOf, startTestServer } from '../server.fixture.ts'

const vin = 'VF7PORTAL00000001'
const server = await startTestServer()
const [vehicle] = await server.fleet.addVehicles([vin])
const { password: partnerPassword } = await server.fleet.addPartner({ uid: 'ACME' })
for (const idApp of ['first', 'second', 'empty', 'strange'])
  await server.fleet.addApp({ idApp, uid: 'ACME', name: `App ${idApp}` })
for (const idApp of ['first', 'second', 'empty']) await server.fleet.subscribeVehicles(idApp, [vin])
await server.installPackage('first', {
  archive: makePackage({ 'index.html': 'x', 'icon/icon-136x136.png': 'i' }),
})
await server.installPackage('second', { archive: makePackage({ 'index.html': 'x' }) })
await server.installPackage('strange', { archive: makePackage({ 'index.html': 'x' }) })
const password = vehicle?.password ?? ''

function basic(name: string, secret: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` }
}

async function readView(): Promise<VehicleView> {
  const answer = await ask(server, '/portal/api/vehicle', { headers: basic(vin, password) })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['cache-control'], 'no-store')
  return JSON.parse(answer.body.toString())
}

test('a head unit sees its own apps that have a package, each on its own origin (W 4.2 row 1, 11.3)', async () => {
  const { apps, ...view } = await readView()
  const withoutPackage = [{ idApp: 'empty', uid: 'ACME' }]
  assert.deepEqual(view, { vin, root: 'psa/OVIPPartners-Dev', withoutPackage, reports: true })
  assert.deepEqual(
    apps.map(({ idApp, name, uid, drivingMode, icon }) => ({ idApp, name, uid, drivingMode, icon })),
    [
      {
        idApp: 'first',
        name: 'App first',
        uid: 'ACME',
        drivingMode: false,
        icon: `http://first.pillion.localhost:${portOf(server, 'http')}/apps/first/icon/icon-136x136.png`,
      },
      { idApp: 'second', name: 'App second', uid: 'ACME', drivingMode: false, icon: undefined },
    ],
  )
  const { host, pathname, search } = new URL(apps[0]?.url ?? '')
  const answer = await ask(server, pathname + search, { headers: { host } })
  assert.equal(answer.status, 200)
})

test('a head unit learns what is given of its apps outside their packages (W 11.2)', async () => {
  const offer = { names: { de: 'Zweite' }, countries: ['DE'], brands: ['OP'], devices: ['w2.1'] } as const
  await server.fleet.changeApp('second', offer)
  const { apps } = await readView()
  const [first, second] = apps.map(({ names, countries, brands, devices }) => ({
    names,
    countries,
    brands,
    devices,
  }))
  assert.deepEqual(second, offer)
  assert.deepEqual(Object.values(first ?? {}), [undefined, undefined, undefined, undefined])
})

test('the URL of an app changes with every installation, so that the host sees the update (W 4.2 row 11)', async () => {
  const before = await readView()
  await server.installPackage('second', { archive: makePackage({ 'index.html': 'y' }) })
  const after = await readView()
  assert.equal(after.apps[0]?.url, before.apps[0]?.url)
  assert.notEqual(after.apps[1]?.url, before.apps[1]?.url)
})

const impostors = [
  { name: 'no credentials', headers: {} },
  { name: 'a wrong password', headers: basic(vin, 'wrong') },
  { name: 'an unknown VIN', headers: basic('VF7UNKNOWN0000000', password) },
  { name: 'a partner’s credentials', headers: basic('ACME', partnerPassword) },
  { name: 'no colon', headers: { authorization: `Basic ${Buffer.from(vin).toString('base64')}` } },
  { name: 'the admin token', headers: { authorization: `Bearer ${server.adminToken}` } },
]

for (const { name, headers } of impostors) {
  test(`refuses ${name} without making the browser ask for credentials`, async () => {
    const answer = await ask(server, '/portal/api/vehicle', { headers })
    assert.equal(answer.status, 401)
    assert.equal(JSON.parse(answer.body.toString()).code, 'VEHICLE_CREDENTIALS_REFUSED')
    assert.doesNotMatch(String(answer.headers['www-authenticate']), /^Basic/)
  })
}

test('the host page frames nothing but apps, which keeps them from navigating out (W 11.4)', async () => {
  const policy = String((await ask(server, '/portal/')).headers['content-security-policy'])
  assert.match(policy, new RegExp(`frame-src http://\\*\\.pillion\\.localhost:${portOf(server, 'http')};`))
  assert.match(policy, /default-src 'self';/)
  assert.doesNotMatch(policy, /unsafe-eval|script-src/)
})

test('after too many refusals an address waits, right or wrong', async () => {
  // Quicker than the guard forgets; how fast that is, its own tests tell.
  const guess = () => ask(server, '/portal/api/vehicle', { headers: basic(vin, 'wrong') })
  const guesses = await Promise.all(
    Array.from({ length: 2 * defaultLimits.signInFailuresPerAddressMax }, guess),
  )
  assert.ok(guesses.some(({ status }) => status === 401))
  const answer = await ask(server, '/portal/api/vehicle', { headers: basic(vin, password) })
  assert.equal(answer.status, 429)
  assert.ok(Number(answer.headers['retry-after']) > 0)
})

test('a browser that opens the page under a loopback name is sent to the site of its apps, other clients are not', async () => {
  const browser = { 'sec-fetch-dest': 'document' }
  const sent = await ask(server, '/portal/', { headers: browser })
  assert.equal(sent.status, 302)
  const better = `http://pillion.localhost:${portOf(server, 'http')}/portal/`
  assert.equal(sent.headers.location, better)
  const plain = await ask(server, '/portal/', { headers: { ...browser, host: 'localhost' } })
  assert.equal(plain.headers.location, 'http://pillion.localhost/portal/')
  const there = await ask(server, '/portal/', { headers: { ...browser, host: new URL(better).host } })
  assert.notEqual(there.status, 302)
  assert.notEqual((await ask(server, '/portal/')).status, 302)
})
