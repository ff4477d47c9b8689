import assert from 'node:assert/strict'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { type MessageStream, PartnerClient, readPartnerConfig, type UplinkMessage } from '@pillion/partner'
import type { App, Partner, Subscriptions, Vehicle, VehicleView } from '@pillion/schema'
import { type FakeApp, type FakeVehicle, waitUntil } from '@pillion/testkit'
import { drive, echo, fetchVehicleView } from './support/drive.ts'
import { MosquittoSubscriber, mosquittoClientsMissing } from './support/mosquitto.ts'
import { Peer } from './support/peer.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

/** Clients wait longer after each failure; this is more than any of them needs here. */
const patienceMilliseconds = 30_000

/** Everything an operator would miss. */
interface Kept {
  readonly partners: Partner[]
  readonly vehicles: Vehicle[]
  readonly apps: App[]
  readonly subscribers: Subscriptions[]
  readonly view: VehicleView
  readonly page: string
}

describe('after kill -9 and a new start on the same data', () => {
  let scene: Scene
  let vehicle: FakeVehicle
  let app: FakeApp
  let client: PartnerClient
  let messages: MessageStream<UplinkMessage>
  let subscriber: MosquittoSubscriber | undefined
  let kept: Kept
  const states: string[] = []

  before(async () => {
    scene = await openScene()
    vehicle = await drive(scene.pillion, scene.car, { parking: echo })
    app = await vehicle.open('parking')
    client = new PartnerClient(readPartnerConfig(`${scene.acme.folder}/config.json`))
    client.on('state', ({ state }) => states.push(state))
    await client.connect()
    messages = client.messages()
    if (!mosquittoClientsMissing) subscriber = await MosquittoSubscriber.start(mosquittoArguments(scene))
    await assertBothWays('before')
    kept = await readKept(scene)
    // Acknowledged a moment before the end: it must be there, too.
    await scene.pillion.addVehicles(vins.unknown)
    await scene.pillion.kill()
    await waitUntil('the vehicle to notice', () => vehicle.host.view.connection !== 'connected')
    await scene.pillion.restart()
  })
  after(async () => {
    await subscriber?.stop()
    await client?.close()
    vehicle?.close()
    await scene?.pillion.stop()
  })

  /** From the back end to the app, back from the app, which is an echo, and to mosquitto_sub as well. */
  async function assertBothWays(content: string): Promise<void> {
    await scene.pillion.settle()
    await client.send(vins.car, 'parking', content)
    const { value } = await messages.next()
    assert.equal(value?.content, content)
    assert.equal(app.received.at(-1)?.content, content)
    const payload = JSON.stringify({ content })
    if (subscriber !== undefined)
      await waitUntil('mosquitto_sub', () => subscriber?.messages.at(-1)?.payload === payload)
  }

  test('identities, apps, packages and subscriptions are there, the last one included', async () => {
    const { vehicles, ...rest } = await readKept(scene)
    assert.deepEqual({ ...rest, vehicles: vehicles.filter(({ vin }) => vin !== vins.unknown) }, kept)
    assert.equal(vehicles.length, kept.vehicles.length + 1)
  })

  test('passwords and certificates of before still open every listener', async () => {
    for (const peer of await Promise.all([
      Peer.partner(scene, scene.rival),
      Peer.partner(scene, scene.rival, { listener: 'mqtts' }),
      Peer.vehicle(scene, scene.van),
    ])) {
      await peer.ping()
      await peer.close()
    }
  })

  test('partner, head unit and mosquitto_sub are back by themselves, and messages flow both ways', async () => {
    await waitUntil('the head unit', () => vehicle.host.view.connection === 'connected', patienceMilliseconds)
    await waitUntil('the partner', () => client.state === 'connected', patienceMilliseconds)
    await subscriber?.subscribed(2, patienceMilliseconds)
    await assertBothWays('after')
    assert.deepEqual(states.slice(0, 2), ['connecting', 'connected'])
    assert.ok(states.includes('reconnecting'))
    // Nothing was started anew in the head unit: it is the same app, and it missed nothing it had.
    assert.equal(vehicle.frames.find('parking'), app)
    assert.deepEqual(
      app.received.map(({ content }) => content),
      ['before', 'after'],
    )
  })
})

/** Without TLS: there mosquitto_sub 2.0 gives up for good when a connection ends in the middle of nowhere. */
function mosquittoArguments({ pillion, acme }: Scene): string[] {
  const login = ['-u', acme.uid, '-P', acme.password]
  return ['-h', '127.0.0.1', '-p', String(pillion.ports.mqtt), ...login, '-t', `${root}/from/uid/acme/opa/#`]
}

async function readKept({ pillion, car }: Scene): Promise<Kept> {
  const view = await fetchVehicleView(pillion.url, car)
  const start = view.apps.find(({ idApp }) => idApp === 'parking')?.url ?? ''
  const [partners, vehicles, apps, parking, weather, page] = await Promise.all([
    pillion.json<Partner[]>('partner', 'list'),
    pillion.json<Vehicle[]>('vehicle', 'list'),
    pillion.json<App[]>('app', 'list'),
    pillion.json<Subscriptions>('app', 'subscribers', 'parking'),
    pillion.json<Subscriptions>('app', 'subscribers', 'weather'),
    fetchFromApp(start),
  ])
  return { partners, vehicles, apps, subscribers: [parking, weather], view, page }
}

/** Browsers know where `*.localhost` is; Node asks the system, which may not. */
async function fetchFromApp(url: string): Promise<string> {
  const { host, port, pathname } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  request({ host: '127.0.0.1', port, path: pathname, headers: { host } }, (response) => {
    text(response).then((body) => resolve(`${response.statusCode} ${body}`), reject)
  })
    .on('error', reject)
    .end()
  return promise
}
