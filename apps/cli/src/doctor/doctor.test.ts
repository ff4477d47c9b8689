import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createServer } from 'node:tls'
import { appLabel, CertificateAuthority, Fleet } from '../../../../packages/fleet/src/index.ts'
import { parseIdApp } from '../../../../packages/schema/src/index.ts'
import { openSqlite } from '../../../../packages/store/src/index.ts'
import { waitUntil } from '../../../../packages/testkit/src/index.ts'
import { makeFolder, portOf, startTestServer } from '../../../server/src/server.fixture.ts'
import type { Check } from '../checks.ts'
import { CliError } from '../cli-error.ts'
import { AdminClient } from '../client.ts'
import { exitCodes } from '../exit-codes.ts'
import { runPillion } from '../run-pillion.ts'
import { checkClient } from './check-client.ts'
import { checkServer } from './check-server.ts'
import { checkClock } from './check-web-socket.ts'
import { readSetup, type Setup } from './setup.ts'

const root = 'psa/OVIPPartners-Dev'
const vin = 'VF7DOCTOR00000001'
const data = makeFolder()
await addClashingApps(join(data, 'pillion.db'))
const server = await startTestServer({ data, 'listeners.mqtt.host': '0.0.0.0' })
const { fleet } = server
const acme = await fleet.addPartner({ uid: 'ACME' })
const other = await fleet.addPartner({ uid: 'OTHER' })
await fleet.addVehicles([vin])
await fleet.addApp({ idApp: 'news', uid: 'ACME' })
await fleet.subscribeVehicles('news', [vin])
const ca = readFileSync(join(data, 'ca/certificate.pem'), 'utf8')

const setup: Setup = {
  protocol: 'mqtts',
  host: '127.0.0.1',
  port: portOf(server, 'partners'),
  path: '/mqtt',
  username: 'ACME',
  password: acme.password,
  ca,
  certificate: acme.certificatePem,
  privateKey: acme.certificatePem,
}

/** As an earlier version took them (W 11.3). */
async function addClashingApps(file: string): Promise<void> {
  const store = await openSqlite({ file })
  const fleet = new Fleet({ store: store.fleet, ...(await CertificateAuthority.create()) })
  await fleet.addPartner({ uid: 'EARLY' })
  const first = await fleet.addApp({ idApp: 'My.App', uid: 'EARLY' })
  const label = parseIdApp(appLabel(first.idApp)) ?? assert.fail()
  await store.fleet.apps.addApp({ ...first, idApp: label, createdAt: first.createdAt + 1 })
  await store.close()
}

function faultsOf(checks: readonly Check[]): Check[] {
  return checks.filter(({ isPassed, isWarning }) => !isPassed && !isWarning)
}

/** The one thing that is wrong. */
async function findFault(changes: Partial<Setup>, question = {}): Promise<string> {
  const faults = faultsOf(await checkClient({ ...setup, ...changes }, question))
  assert.equal(faults.length, 1, JSON.stringify(faults))
  assert.ok(faults[0]?.fix, faults[0]?.text)
  return `${faults[0]?.text} → ${faults[0]?.fix}`
}

test('finds nothing wrong with a set-up that is right, down to a message that is granted (W 2.2, 2.7)', async () => {
  const checks = await checkClient(setup, { vin })
  assert.deepEqual(faultsOf(checks), [])
  assert.match(
    checks.at(-1)?.text ?? '',
    new RegExp(`Publishing to ${root}/to/uid/ACME/opa/${vin}/ is granted`),
  )
  const webSocket: Partial<Setup> = { protocol: 'wss', port: portOf(server, 'https') }
  const texts = (await checkClient({ ...setup, ...webSocket }, {})).map(({ text }) => text).join('\n')
  assert.match(texts, /WebSocket for MQTT is opened at \/mqtt[\s\S]*Signing in as ACME works/)
})

const authority = await CertificateAuthority.create()
const year = 365 * 86_400_000
const ownAuthority = await CertificateAuthority.load({
  certificatePem: ca,
  privateKeyPem: readFileSync(join(data, 'ca/private-key.pem'), 'utf8'),
})
const foreign = await authority.authority.issueClient({ role: 'partner', name: 'ACME' })
const expired = await ownAuthority.issueClient({
  role: 'partner',
  name: 'ACME',
  days: 1,
  now: Date.now() - year,
})
const expiredPem = expired.certificatePem + expired.privateKeyPem

// what is wrong | changes of a set-up that is right | question | words
const brokenSetups: [string, Partial<Setup>, object, RegExp][] = [
  [
    'the authority of another server',
    { ca: authority.certificatePem },
    {},
    /not trusted here .* → The ca file is of another/,
  ],
  ['no authority', { ca: undefined }, {}, /not trusted here .* → Name the operator’s authority/],
  [
    'a name that the certificate does not have',
    { host: '0.0.0.0' },
    {},
    /not issued for the name 0\.0\.0\.0, but for .*localhost/,
  ],
  [
    'a name that leads nowhere',
    { host: 'nowhere.invalid' },
    {},
    /leads nowhere .* → Look for a misspelt name/,
  ],
  ['a port without TLS', { port: portOf(server, 'mqtt') }, {}, /no TLS at this port .*8886/],
  ['TLS taken for plain MQTT', { protocol: 'mqtt' }, {}, /hung up without an answer .*mqtts:\/\//],
  [
    'the password of another',
    { password: other.password },
    {},
    /Signing in was refused: User name or password.*0x86.*rotat|replaced/,
  ],
  [
    'the certificate of another partner',
    { certificate: other.certificatePem, privateKey: other.certificatePem },
    {},
    /issued for OTHER, and the user name is ACME/,
  ],
  [
    'the key of another certificate',
    { privateKey: other.certificatePem },
    {},
    /private key is that of another/,
  ],
  ['a certificate without a key', { privateKey: ca }, {}, /no private key/],
  ['a file that holds no certificate', { certificate: 'x' }, {}, /holds none/],
  [
    'a client certificate that has ended',
    { certificate: expiredPem, privateKey: expiredPem },
    {},
    /client certificate ended on/,
  ],
  [
    'no client certificate where one is wanted',
    { certificate: undefined },
    {},
    /hung up without an answer .*--cert FILE|broke off the TLS/,
  ],
  [
    'a certificate of another authority',
    { certificate: foreign.certificatePem, privateKey: foreign.privateKeyPem },
    {},
    /hung up without an answer .*another authority|broke off the TLS/,
  ],
  [
    'a topic with a slash before it',
    {},
    { topic: `/${root}/to/uid/ACME/opa/${vin}/` },
    /begins with a slash/,
  ],
  [
    'a topic with a short VIN',
    {},
    { topic: `${root}/to/uid/ACME/opa/VF7/` },
    /has 3 characters; a VIN has 17/,
  ],
  ['a topic with another’s UID', {}, { topic: `${root}/to/uid/OTHER/opa/${vin}/` }, /your own, ACME/],
  ['a short VIN', {}, { vin: 'VF7' }, /has 3 characters/],
  [
    'a vehicle that is not subscribed',
    {},
    { vin: 'VF7DOCTOR00000009' },
    /vehicle is unknown or not subscribed.* → Subscribe/,
  ],
  [
    'a subtopic with an empty level',
    {},
    { topic: `${root}/to/uid/ACME/opa/${vin}/a//b` },
    /subtopic has no wildcards/,
  ],
  ['WebSocket at an MQTT port', { protocol: 'wss' }, {}, /No WebSocket there/],
]
for (const [what, changes, question, words] of brokenSetups) {
  test(`finds ${what}, and nothing else, and says what to do`, async () => {
    const found = await findFault(changes, question)
    assert.match(found, words)
    assert.ok(!found.includes(acme.password) && !found.includes(other.password))
  })
}

test('finds a clock that is behind, by either end’s certificate', async () => {
  const faults = faultsOf(await checkClient(setup, { now: Date.now() - year }))
  assert.equal(faults.length, 2)
  for (const { text, fix } of faults)
    assert.match(`${text} ${fix}`, /valid from .* clock of this machine says .* Set the clock/)
})

test('finds a port where nothing listens', async () => {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as { port: number }
  free.close()
  await once(free, 'close')
  assert.match(await findFault({ port }), /Nothing answers at .*ECONNREFUSED.* → Check the port/)
})

test('sends no password to a server whose certificate has ended, or that is not trusted', async () => {
  const { certificatePem: cert, privateKeyPem: key } = await ownAuthority.issueServer({
    names: ['127.0.0.1'],
    days: 1,
    now: Date.now() - year,
  })
  const received: Buffer[] = []
  const impostor = createServer({ cert, key }, (socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes: Buffer) => received.push(bytes))
  }).listen(0, '127.0.0.1')
  after(() => impostor.close())
  await once(impostor, 'listening')
  const { port } = impostor.address() as { port: number }
  assert.match(await findFault({ port }), /server’s certificate ended on .* → Tell the operator/)
  await findFault({ port, ca: authority.certificatePem }, { now: Date.now() - year + 3_600_000 }).catch(
    () => {},
  )
  assert.deepEqual(received, [])
})

test('compares clocks by the Date of an answer', () => {
  const now = Date.parse('2026-01-01T12:00:00Z')
  assert.ok(checkClock('Thu, 01 Jan 2026 11:59:01 GMT', now).isPassed)
  assert.match(checkClock('Thu, 01 Jan 2026 11:58:00 GMT', now).text, /120 s ahead of/)
  assert.match(checkClock('Thu, 01 Jan 2026 13:00:00 GMT', now).text, /3600 s behind/)
})

test('warns of a password that goes over the network in clear, and of a certificate that ends within 30 days', async () => {
  const soon = await ownAuthority.issueClient({ role: 'partner', name: 'ACME', days: 20 })
  const pem = soon.certificatePem + soon.privateKeyPem
  const checks = await checkClient({ ...setup, certificate: pem, privateKey: pem }, {})
  assert.deepEqual(faultsOf(checks), [])
  assert.match(checks.find(({ isWarning }) => isWarning)?.text ?? '', /ends in (19|20) days/)
})

test('looks at the server: listeners, readiness, clock, operators, disk, certificates, encryption', async () => {
  const address = { url: server.httpUrl, token: server.adminToken, tokenFile: '', data, authorityPem: ca }
  const checks = await checkServer(new AdminClient(address), address)
  assert.deepEqual(faultsOf(checks), [])
  const texts = checks.map(({ text }) => text).join('\n')
  for (const words of [
    /is ready/,
    /clocks .* agree/,
    /Listener partners can be reached/,
    /no operator yet/,
    /mqtt can be reached from other machines without/,
    /GiB are free/,
    /Certificate server is valid/,
    /Apps My\.App and my-app-feaec906 share the host name my-app-feaec906 .* Remove my-app-feaec906, which came later/,
  ])
    assert.match(texts, words)
  await fleet.removeApp('my-app-feaec906')
  const mended = await waitUntil('the server knows it', async () => {
    const found = await checkServer(new AdminClient(address), address)
    return found.some(({ reason }) => reason === 'APPS_SHARE_LABEL') ? undefined : found
  })
  assert.equal(mended.length, checks.length - 1)
  const [refused] = await checkServer(new AdminClient({ ...address, token: 'wrong' }), {
    ...address,
    token: 'wrong',
  })
  assert.equal(refused?.reason, 'ADMIN_TOKEN_REFUSED')
})

test('goes on when the database is away', async () => {
  const address = { url: server.httpUrl, token: server.adminToken, tokenFile: '', data, authorityPem: ca }
  const client = new AdminClient(address)
  const get = client.get.bind(client)
  client.get = <T>(path: string) =>
    path === '/operators'
      ? Promise.reject<T>(new CliError('away', { exitCode: 1, code: 'STORE_UNAVAILABLE' }))
      : get<T>(path)
  const texts = (await checkServer(client, address)).map(({ text }) => text).join('\n')
  assert.match(texts, /GiB are free/)
})

test('pillion doctor and explain: ✓ and ✗, exit code 1 when something is wrong, and never a password', async () => {
  const folder = makeFolder()
  mkdirSync(join(folder, 'acme'))
  const write = (name: string, text: string) => writeFileSync(join(folder, 'acme', name), text)
  write('client.crt', acme.certificatePem)
  write('ca.crt', ca)
  const config = {
    uri: `127.0.0.1:${setup.port}`,
    sslClientCert: 'client.crt',
    ca: 'ca.crt',
    username: 'ACME',
    password: acme.password,
  }
  write('config.json', JSON.stringify(config))
  assert.deepEqual(readSetup({ config: join(folder, 'acme/config.json') }), setup)
  assert.throws(() => readSetup({ config: join(folder, 'acme/ca.crt') }), /it is not JSON/)
  assert.throws(() => readSetup({ host: 'http://x' }), /is no address/)
  const cwd = folder
  const [bad, no, refusals] = await Promise.all([
    runPillion(['doctor', '--config', 'acme/config.json', '--vin', 'VF7'], { cwd }),
    runPillion(['explain', 'publish', 'partner:NOBODY', 'x', '--data', data], { cwd }),
    runPillion(['explain', 'refusals', '--since', '10m', '--search', 'password_wrong', '--data', data], {
      cwd,
    }),
  ])
  assert.equal(bad.exitCode, exitCodes.failed)
  assert.match(bad.stdout, /^✗ A VIN has 17 .*\(vin_malformed\)\n {2}→ Write the VIN in full\.$/m)
  assert.equal(no.exitCode, exitCodes.failed)
  assert.match(no.stdout, /^No: There is no such partner\.\n✗ .*\(partner_unknown\)\n {2}→ Add it/)
  assert.equal(refusals.exitCode, exitCodes.ok)
  assert.match(refusals.stdout, /connect: ACME, from 127\.0\.0\.1 at partners/)
  for (const { stdout, stderr } of [bad, no, refusals])
    assert.ok(!`${stdout}${stderr}`.includes(acme.password))
})
