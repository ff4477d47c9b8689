import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { CertificateAuthority } from '@pillion/fleet'
import { PartnerClient, type PartnerOptions, readPartnerConfig } from '@pillion/partner'
import { type FakeApp, type FakeVehicle, waitUntil } from '@pillion/testkit'
import { drive, echo } from './support/drive.ts'
import { openScene, root, type Scene, vins } from './support/scene.ts'

const repository = resolve(import.meta.dirname, '..')
const vin = vins.car

let scene: Scene
let vehicle: FakeVehicle
let app: FakeApp
let config: PartnerOptions

before(async () => {
  scene = await openScene()
  vehicle = await drive(scene.pillion, scene.car, { parking: echo })
  app = await vehicle.open('parking')
  config = readPartnerConfig(join(scene.acme.folder, 'config.json'))
})
after(async () => {
  vehicle?.close()
  await scene?.pillion.stop()
})

/** A back end in a process of its own. */
class Program {
  output = ''
  readonly #child: ChildProcess

  /** `source` is CommonJS; without it `args` name a file. */
  constructor(args: readonly string[], source?: string) {
    const from = source === undefined ? [] : ['--input-type=commonjs', '-']
    const child = spawn(process.execPath, [...from, ...args], { cwd: repository, stdio: 'pipe' })
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.output += chunk
      })
    child.stdin.end(source)
    this.#child = child
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL')
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }
}

describe('code written for the original client', () => {
  /** What it sends reaches the app; what the app sends is printed, under this topic name. */
  async function assertBothWays(program: Program, topicName: string): Promise<void> {
    const before = app.received.length
    try {
      await waitUntil(`the message of:\n${program.output}`, () => app.received.length > before)
      const content = { answer: before }
      // Sent until it is heard: nobody outside can see when the program has subscribed.
      await waitUntil('the answer', () => {
        app.send(content)
        return program.output.includes(`${topicName} ${JSON.stringify(content)}\n`)
      })
    } catch (cause) {
      throw new Error(`It printed:\n${program.output}`, { cause })
    } finally {
      await program.stop()
    }
  }

  test('runs as it was printed, on the four values of its configuration (W 2.2)', async () => {
    const { uri, sslClientCert, username, password } = config
    const source = `
      const { MQTTClient, MQTTMessage } = require('@pillion/partner')
      const mqttConfig = ${JSON.stringify({ uri, sslClientCert, username, password })}
      const mqttClient = new MQTTClient(mqttConfig)
      mqttClient.connect()

      var mqttPublishTopic = 'psa/OVIPPartners-Dev/from/uid/' + mqttConfig.username + '/opa/${vin}'
      var payload = { idApp: 'parking', popup: false, content: { hello: 'world' } }
      var mqttMessage = new MQTTMessage()
      mqttMessage.payload = JSON.stringify(payload)
      mqttMessage.qos = 0
      mqttClient.publish(mqttPublishTopic, mqttMessage)

      const mqttSubscribeTopic = 'psa/OVIPPartners-Dev/to/uid/' + mqttConfig.username + '/opa/#'
      mqttClient.subscribe(mqttSubscribeTopic)
      mqttClient.onMessage(function (topic, payload) {
        console.log(topic, JSON.stringify(JSON.parse(payload).content))
      })
    `
    await assertBothWays(new Program([], source), `${root}/to/uid/acme/opa/${vin}/`)
    assert.deepEqual(app.received.at(-1), { idApp: 'parking', popup: false, content: { hello: 'world' } })
  })

  test('runs as the example in examples/partner/published.cjs', async () => {
    const file = join(repository, 'examples/partner/published.cjs')
    const program = new Program([file, join(scene.acme.folder, 'config.json'), vin, 'parking'])
    await assertBothWays(program, `${root}/to/uid/acme/opa/${vin}/`)
    const { content } = app.received.at(-1) as { content?: { from?: string } }
    assert.equal(content?.from, 'published.cjs')
  })

  test('ends with the reason when it may not sign in', async () => {
    const wrong = JSON.stringify({ ...config, password: 'wrong' })
    const source = `new (require('@pillion/partner').MQTTClient)(${wrong}).connect()`
    const program = new Program([], source)
    await waitUntil('the reason', () =>
      /SIGN_IN_REFUSED: .*134 Bad User Name or Password/.test(program.output),
    )
    await program.stop()
  })
})

describe('PartnerClient', () => {
  let client: PartnerClient

  before(async () => {
    client = new PartnerClient(config)
    await client.connect()
  })
  after(() => client?.close())

  /** Resolves with what the app got after `act`. */
  async function nextReceived(act: () => Promise<unknown>) {
    const before = app.received.length
    await act()
    await waitUntil('the message', () => app.received.length > before)
    return app.received.slice(before)
  }

  test('send brings any JSON to the app; without content there is no such key (W 3.1)', async () => {
    for (const content of [{ free: 12, of: ['é', null] }, 'text', 7, false, null, [], '']) {
      const received = await nextReceived(() => client.send(vin, 'parking', content))
      assert.deepEqual(received, [{ idApp: 'parking', popup: false, content }])
    }
    assert.deepEqual(await nextReceived(() => client.send(vin, 'parking')), [
      { idApp: 'parking', popup: false },
    ])
  })

  test('popup is shown, with its button or without; its outcome comes to the app with the content (W 3.2, 3.4)', async () => {
    await client.popup(vin, 'parking', 'Free places\nPark here?', { content: { id: 7 } })
    const popup = await waitUntil('the popup', () => vehicle.host.view.popup)
    assert.deepEqual([popup.text, popup.button], ['Free places\nPark here?', true])
    const [outcome] = await nextReceived(async () => vehicle.host.pressOk())
    assert.deepEqual(outcome, {
      idApp: 'parking',
      popup: true,
      popupBtn: true,
      popupText: 'Free places\nPark here?',
      content: { id: 7 },
      popupAction: 'WebPortal.okBtnPopupRequestClicked',
    })
  })

  test('messages gives what the apps send, to every loop its own copy (W 3.3, 2.5)', async () => {
    const first = client.messages()
    const second = client.messages()
    // Answered after the subscription was granted, because it was sent after it. Earlier answers may still come.
    await client.send(vin, 'parking', 'ready?')
    for (const stream of [first, second]) {
      while ((await stream.next()).value?.content !== 'ready?');
    }
    app.send({ free: 12 }, 'level/2')
    app.publish('{"content":"as it is"}')
    const expected = [
      ['level/2', { free: 12 }, '{"content":{"free":12}}', `${root}/from/uid/acme/opa/${vin}/level/2`],
      ['', 'as it is', '{"content":"as it is"}', `${root}/from/uid/acme/opa/${vin}/`],
    ].map(([subtopic, content, payload, topic]) => ({ vin, subtopic, content, payload, topic }))
    for (const stream of [first, second]) {
      assert.deepEqual([(await stream.next()).value, (await stream.next()).value], expected)
      await stream.return()
    }
  })

  test('a payload of 131,072 bytes arrives; one byte more is refused before anything is sent (W 2.9)', async () => {
    const content = 'x'.repeat(
      131_072 - JSON.stringify({ idApp: 'parking', popup: false, content: '' }).length,
    )
    const [received] = await nextReceived(() => client.send(vin, 'parking', content))
    assert.equal(received?.content, content)
    const counted = await scene.pillion.counter('dropped_payload_too_large')
    await assert.rejects(client.send(vin, 'parking', `${content}x`), { code: 'MESSAGE_TOO_LARGE' })
    assert.equal(await scene.pillion.counter('dropped_payload_too_large'), counted)
  })

  test('a vehicle without an app of the partner: PUBLISH_REFUSED with the server’s reason (W 2.7)', async () => {
    for (const other of [vins.van, vins.trailer, vins.unknown]) {
      await assert.rejects(client.send(other, 'parking', 1), {
        code: 'PUBLISH_REFUSED',
        reasonCode: 0x87,
        // Its own sentence, not only the words for the code.
        message:
          /The vehicle is unknown or not subscribed to any app of this partner\. \(135 Not authorized\)/,
      })
    }
    await assert.rejects(client.send('VF77777777777777', 'parking', 1), { code: 'VIN_MALFORMED' })
  })

  test('the partner gets no error for what only the head unit can judge (W 3.2)', async () => {
    await client.send(vin, 'chess', 1)
    await waitUntil('the drop', () => vehicle.host.view.drops.id_app_unknown === 1)
    // Nor for a vehicle whose head unit is off.
    const rival = new PartnerClient(readPartnerConfig(join(scene.rival.folder, 'config.json')))
    await rival.connect()
    await rival.send(vins.van, 'weather', 1)
    await rival.close()
  })

  describe('refused sign-in (W 2.2)', () => {
    async function assertRefused(changes: Partial<PartnerOptions>, expected: object): Promise<void> {
      await using refused = new PartnerClient({ ...config, connectSeconds: 0, ...changes })
      await assert.rejects(refused.connect(), expected)
    }

    test('wrong password', () =>
      assertRefused(
        { password: 'wrong' },
        { code: 'SIGN_IN_REFUSED', reasonCode: 0x86, message: /password/ },
      ))

    test('certificate of another UID', () =>
      assertRefused(
        { sslClientCert: scene.rival.certificateFile },
        { code: 'SIGN_IN_REFUSED', reasonCode: 0x87, message: /is for CN=rival/ },
      ))

    test('no certificate', () =>
      assertRefused(
        { sslClientCert: undefined },
        { code: 'SIGN_IN_REFUSED', message: /sslClientCert is not set/ },
      ))

    test('certificate of another authority: the server hangs up, and the error says what to look at', async () => {
      const { authority } = await CertificateAuthority.create({})
      const foreign = await authority.issueClient({ role: 'partner', name: 'acme' })
      const sslClientCert = join(scene.acme.folder, 'foreign.crt')
      await writeFile(sslClientCert, foreign.certificatePem + foreign.privateKeyPem)
      const message = /does not accept the client certificate\. .*foreign\.crt is for CN=acme/
      await assertRefused({ sslClientCert }, { code: 'NOT_CONNECTED', message })
    })

    test('server certificate of an authority it does not know', () =>
      assertRefused({ ca: scene.acme.certificateFile }, { code: 'TLS_FAILED', message: /not trusted/ }))
  })

  // Last: the server is another one afterwards.
  test('a server that was killed: sends fail or wait, as asked for; then everything goes on', async () => {
    const patient = new PartnerClient({ ...config, retrySends: { messagesMax: 10, secondsMax: 60 } })
    await patient.connect()
    const answers = client.messages()
    await client.send(vin, 'parking', 'before')
    assert.equal((await answers.next()).value?.content, 'before')

    await scene.pillion.kill()
    for (const each of [client, patient])
      await waitUntil('the loss', () => each.state === 'reconnecting' || each.state === 'connecting')
    await assert.rejects(client.send(vin, 'parking', 'lost'), { code: 'NOT_CONNECTED', retry: true })
    const waiting = patient.send(vin, 'parking', 'kept')

    await scene.pillion.restart()
    for (const each of [client, patient])
      await waitUntil('the connection', () => each.state === 'connected', 30_000)
    await waiting
    await waitUntil('the head unit', () => vehicle.host.view.connection === 'connected', 30_000)
    await client.send(vin, 'parking', 'after')
    // The loop of before goes on. What had waited may have come before the head unit was back.
    for (;;) {
      const { value } = await answers.next()
      if (value?.content === 'after') break
      assert.equal(value?.content, 'kept')
    }
    await patient.close()
  })
})
