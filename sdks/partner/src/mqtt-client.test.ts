import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import mqtt, { type MqttClient } from 'mqtt'
import { type Certificates, makeCertificates } from '../test/certificates.ts'
import { type Mosquitto, makeFolder, mosquittoMissing, startMosquitto } from '../test/mosquitto.ts'
import { MQTTClient, MQTTMessage, type PartnerError, type PartnerOptions } from './index.ts'

const vin = '0123456789ABCDEFG'

describe('the published usage (W 2.2)', { skip: mosquittoMissing }, () => {
  const folder = makeFolder()
  let certificates: Certificates
  let broker: Mosquitto
  let config: PartnerOptions
  let vehicle: MqttClient

  before(async () => {
    certificates = makeCertificates(folder.path, 'MY_UID')
    broker = await startMosquitto(folder.path, {
      users: { MY_UID: 'MY_PASSWORD' },
      lines: [
        `cafile ${certificates.ca}`,
        `certfile ${certificates.serverCert}`,
        `keyfile ${certificates.serverKey}`,
        'require_certificate true',
      ],
    })
    config = {
      uri: `127.0.0.1:${broker.port}`,
      sslClientCert: certificates.client,
      username: 'MY_UID',
      password: 'MY_PASSWORD',
    }
    vehicle = await mqtt.connectAsync(`mqtts://127.0.0.1:${broker.port}`, {
      ca: readFileSync(certificates.ca),
      cert: readFileSync(certificates.client),
      key: readFileSync(certificates.client),
      username: 'MY_UID',
      password: 'MY_PASSWORD',
    })
    await vehicle.subscribeAsync('psa/#')
  })
  after(async () => {
    await vehicle?.endAsync(true)
    await broker.kill()
    folder.remove()
  })

  test('sends what was published right after connect(), and hears what it subscribed to', async () => {
    const client = new MQTTClient(config)
    client.connect()
    const topic = `psa/OVIPPartners-Dev/from/uid/${config.username}/opa/${vin}`
    const message = new MQTTMessage()
    message.payload = JSON.stringify({ idApp: 'MY_APP_ID', popup: false, content: { type: 'action' } })
    message.qos = 0
    const arrived = new Promise<[string, unknown]>((resolve) => {
      vehicle.once('message', (...message) => resolve([message[0], JSON.parse(String(message[1]))]))
    })
    client.publish(topic, message)
    assert.deepEqual(await arrived, [
      topic,
      { idApp: 'MY_APP_ID', popup: false, content: { type: 'action' } },
    ])

    const heard = new Promise<unknown>((resolve) => {
      client.onMessage((_, payload) => resolve(JSON.parse(payload).content))
    })
    await client.subscribe(`psa/OVIPPartners-Dev/to/uid/${config.username}/opa/#`)
    await vehicle.publishAsync(
      `psa/OVIPPartners-Dev/to/uid/MY_UID/opa/${vin}/`,
      '{"content":{"arg2":"a string"}}',
    )
    assert.deepEqual(await heard, { arg2: 'a string' })
    await client.close()
  })

  test('reads the malformed …/opa/#/ of the documents as …/opa/# (W 2.6)', async () => {
    const client = new MQTTClient(config)
    client.connect()
    await client.subscribe(`psa/OVIPPartners-Dev/to/uid/MY_UID/opa/#/`)
    const heard = new Promise<string>((resolve) => client.onMessage(resolve))
    await vehicle.publishAsync(`psa/OVIPPartners-Dev/to/uid/MY_UID/opa/${vin}/`, '{"content":1}')
    assert.equal(await heard, `psa/OVIPPartners-Dev/to/uid/MY_UID/opa/${vin}/`)
    await client.close()
  })

  test('tells onError what nobody awaits, and only that', async () => {
    const client = new MQTTClient(config)
    const errors: PartnerError[] = []
    client.onError((error) => errors.push(error))
    await client.connect()
    const large = new MQTTMessage()
    large.payload = 'x'.repeat(131_073)
    const topic = `psa/OVIPPartners-Dev/to/uid/MY_UID/opa/${vin}/`
    client.publish(topic, large)
    client.publish('psa/OVIPPartners-Dev/to/uid/MY_UID/opa/SHORT/', new MQTTMessage())
    client.publish('psa/#', new MQTTMessage())
    client.publish(topic, { payload: undefined, qos: 0 } as unknown as MQTTMessage)
    client.subscribe('a/#/b')
    await assert.rejects(client.publish('psa/+', new MQTTMessage()), { code: 'TOPIC_MALFORMED' })
    await new Promise((resolve) => setImmediate(resolve))
    const codes = errors.map(({ code }) => code)
    assert.deepEqual(codes.sort(), [
      'MESSAGE_MALFORMED',
      'MESSAGE_TOO_LARGE',
      'TOPIC_MALFORMED',
      'TOPIC_MALFORMED',
      'VIN_MALFORMED',
    ])
    await client.close()
  })

  test('a refused sign-in goes to onError once, not again for each message that waited', async () => {
    const client = new MQTTClient({ ...config, password: 'wrong' })
    const errors: PartnerError[] = []
    const told = new Promise<void>((resolve) => {
      client.onError((error) => resolve(void errors.push(error)))
    })
    client.connect()
    client.publish(`psa/OVIPPartners-Dev/to/uid/MY_UID/opa/${vin}/`, new MQTTMessage())
    client.subscribe('psa/OVIPPartners-Dev/to/uid/MY_UID/opa/#')
    await told
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['SIGN_IN_REFUSED'],
    )
    await client.close()
  })

  test('works with require() from the built package, and without onError a refused sign-in ends the process', () => {
    const home = fileURLToPath(new URL('..', import.meta.url))
    mkdirSync(join(home, 'dist'), { recursive: true })
    const built = mkdtempSync(join(home, 'dist', 'check-')) // apart from the build that others may be using
    const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')))
    execFileSync(process.execPath, [tsc, '-p', home, '--outDir', built])
    const script = join(folder.path, 'published.cjs')
    writeFileSync(
      script,
      `const { MQTTClient, MQTTMessage } = require(${JSON.stringify(join(built, 'index.js'))})
       const mqttClient = new MQTTClient(JSON.parse(process.env.CONFIG))
       mqttClient.connect()
       mqttClient.onMessage(function (topic, payload) { console.log(JSON.parse(payload).content); mqttClient.close() })
       mqttClient.subscribe('psa/OVIPPartners-Dev/to/uid/MY_UID/opa/#')
       var mqttMessage = new MQTTMessage()
       mqttMessage.payload = JSON.stringify({ content: 'echo' })
       mqttMessage.qos = 0
       mqttClient.publish('psa/OVIPPartners-Dev/to/uid/MY_UID/opa/${vin}', mqttMessage)`,
    )
    const run = (options: PartnerOptions) =>
      spawnSync(process.execPath, [script], { encoding: 'utf8', env: { CONFIG: JSON.stringify(options) } })
    const good = run(config)
    assert.deepEqual([good.stdout, good.status], ['echo\n', 0], good.stderr)
    const bad = run({ ...config, password: 'wrong' })
    assert.equal(bad.status, 1)
    assert.match(bad.stderr, /PartnerError: SIGN_IN_REFUSED/)
    assert.doesNotMatch(bad.stderr, /PartnerWarning/)
    rmSync(built, { recursive: true })
  })
})
