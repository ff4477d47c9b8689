import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { PartnerClient, readPartnerConfig } from '@pillion/partner'
import { ConnectedVehicle, waitUntil } from '@pillion/testkit'
import { fetchVehicleView } from './support/drive.ts'
import { callEligibility } from './support/eligibility.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

/** A partner changes subscriptions over REST while the head unit is on the road. The rows of W 12 are tests of the server. */
describe('eligibility and subscriptions (W 12)', () => {
  let scene: Scene
  let partner: PartnerClient
  let vehicle: ConnectedVehicle
  const services = [{ code: 'parking', subscribers: [vins.trailer] }]

  before(async () => {
    scene = await openScene()
    partner = new PartnerClient(readPartnerConfig(`${scene.acme.folder}/config.json`))
    await partner.connect()
    vehicle = await driveWithNotices()
  })
  after(async () => {
    vehicle?.close()
    await partner?.close()
    await scene?.pillion.stop()
  })

  /** As the page does: asks for its apps again whenever it is told to. */
  async function driveWithNotices(): Promise<ConnectedVehicle> {
    const { pillion, trailer } = scene
    const url = `ws://127.0.0.1:${pillion.ports.http}/mqtt`
    const { apps } = await fetchVehicleView(pillion.url, trailer)
    const driven = await ConnectedVehicle.connect({
      ...trailer,
      url,
      root,
      apps,
      scripts: { parking: (app) => app.announce() },
      onNotice: () => void refresh(driven),
    })
    return driven
  }

  async function refresh(driven: ConnectedVehicle): Promise<void> {
    driven.host.setApps((await fetchVehicleView(scene.pillion.url, scene.trailer)).apps)
  }

  const wall = () => vehicle.host.view.apps.map(({ idApp }) => idApp)
  const call = (method: string, path: string, body?: unknown) =>
    callEligibility(scene.pillion, scene.acme, { method, path, body })

  test('a vehicle is eligible; it has no app yet, and hears nothing', async () => {
    const answer = await call('GET', `/eligibility?vin=${vins.trailer}`)
    assert.deepEqual(answer, { status: 200, body: { vin: vins.trailer, eligible: true } })
    assert.deepEqual(wall(), [])
    await assert.rejects(partner.send(vins.trailer, 'parking', 'too early'), { code: 'PUBLISH_REFUSED' })
  })

  test('POST puts the app on the wall of the connected head unit and opens messaging, at once', async () => {
    assert.deepEqual(await call('POST', '/subscriptions', services), { status: 200, body: services })
    await waitUntil('the app on the wall', () => wall().includes('parking'))
    const app = await vehicle.open('parking')
    await partner.send(vins.trailer, 'parking', 'welcome')
    await waitUntil('the message', () => app.received.length === 1)
    assert.equal(app.received[0]?.content, 'welcome')
    const listed = await call('GET', '/subscriptions?service=parking')
    assert.deepEqual(listed.body, {
      code: 'parking',
      name: 'parking',
      subscribers: [vins.trailer, vins.car].sort(),
    })
  })

  test('DELETE unloads the app, takes it off the wall and stops messaging, at once (W 4.2 row 10)', async () => {
    const app = vehicle.frames.get('parking')
    assert.deepEqual(await call('DELETE', '/subscriptions', services), { status: 200, body: services })
    await waitUntil('an empty wall', () => wall().length === 0)
    await waitUntil('the app to be unloaded', () => !app.open)
    assert.ok(app.happened.includes('WebPortal.onApplicationUnloaded'))
    await assert.rejects(partner.send(vins.trailer, 'parking', 'too late'), { code: 'PUBLISH_REFUSED' })
    assert.equal(app.received.length, 1)
  })

  test('another partner changes nothing of it, and nobody does without certificate', async () => {
    const foreign = await callEligibility(scene.pillion, scene.rival, {
      method: 'POST',
      path: '/subscriptions',
      body: services,
    })
    assert.deepEqual(foreign, { status: 202, body: [] })
    const borrowed = await callEligibility(
      scene.pillion,
      { ...scene.acme, certificateFile: scene.rival.certificateFile },
      { path: '/subscriptions?service=parking' },
    )
    assert.equal(borrowed.status, 401)
    const path = `/applications/portail-ovip/v2/subscriptions?service=parking&client_id=acme`
    assert.equal((await fetch(scene.pillion.url + path)).status, 401)
    assert.deepEqual(wall(), [])
  })
})
