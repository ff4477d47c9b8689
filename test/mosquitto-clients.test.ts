import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { type FakeApp, type FakeVehicle, waitUntil } from '@pillion/testkit'
import mqtt from 'mqtt'
import { drive, echo } from './support/drive.ts'
import { MosquittoSubscriber, mosquittoClientsMissing, runMosquitto } from './support/mosquitto.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

const vin = vins.car
const versions = ['mqttv311', 'mqttv5'] as const

/** One row of W 2.4: what a document prints for the back end to publish and to subscribe to. */
interface Row {
  readonly where: string
  readonly publishes?: readonly string[]
  readonly subscribes?: readonly string[]
  readonly subtopic?: string
}

const rows: readonly Row[] = [
  { where: 'MQTT Messages › MQTT Topic', publishes: ['to/{VIN}/'], subscribes: ['from/{VIN}/'] },
  { where: 'MQTT Messages › From App to Server: Send › What you Need', subscribes: ['from/{VIN}/'] },
  { where: 'MQTT Messages › From Server to App: Send › What you Need', publishes: ['to/{VIN}/'] },
  { where: 'MQTT Messages › From Server to App: Send (code)', publishes: ['from/{VIN}'] },
  { where: 'MQTT Messages › From App to Server: Receive › What you Need', subscribes: ['to/{VIN}/'] },
  { where: 'MQTT Messages › From App to Server: Receive (code)', subscribes: ['to/#'] },
  { where: 'Connectivity › MQTT topic', publishes: ['to/{VIN}/'], subscribes: ['from/{VIN}/'] },
  { where: 'Connectivity › Send message to server', subscribes: ['to/{VIN}/', 'to/#'] },
  { where: 'Connectivity › Send message to app', publishes: ['from/{VIN}/'] },
  { where: 'Connectivity › Send message to app (code)', publishes: ['from/{VIN}'] },
  { where: 'Connectivity › Receiving message', subscribes: ['to/{VIN}/', 'to/#'] },
  { where: 'Connectivity › Receiving message (code)', subscribes: ['to/#'] },
  { where: 'Connectivity › Sending popup', publishes: ['from/{VIN}/'] },
  { where: 'Connectivity › Sending popup (code)', publishes: ['from/{VIN}'] },
  { where: '2019 › Selecting your topic', publishes: ['to/{VIN}/'], subscribes: ['from/{VIN}/'] },
  { where: '2019 › Receiving and sending data and popups', publishes: ['from/{VIN}/', 'from/{VIN}'] },
  { where: '2019 › Sending messages to your server', subscribes: ['to/{VIN}/', 'to/#'] },
  {
    // Its root and its UIN are another product's; the subtopic is what it adds.
    where: 'Demo app 0.0.1 (comments)',
    publishes: ['to/{VIN}/exampleIVI'],
    subscribes: ['from/{VIN}/exampleIVI'],
    subtopic: 'exampleIVI',
  },
]

describe('mosquitto_pub, _sub and _rr', { skip: mosquittoClientsMissing }, () => {
  let scene: Scene
  let vehicle: FakeVehicle
  let app: FakeApp
  /** Options that sign the partner in on 8886 with the files of `pillion partner add --out` (W 2.2). */
  let partner: string[]
  let count = 0

  before(async () => {
    scene = await openScene()
    const { caFile, certificateFile } = scene.acme
    partner = [
      ...['-h', '127.0.0.1', '-p', String(scene.pillion.ports.partners), ...login()],
      ...['--cafile', caFile, '--cert', certificateFile, '--key', certificateFile],
    ]
    vehicle = await drive(scene.pillion, scene.car)
    app = await vehicle.open('parking')
  })
  after(async () => {
    vehicle?.close()
    await scene?.pillion.stop()
  })

  function login(): string[] {
    return ['-u', scene.acme.uid, '-P', scene.acme.password]
  }

  /** Two contents nobody has used before: the second proves that the first came once, and in time. */
  function twoContents(): [string, string] {
    count += 2
    return [`content ${count - 1}`, `content ${count}`]
  }

  /** Publishes two messages as the partner; resolves when the app has got both, each once and in order. */
  async function assertDownlink(args: readonly string[]): Promise<void> {
    const contents = twoContents()
    const before = app.received.length
    const lines = contents.map((content) => JSON.stringify({ idApp: 'parking', popup: false, content }))
    const { exitCode, output } = await runMosquitto('mosquitto_pub', [...args, '-l'], lines)
    assert.deepEqual([exitCode, output], [0, ''])
    await waitUntil(`messages of ${args.join(' ')}`, () => app.received.length >= before + 2)
    assert.deepEqual(
      app.received.slice(before).map(({ content }) => content),
      contents,
    )
  }

  /** The app sends twice; resolves when the subscriber has printed both, each once, under this topic name. */
  async function assertUplink(args: readonly string[], topicName: string, subtopic?: string): Promise<void> {
    const contents = twoContents()
    const subscriber = await MosquittoSubscriber.start(args)
    try {
      for (const content of contents) app.send(content, subtopic)
      const expected = contents.map((content) => ({
        topic: topicName,
        qos: 0,
        retain: false,
        payload: JSON.stringify({ content }),
      }))
      assert.deepEqual(await subscriber.printed(2), expected)
    } finally {
      await subscriber.stop()
    }
  }

  for (const { where, publishes = [], subscribes = [], subtopic } of rows) {
    test(`reach a vehicle and hear it in the spelling of ${where} (W 2.4)`, async () => {
      for (const version of versions) {
        for (const spelling of publishes)
          await assertDownlink([...partner, '-V', version, '-t', spell(spelling)])
        for (const spelling of subscribes) {
          const topicName = spell(spelling.replace('#', '{VIN}/'))
          await assertUplink([...partner, '-V', version, '-t', spell(spelling)], topicName, subtopic)
        }
      }
    })
  }

  test('refuse the malformed opa/#/ themselves, before the server is asked (W 2.6)', async () => {
    const args = [...partner, '-t', spell('to/#/'), '-W', '5']
    const { exitCode, output } = await runMosquitto('mosquitto_sub', args)
    assert.equal(exitCode, 1)
    assert.match(output, /Invalid subscription topic/)
  })

  for (const version of ['mqttv31', ...versions]) {
    test(`publish at QoS 0, 1 and 2, subscribe at each and are granted 0 (W 2.8, ${version})`, async () => {
      for (const qos of ['0', '1', '2']) {
        await assertDownlink([...partner, '-V', version, '-q', qos, '-t', spell('to/{VIN}/')])
        const args = [...partner, '-V', version, '-q', qos, '-t', spell('from/#')]
        await assertUplink(args, spell('from/{VIN}/'))
        const subscriber = await MosquittoSubscriber.start(args)
        await subscriber.stop()
        assert.deepEqual(subscriber.granted, [0])
      }
    })

    test(`mosquitto_rr asks an app and prints its answer, without hearing itself (W 2.5, ${version})`, async () => {
      const page = await openEcho()
      try {
        // The answer is expected on the very topic of the question: an echo would come first.
        const topic = spell('from/{VIN}/')
        const question = JSON.stringify({ idApp: 'weather', content: { sky: version } })
        const rival = scene.rival
        const args = ['-h', '127.0.0.1', '-p', String(scene.pillion.ports.mqtt), '-u', 'rival', '-P', rival.password]
        const topics = ['-t', topic.replace('acme', 'rival'), '-e', topic.replace('acme', 'rival')]
        const { exitCode, output } = await runMosquitto('mosquitto_rr', [
          ...[...args, ...topics, '-V', version, '-W', '10', '-m', question],
        ])
        assert.deepEqual([exitCode, output], [0, `${JSON.stringify({ content: { sky: version } })}\n`])
      } finally {
        page.close()
      }
    })
  }

  async function openEcho(): Promise<FakeVehicle> {
    const van = await drive(scene.pillion, scene.van, { weather: echo })
    await van.open('weather')
    return van
  }
})

function spell(spelling: string): string {
  const [, word, rest = ''] = /^(to|from)\/(.*)$/.exec(spelling) ?? []
  return `${root}/${word}/uid/acme/opa/${rest.replace('{VIN}', vin)}`
}
