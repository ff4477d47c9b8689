import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import https from 'node:https'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { ConnectionOptions } from 'node:tls'
import type { ConnectionPage, PartnerDetail, Revocation, VehicleDetail } from '@pillion/schema'
import { Peer, readTls, type SignIn } from './support/peer.ts'
import { openScene, type Partner, type Scene, vins } from './support/scene.ts'

const NOT_AUTHORIZED = 0x87
const ADMINISTRATIVE_ACTION = 0x98

let scene: Scene
before(async () => {
  scene = await openScene()
})
after(() => scene?.pillion.stop())

/** On every listener that takes a partner: one of each node, where there are several. */
const listeners = ['mqtt', 'mqtts', 'partners'] as const

async function connectEverywhere(partner: Partner, tls: ConnectionOptions): Promise<Peer[]> {
  return Promise.all(
    listeners.map((listener) => {
      const { uid: username, password } = partner
      const signIn: SignIn = { listener, username, password, clientId: listener }
      return Peer.signedIn(scene, listener === 'mqtt' ? signIn : { ...signIn, tls })
    }),
  )
}

async function refusalOf(signIn: SignIn): Promise<number> {
  const { peer, connack } = await Peer.trySignIn(scene, signIn)
  peer.close()
  return connack.reasonCode
}

/** The status of the partners’ REST (W 12). */
function askEligibility(uid: string, tls: ConnectionOptions): Promise<number | undefined> {
  const path = `/applications/portail-ovip/v2/eligibility?client_id=${uid}&vin=${vins.car}`
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const { ca, cert, key } = tls
  const options = { port: scene.pillion.ports.https, path, ca, cert, key, agent: false } as const
  https
    .get({ host: '127.0.0.1', ...options }, (response) => resolve(response.resume().statusCode))
    .on('error', reject)
  return promise
}

test('clients are listed and kicked on whichever node they are, and told why', async () => {
  const { pillion, rival } = scene
  const peers = await connectEverywhere(rival, await readTls(rival))
  const { connections, total } = await pillion.json<ConnectionPage>('clients', 'list', '--name', 'rival')
  assert.deepEqual([connections.map(({ clientId }) => clientId).sort(), total], [[...listeners].sort(), 3])
  const one = connections.find(({ clientId }) => clientId === 'mqtt')
  await pillion.json('clients', 'kick', one?.id ?? '', '--reason', 'Please update.')
  const { reasonCode, properties } = await (peers[0] as Peer).client.receive('disconnect')
  assert.deepEqual([reasonCode, properties?.reasonString], [ADMINISTRATIVE_ACTION, 'Please update.'])
  const unasked = await pillion.cli('clients', 'kick', '--name', 'rival')
  assert.match(unasked.stderr, /Up to 2 connections will be ended\. Add --yes/)
  await (peers[1] as Peer).ping()
  assert.deepEqual(await pillion.json('clients', 'kick', '--name', 'rival', '--yes'), {
    connections: 2,
    silentNodes: [],
  })
  for (const peer of peers.slice(1)) await peer.client.receive('disconnect')
})

test('what a partner was given anew works beside what it had, on every listener', async () => {
  const { pillion, acme } = scene
  const folder = join(pillion.folder, 'acme-new')
  const { password } = await pillion.json<{ password: string }>('partner', 'rotate', 'acme', '--out', folder)
  const files = { certificateFile: join(folder, 'client.crt'), caFile: join(folder, 'ca.crt') }
  const renewed = { ...acme, password, folder, ...files }
  assert.equal(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')).password, password)
  const peers = [
    ...(await connectEverywhere(acme, await readTls(acme))),
    ...(await connectEverywhere(renewed, await readTls(renewed))),
  ]
  const detail = await pillion.json<PartnerDetail>('partner', 'show', 'acme')
  assert.deepEqual([detail.apps, detail.certificates.length], [['parking'], 2])
  const dayAhead = (time = '') => Math.round((Date.parse(time) - Date.now()) / 86_400_000)
  assert.equal(dayAhead(detail.certificates[1]?.revokedAt), 1)
  assert.equal(dayAhead(detail.replacedPasswordEndsAt), 1)
  for (const peer of peers) peer.close()
  // From here on the scene's partner is the renewed one.
  Object.assign(acme, renewed)
})

test('a revoked certificate ends the connections that came with it, on all nodes within a second, and is refused on every listener', async () => {
  const { pillion, acme } = scene
  const tls = await readTls(acme)
  const peers = await connectEverywhere(acme, tls)
  const { certificates } = await pillion.json<PartnerDetail>('partner', 'show', 'acme')
  const { fingerprint = '', serialNumber = '' } = certificates[0] ?? {}
  const revoke = ['partner', 'revoke', 'acme', '--what', 'certificate', '--fingerprint', fingerprint]
  const trial = await pillion.json<Revocation>(...revoke, '--trial')
  assert.deepEqual(trial.connections.map(({ clientId }) => clientId).sort(), ['mqtts', 'partners'])
  const unasked = await pillion.cli(...revoke)
  assert.match(unasked.stderr, /2 connections will end: acme \(.*Add --yes/)
  assert.equal(await askEligibility('acme', tls), 200)
  for (const peer of peers) await peer.ping()
  const started = performance.now()
  const body = { what: 'certificate', fingerprint }
  const closed = Promise.all(peers.slice(1).map((peer) => peer.client.receive('disconnect')))
  await pillion.admin('/partners/acme/revocations', body)
  for (const { reasonCode } of await closed) assert.equal(reasonCode, NOT_AUTHORIZED)
  assert.ok(performance.now() - started < 1_000)
  await (peers[0] as Peer).ping()
  const { uid: username, password } = acme
  for (const listener of ['mqtts', 'partners'] as const)
    assert.equal(await refusalOf({ listener, tls, username, password }), NOT_AUTHORIZED)
  assert.equal(await askEligibility('acme', tls), 401)
  assert.equal(await refusalOf({ listener: 'mqtts', tls: { ca: tls.ca }, username, password }), 0)
  const list = Buffer.from(await (await fetch(`${pillion.url}/ca.crl`)).arrayBuffer())
  assert.ok(list.includes(Buffer.from(serialNumber, 'hex')))
  assert.equal(await (await fetch(`${pillion.url}/ca.pem`)).text(), await readFile(acme.caFile, 'utf8'))
  for (const peer of peers) peer.close()
})

test('a vehicle of which everything is revoked is out until it is given something new', async () => {
  const { pillion, car } = scene
  const peer = await Peer.vehicle(scene, car)
  assert.equal((await pillion.json<VehicleDetail>('vehicle', 'show', vins.car)).isConnected, true)
  const ended = peer.client.receive('disconnect')
  await pillion.json('vehicle', 'revoke', vins.car, '--what', 'everything', '--yes')
  assert.equal((await ended).reasonCode, NOT_AUTHORIZED)
  assert.notEqual(await refusalOf({ username: vins.car, password: car.password }), 0)
  const { password } = await pillion.json<{ password: string }>('vehicle', 'rotate', vins.car)
  assert.equal(await refusalOf({ username: vins.car, password }), 0)
})

test('a partner is removed with its apps, and a vehicle with its subscriptions, when that is meant', async () => {
  const { pillion, rival } = scene
  const peers = await connectEverywhere(rival, await readTls(rival))
  const unasked = await pillion.cli('partner', 'remove', 'rival')
  assert.match(unasked.stderr, /Its apps go with it, from every screen: weather\. Connections that end: 3\./)
  const ended = Promise.all(peers.map((peer) => peer.client.receive('disconnect')))
  const removed = await pillion.json('partner', 'remove', 'rival', '--yes')
  assert.deepEqual(removed, { uid: 'rival', apps: ['weather'], vehicles: 2 })
  await ended
  assert.notEqual(await refusalOf({ username: 'rival', password: rival.password }), 0)
  assert.deepEqual((await pillion.json<VehicleDetail>('vehicle', 'show', vins.van)).apps, [])
  assert.equal(
    (
      await fetch(`http://weather.pillion.localhost:${pillion.ports.http}/apps/weather/index.html`).catch(
        () => ({ status: 404 }),
      )
    ).status,
    404,
  )
  await pillion.json('vehicle', 'remove', vins.van, '--yes')
  assert.equal((await pillion.cli('vehicle', 'show', vins.van)).exitCode, 4)
  await pillion.json('app', 'update', 'parking', '--driving-mode')
  assert.deepEqual(await pillion.json('app', 'remove', 'parking', '--yes'), {
    idApp: 'parking',
    uid: 'acme',
    vehicles: 1,
  })
})
