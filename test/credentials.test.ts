import assert from 'node:assert/strict'
import https from 'node:https'
import { after, before, test } from 'node:test'
import type { ConnectionOptions } from 'node:tls'
import type {
  ConnectionPage,
  IssuedPartner,
  IssuedVehicle,
  Kicked,
  PartnerDetail,
  RemovedPartner,
  Revocation,
  VehicleDetail,
} from '@pillion/schema'
import { Peer, type SignIn } from './support/peer.ts'
import { Pillion } from './support/pillion.ts'

const NOT_AUTHORIZED = 0x87
const ADMINISTRATIVE_ACTION = 0x98
const vin = 'VF3CAR00000000001'

let pillion: Pillion
let acme: IssuedPartner
before(async () => {
  pillion = await Pillion.start()
  acme = await pillion.admin<IssuedPartner>('/partners', { uid: 'acme' })
})
after(() => pillion?.stop())

/** On every listener that takes a partner: one of each node, where there are several. */
const listeners = ['mqtt', 'mqtts', 'partners'] as const

function connectEverywhere(partner: IssuedPartner): Promise<Peer[]> {
  const { uid: username, password } = partner
  return Promise.all(
    listeners.map((listener) => {
      const tls = listener === 'mqtt' ? {} : { tls: readTls(partner) }
      return Peer.signedIn({ pillion }, { listener, username, password, clientId: listener, ...tls })
    }),
  )
}

async function codeFor(signIn: SignIn): Promise<number> {
  const { peer, connack } = await Peer.trySignIn({ pillion }, signIn)
  await peer.close()
  return connack.reasonCode
}

function readTls({ caPem, certificatePem }: IssuedPartner): ConnectionOptions {
  return { ca: caPem, cert: certificatePem, key: certificatePem }
}

/** The status of the partners’ REST (W 12). */
function askEligibility(partner: IssuedPartner): Promise<number | undefined> {
  const path = `/applications/portail-ovip/v2/eligibility?client_id=${partner.uid}&vin=${vin}`
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const { caPem: ca, certificatePem: pem } = partner
  const options = {
    host: '127.0.0.1',
    port: pillion.ports.https,
    path,
    ca,
    cert: pem,
    key: pem,
    agent: false,
  } as const
  https.get(options, (response) => resolve(response.resume().statusCode)).on('error', reject)
  return promise
}

test('clients are listed and kicked on whichever node they are, and told why', async () => {
  const peers = await connectEverywhere(acme)
  const { connections, total } = await pillion.admin<ConnectionPage>('/connections?name=acme')
  assert.deepEqual([connections.map(({ clientId }) => clientId).sort(), total], [[...listeners].sort(), 3])
  for (const { clientId, id } of connections) {
    const peer = peers[listeners.indexOf(clientId as 'mqtt')] as Peer
    const kicked = await pillion.ask<Kicked>('DELETE', `/connections/${id}?reason=Update.`)
    assert.deepEqual(kicked, { connections: 1, silentNodes: [] })
    const { reasonCode, properties } = await peer.client.receive('disconnect')
    assert.deepEqual([reasonCode, properties?.reasonString], [ADMINISTRATIVE_ACTION, 'Update.'])
  }
  const again = await connectEverywhere(acme)
  const kicked = await pillion.admin<Kicked>('/connections/kick', { role: 'partner', name: 'acme' })
  assert.deepEqual(kicked, { connections: 3, silentNodes: [] })
  for (const peer of again) await peer.client.receive('disconnect')
})

test('what a partner was given anew works beside what it had, on every listener', async () => {
  const renewed = await pillion.admin<IssuedPartner>('/partners/acme/credentials', {})
  const peers = [...(await connectEverywhere(acme)), ...(await connectEverywhere(renewed))]
  const { certificates, replacedPasswordEndsAt } = await pillion.admin<PartnerDetail>('/partners/acme')
  const daysAhead = (time = '') => Math.round((Date.parse(time) - Date.now()) / 86_400_000)
  assert.deepEqual(
    [certificates.length, daysAhead(certificates[1]?.revokedAt), daysAhead(replacedPasswordEndsAt)],
    [2, 1, 1],
  )
  for (const peer of peers) await peer.close()
  acme = renewed
})

test('a revoked certificate ends the connections that came with it, on all nodes within a second, and is refused on every listener', async () => {
  const peers = await connectEverywhere(acme)
  const { certificates } = await pillion.admin<PartnerDetail>('/partners/acme')
  const { fingerprint = '', serialNumber = '' } = certificates[0] ?? {}
  const revoked = { what: 'certificate', fingerprint }
  const revoke = (more: object) =>
    pillion.admin<Revocation>('/partners/acme/revocations', { ...revoked, ...more })
  const trial = await revoke({ isTrial: true })
  assert.deepEqual(trial.connections.map(({ clientId }) => clientId).sort(), ['mqtts', 'partners'])
  assert.equal(await askEligibility(acme), 200)
  for (const peer of peers) await peer.ping()
  const closed = Promise.all(peers.slice(1).map((peer) => peer.client.receive('disconnect')))
  const started = performance.now()
  const answered = revoke({})
  for (const { reasonCode } of await closed) assert.equal(reasonCode, NOT_AUTHORIZED)
  assert.ok(performance.now() - started < 1_000)
  assert.equal((await answered).total, 2)
  await (peers[0] as Peer).ping()
  const { uid: username, password } = acme
  for (const listener of ['mqtts', 'partners'] as const)
    assert.equal(await codeFor({ listener, tls: readTls(acme), username, password }), NOT_AUTHORIZED)
  assert.equal(await askEligibility(acme), 401)
  assert.equal(await codeFor({ listener: 'mqtts', tls: { ca: acme.caPem }, username, password }), 0)
  const list = Buffer.from(await (await fetch(`${pillion.url}/ca.crl`)).arrayBuffer())
  assert.ok(list.includes(Buffer.from(serialNumber, 'hex')))
  assert.equal(await (await fetch(`${pillion.url}/ca.pem`)).text(), acme.caPem)
  for (const peer of peers) await peer.close()
})

test('a vehicle of which everything is revoked is out until it is given something new', async () => {
  const [car] = await pillion.admin<[IssuedVehicle]>('/vehicles', { vins: [vin] })
  const peer = await Peer.signedIn({ pillion }, { username: vin, password: car.password })
  assert.equal((await pillion.admin<VehicleDetail>(`/vehicles/${vin}`)).isConnected, true)
  const ended = peer.client.receive('disconnect')
  await pillion.admin(`/vehicles/${vin}/revocations`, { what: 'everything' })
  assert.equal((await ended).reasonCode, NOT_AUTHORIZED)
  assert.notEqual(await codeFor({ username: vin, password: car.password }), 0)
  const { password } = await pillion.admin<IssuedVehicle>(`/vehicles/${vin}/credentials`, {})
  assert.equal(await codeFor({ username: vin, password }), 0)
})

test('a removed partner is gone on every node, with its apps', async () => {
  await pillion.admin('/apps', { idApp: 'parking', uid: 'acme' })
  await pillion.admin('/apps/parking/subscriptions', { vins: [vin] })
  const renewed = await pillion.admin<IssuedPartner>('/partners/acme/credentials', {})
  const peers = await connectEverywhere(renewed)
  const ended = Promise.all(peers.map((peer) => peer.client.receive('disconnect')))
  const removed = await pillion.ask<RemovedPartner>('DELETE', '/partners/acme')
  assert.deepEqual(removed, { uid: 'acme', apps: ['parking'], vehicles: 1 })
  await ended
  assert.notEqual(await codeFor({ username: 'acme', password: renewed.password }), 0)
  assert.deepEqual((await pillion.admin<VehicleDetail>(`/vehicles/${vin}`)).apps, [])
})
