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
    vehicle = await drive(scene.pillion, scene.car, { parking: echo })
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
  async function assertDownlink(args: readonly string[], subtopic = ''): Promise<void> {
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
    const { type, ...last } = app.messages.at(-1) as { type: string; subtopic?: string }
    assert.deepEqual([type, last.subtopic], ['WebPortal.MQTT.evt.messageReceived', subtopic])
  }

  /** The app sends twice; resolves when the subscriber has printed both, each once, under this topic name. */
  async function assertUplink(args: readonly string[], topicName: string, subtopic?: string): Promise<void> {
    const contents = twoContents()
    const subscriber = await MosquittoSubscriber.start(args)
    try {
      await scene.pillion.settle()
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
          await assertDownlink([...partner, '-V', version, '-t', spell(spelling)], subtopic)
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
    test(`publish at QoS 0, 1 and 2, subscribe at each and are granted 0 (W 2.8, ${version}) [MQTT-7.0.0-2]`, async () => {
      for (const qos of ['0', '1', '2']) {
        await assertDownlink([...partner, '-V', version, '-q', qos, '-t', spell('to/{VIN}/')])
        const args = [...partner, '-V', version, '-q', qos, '-t', spell('from/#')]
        await assertUplink(args, spell('from/{VIN}/'))
        const subscriber = await MosquittoSubscriber.start(args)
        await subscriber.stop()
        assert.deepEqual(subscriber.granted, [0])
      }
    })

    test(`ask an app and print its answer, without hearing themselves (mosquitto_rr, W 2.5, ${version})`, async () => {
      // The answer is expected on the very topic of the question: an echo would come first.
      const topic = spell('from/{VIN}/')
      const question = JSON.stringify({ idApp: 'parking', content: { free: version } })
      const args = [...partner, '-V', version, '-t', topic, '-e', topic, '-m', question, '-W', '10']
      const { exitCode, output } = await runMosquitto('mosquitto_rr', args)
      assert.deepEqual([exitCode, output], [0, `{"content":{"free":"${version}"}}\n`])
    })
  }

  for (const version of versions) {
    test(`reach the other listeners with login and password alone (${version})`, async () => {
      const { mqtt, mqtts } = scene.pillion.ports
      const plain = ['-h', '127.0.0.1', '-p', String(mqtt), ...login(), '-V', version]
      const secure = [
        '-h',
        '127.0.0.1',
        '-p',
        String(mqtts),
        '--cafile',
        scene.acme.caFile,
        ...login(),
        '-V',
        version,
      ]
      for (const args of [plain, secure]) {
        await assertDownlink([...args, '-q', '1', '-t', spell('to/{VIN}/')])
        await assertUplink([...args, '-t', spell('to/#')], spell('to/{VIN}/'))
      }
    })

    test(`speak to each other as head unit and partner (${version})`, async () => {
      const { van, rival, pillion } = scene
      const at = ['-h', '127.0.0.1', '-p', String(pillion.ports.mqtt), '-V', version, '-q', '1']
      const asVan = [...at, '-u', van.vin, '-P', van.password]
      const asRival = [...at, '-u', rival.uid, '-P', rival.password]
      const down = `${root}/to/uid/rival/opa/${van.vin}/`
      const up = `${root}/from/uid/rival/opa/${van.vin}/`
      const headUnit = await MosquittoSubscriber.start([...asVan, '-t', `${root}/to/uid/+/opa/${van.vin}/#`])
      const backEnd = await MosquittoSubscriber.start([...asRival, '-t', `${root}/from/uid/rival/opa/#`])
      try {
        await runMosquitto('mosquitto_pub', [...asRival, '-t', down, '-m', '{"idApp":"weather"}'])
        await runMosquitto('mosquitto_pub', [...asVan, '-t', up, '-m', '{"content":1}'])
        const printed = [...(await headUnit.printed(1)), ...(await backEnd.printed(1))]
        assert.deepEqual(
          printed.map(({ topic, payload }) => [topic, payload]),
          [
            [down, '{"idApp":"weather"}'],
            [up, '{"content":1}'],
          ],
        )
      } finally {
        await Promise.all([headUnit.stop(), backEnd.stop()])
      }
    })
  }

  test('ask for a retained message in vain: the flag is cleared and nothing is kept (W 2.8)', async () => {
    await assertDownlink([...partner, '-r', '-q', '1', '-t', spell('to/{VIN}/')])
    const { van, pillion } = scene
    const asVan = ['-h', '127.0.0.1', '-p', String(pillion.ports.mqtt), '-u', van.vin, '-P', van.password]
    const up = `${root}/from/uid/rival/opa/${van.vin}/`
    const asRival = [
      '-h',
      '127.0.0.1',
      '-p',
      String(pillion.ports.mqtt),
      '-u',
      'rival',
      '-P',
      scene.rival.password,
    ]
    const publish = (payload: string) =>
      runMosquitto('mosquitto_pub', [...asVan, '-r', '-q', '1', '-t', up, '-m', payload])
    await publish('{"content":"before"}')
    const subscriber = await MosquittoSubscriber.start([...asRival, '-t', up])
    try {
      await publish('{"content":"after"}')
      const [first] = await subscriber.printed(1)
      assert.deepEqual([first?.payload, first?.retain], ['{"content":"after"}', false])
    } finally {
      await subscriber.stop()
    }
  })

  test('leave a will, which reaches the app like any message of the partner (W 2.8)', async () => {
    const will = JSON.stringify({ idApp: 'parking', content: 'the back end is gone' })
    const options = ['--will-topic', spell('from/{VIN}'), '--will-payload', will]
    const subscriber = await MosquittoSubscriber.start([...partner, ...options, '-t', spell('to/#')])
    await subscriber.kill()
    await waitUntil('the will', () => app.received.at(-1)?.content === 'the back end is gone')
  })

  for (const [scheme, listener] of [
    ['ws', 'http'],
    ['wss', 'https'],
  ] as const) {
    for (const protocolVersion of [4, 5] as const) {
      test(`so does MQTT.js over ${scheme} (MQTT ${protocolVersion})`, async () => {
        const client = await mqtt.connectAsync(
          `${scheme}://127.0.0.1:${scene.pillion.ports[listener]}/mqtt`,
          {
            protocolVersion,
            username: scene.acme.uid,
            password: scene.acme.password,
            ca: await readFile(scene.acme.caFile),
            reconnectPeriod: 0,
          },
        )
        try {
          const received: string[] = []
          client.on('message', (topicName, payload) => received.push(`${topicName} ${payload}`))
          await client.subscribeAsync(spell('from/{VIN}/'), { qos: 2 })
          for (const qos of [0, 1, 2] as const) {
            const message = { idApp: 'parking', content: qos }
            await client.publishAsync(spell('to/{VIN}/'), JSON.stringify(message), { qos })
          }
          await waitUntil('three answers', () => received.length >= 3)
          assert.deepEqual(
            received,
            [0, 1, 2].map((qos) => `${spell('from/{VIN}/')} {"content":${qos}}`),
          )
        } finally {
          await client.endAsync()
        }
      })
    }
  }
})

/** `to/{VIN}/` as a whole topic of acme. */
function spell(spelling: string): string {
  const [, word, below = ''] = /^(to|from)\/(.*)$/.exec(spelling) ?? []
  return `${root}/${word}/uid/acme/opa/${below.replace('{VIN}', vin)}`
}
