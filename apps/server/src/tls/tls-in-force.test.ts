import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { connect } from 'node:tls'
import { CertificateAuthority, Fleet } from '@pillion/fleet'
import type { ExpiringCertificatesView } from '@pillion/schema'
import { openSqlite } from '@pillion/store'
import { RawMqttClient } from '@pillion/testkit'
import { openCertificates } from '../certificates.ts'
import { loadConfig } from '../config.ts'
import { openDataFolder } from '../data-folder.ts'
import { ask, askAdmin, makeFolder, portOf, startTestServer } from '../server.fixture.ts'
import { ClientExpiry } from './client-expiry.ts'
import { findExpiring } from './expiry.ts'
import { TlsInForce } from './tls-in-force.ts'

const DAY_MS = 86_400_000
const folder = makeFolder()
const { authority, certificatePem: foreignCaPem } = await CertificateAuthority.create({
  commonName: 'Foreign',
})

function file(name: string): string {
  return join(folder, name)
}

async function issueServer(name = 'server', options: { days?: number; now?: number } = {}): Promise<string> {
  const issued = await authority.issueServer({ names: ['localhost'], ...options })
  writeFileSync(file(`${name}.key`), issued.privateKeyPem)
  writeFileSync(file(`${name}.crt`), issued.certificatePem)
  return new X509Certificate(issued.certificatePem).serialNumber
}

function flags(name = 'server') {
  writeFileSync(file('ca.crt'), foreignCaPem)
  return {
    'tls.certFile': file(`${name}.crt`),
    'tls.keyFile': file(`${name}.key`),
    'tls.caFile': file('ca.crt'),
    'tls.clientCaFile': file('ca.crt'),
  }
}

async function openFor(name: string, now: () => number, told: object[] = []) {
  const log = { warn: (fields: object) => told.push(fields), error: () => {}, info: () => {} } as never
  const data = await openDataFolder(makeFolder())
  const paths = loadConfig({ env: {}, flags: name === '' ? {} : flags(name) }).tls
  const certificates = await openCertificates({ data, names: [], now })
  return TlsInForce.open({ paths, certificates, log, others: () => [], now })
}

test('a certificate and an authority that an operator brings are used, and replaced while connections stay', async () => {
  const first = await issueServer()
  const server = await startTestServer(flags())
  const { json } = await askAdmin(server, 'POST', '/partners', { uid: 'ACME' })
  const { password, caPem } = json as { password: string; caPem: string }
  assert.equal(caPem, foreignCaPem)
  const { certificatePem, privateKeyPem } = await authority.issueClient({ role: 'partner', name: 'ACME' })
  const tls = { ca: caPem, servername: 'localhost', cert: certificatePem, key: privateKeyPem }
  const open = async () => {
    const client = await RawMqttClient.open({ port: portOf(server, 'partners'), tls })
    await client.connect({ username: 'ACME', password: Buffer.from(password) })
    return client
  }
  const serialOf = async () => {
    const socket = connect({ port: portOf(server, 'https'), host: '127.0.0.1', ...tls })
    const serial = await new Promise((resolve) =>
      socket.on('secureConnect', () => resolve(socket.getPeerX509Certificate()?.serialNumber)),
    )
    socket.destroy()
    return serial
  }
  const old = await open()
  assert.equal(await serialOf(), first)

  const second = await issueServer()
  await server.reload()
  assert.equal(await serialOf(), second)
  old.send({ type: 'pingreq' })
  await old.receive('pingresp')
  const young = await open()

  // A key that is written before its certificate: nothing changes.
  writeFileSync(file('server.key'), (await authority.issueServer({ names: ['x'] })).privateKeyPem)
  await server.reload()
  assert.equal(await serialOf(), second)
  const { body } = await ask(server, '/metrics')
  assert.match(body.toString(), /^pillion_certificate_expiry_timestamp_seconds\{name="server"\} \d{10}$/m)
  for (const client of [old, young]) client.destroy()
})

test('a revocation list of a foreign authority keeps its certificates out, and a new one is read', async () => {
  await issueServer()
  const writeCrl = async (serialNumbers: string[]) => {
    const entries = serialNumbers.map((serialNumber) => ({ serialNumber, endsAt: undefined }))
    const der = await authority.createRevocationList({ now: Date.now() - 60_000, entries })
    const base64 = Buffer.from(der).toString('base64')
    writeFileSync(file('crl.pem'), `-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\n`)
  }
  await writeCrl([])
  const server = await startTestServer({ ...flags(), 'tls.crlFile': file('crl.pem') })
  const { json } = await askAdmin(server, 'POST', '/partners', { uid: 'ACME' })
  const { password, certificatePem: local } = json as { password: string; certificatePem: string }
  const foreign = await authority.issueClient({ role: 'partner', name: 'ACME' })
  const foreignPem = foreign.certificatePem + foreign.privateKeyPem
  const signIn = async (pem: string) => {
    const tls = { ca: foreignCaPem, servername: 'localhost', cert: pem, key: pem }
    const client = await RawMqttClient.open({ port: portOf(server, 'partners'), tls })
    client.socket.on('error', () => {})
    const { reasonCode } = await client
      .connect({ username: 'ACME', password: Buffer.from(password) })
      .finally(() => client.destroy())
    return reasonCode
  }
  assert.deepEqual([await signIn(local), await signIn(foreignPem)], [0, 0])
  await writeCrl([new X509Certificate(foreign.certificatePem).serialNumber])
  await server.reload()
  await assert.rejects(signIn(foreignPem))
  assert.equal(await signIn(local), 0)
})

test('files that change are noticed', async (t) => {
  await issueServer('watched')
  const data = await openDataFolder(makeFolder())
  const certificates = await openCertificates({ data, names: [] })
  const { tls: paths } = loadConfig({ env: {}, flags: flags('watched') })
  const log = { warn: () => {}, error: () => {}, info: () => {} } as never
  const tls = await TlsInForce.open({ paths, certificates, log, others: () => [], lookMilliseconds: 20 })
  t.after(() => tls.close())
  const changed = new Promise<string>((resolve) =>
    tls.onChange(({ certificatePem }) => resolve(new X509Certificate(certificatePem).serialNumber)),
  )
  tls.watch()
  const serial = await issueServer('watched')
  const alive = setInterval(() => {}, 1_000)
  assert.equal(await changed, serial)
  clearInterval(alive)
})

test('the local authority’s certificate is renewed before it ends', async (t) => {
  let now = Date.now()
  const tls = await openFor('', () => now)
  t.after(() => tls.close())
  const serials: string[] = []
  tls.onChange(({ certificatePem }) => serials.push(new X509Certificate(certificatePem).serialNumber))
  now += 366 * DAY_MS
  await tls.refresh()
  assert.equal(serials.length, 0)
  now += 2 * DAY_MS
  await tls.refresh()
  assert.equal(serials.length, 1)
})

test('a certificate that ends is told of 30 days ahead, in the log once a day', async (t) => {
  let now = Date.now()
  const told: object[] = []
  await issueServer('short', { days: 31, now })
  const tls = await openFor('short', () => now, told)
  t.after(() => tls.close())
  tls.watch()
  assert.deepEqual([told.length, findExpiring(tls.expiries(), now)], [0, []])
  now += DAY_MS + 1_000
  await tls.refresh()
  await tls.refresh()
  now += DAY_MS
  await tls.refresh()
  assert.deepEqual(
    told.map((fields) => (fields as { certificate: string }).certificate),
    ['server', 'server'],
  )
  const [warning] = findExpiring(tls.expiries(), now)
  assert.equal(warning?.code, 'CERTIFICATE_EXPIRES')
  assert.match(warning?.text ?? '', /“server” ends on \d{4}-\d\d-\d\d, in 28 days/)
})

test('partners and vehicles whose certificates end are told of 30 days ahead, in the log once a day, all in one line', async (t) => {
  const store = await openSqlite({ file: ':memory:' })
  t.after(() => store.close())
  let now = Date.now()
  const told: { fields: object; text: string }[] = []
  const log = { warn: (fields: object, text: string) => told.push({ fields, text }), error: assert.fail }
  const fleet = new Fleet({ store: store.fleet, authority, now: () => now })
  const expiry = new ClientExpiry({ fleet, log: log as never, now: () => now })
  const uids = ['A', 'B', 'C', 'D', 'E', 'F']
  for (const uid of uids) await fleet.addPartner({ uid })
  await fleet.addVehicles(['VF30DEMO000000001', 'VF30DEMO000000002'], { certificates: true })
  await fleet.addVehicles(['VF30DEMO000000003'])

  now += 794 * DAY_MS
  await expiry.look()
  assert.deepEqual([told, expiry.warnings()], [[], []])
  now += 2 * DAY_MS
  await expiry.look()
  await expiry.look()
  now += DAY_MS
  await expiry.look()
  assert.deepEqual(
    told.map(({ fields }) => fields),
    [
      { partners: 6, vehicles: 2 },
      { partners: 6, vehicles: 2 },
    ],
  )
  assert.match(
    told[0]?.text ?? '',
    /^The last client certificates of 6 partners end [^:]*: ([A-F] \(\d{4}-\d\d-\d\d\),? ){5}…\. The last client certificates of 2 vehicles/,
  )
  assert.deepEqual(
    expiry.warnings().map(({ code }) => code),
    ['PARTNER_CERTIFICATES_EXPIRE', 'VEHICLE_CERTIFICATES_EXPIRE'],
  )

  for (const uid of uids.slice(1))
    await fleet.credentials.rotate('partner', uid, { certificate: true, overlapSeconds: 3_600 })
  await fleet.credentials.revoke('vehicle', 'VF30DEMO000000001', { what: 'certificate' })
  await fleet.removeVehicle('VF30DEMO000000002')
  await expiry.look()
  assert.deepEqual(
    expiry.found.map(({ role, count, first }) => [role, count, first.map(({ name }) => name)]),
    [
      ['partner', 1, ['A']],
      ['vehicle', 0, []],
    ],
  )
  // It has ended, and somebody may have missed it; then they have not.
  now += 50 * DAY_MS
  await expiry.look()
  assert.equal(expiry.found[0]?.count, 1)
  now += 10 * DAY_MS
  await expiry.look()
  assert.deepEqual(expiry.warnings(), [])
})

test('the figures and the operator’s REST say whose client certificates end', async () => {
  const data = makeFolder()
  const store = await openSqlite({ file: join((await openDataFolder(data)).path, 'pillion.db') })
  const then = () => Date.now() - 800 * DAY_MS
  await new Fleet({ store: store.fleet, authority, now: then }).addPartner({ uid: 'OLD' })
  await store.close()
  const server = await startTestServer({ data })
  const askExpiring = async () =>
    (await askAdmin(server, 'GET', '/certificates/expiring')).json as ExpiringCertificatesView[]
  while ((await askExpiring()).length === 0) await turn()
  assert.deepEqual(
    (await askExpiring()).map(({ role, count, first: [first] }) => [role, count, first?.name]),
    [
      ['partner', 1, 'OLD'],
      ['vehicle', 0, undefined],
    ],
  )
  const { body } = await ask(server, '/metrics')
  assert.match(body.toString(), /^pillion_certificates_expiring\{role="partner"\} 1$/m)
})

const wrong = [
  { name: 'a certificate without its key', flags: { 'tls.keyFile': '' }, path: 'tls.keyFile' },
  { name: 'another’s key', flags: { 'tls.keyFile': 'server.key' }, path: 'tls.keyFile' },
  { name: 'a file that is not there', flags: { 'tls.certFile': 'missing.crt' }, path: 'tls.certFile' },
  {
    name: 'an authority that is none',
    flags: { 'tls.clientCaFile': 'server.key' },
    path: 'tls.clientCaFile',
  },
  { name: 'a revocation list that is none', flags: { 'tls.crlFile': 'server.crt' }, path: 'tls.crlFile' },
]

await issueServer('other')

for (const { name, flags: changed, path } of wrong) {
  test(`refuses ${name} at the start, naming the key`, () => {
    const paths = Object.entries(changed).map(([key, value]) => [key, value === '' ? '' : file(value)])
    const all = { ...flags('other'), ...Object.fromEntries(paths) }
    assert.throws(() => loadConfig({ env: {}, flags: all }), { name: 'ConfigError', path })
  })
}
