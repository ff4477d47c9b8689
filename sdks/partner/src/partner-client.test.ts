import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import mqtt, { type MqttClient } from 'mqtt'
import { type Mosquitto, makeFolder, mosquittoMissing, startMosquitto } from '../test/mosquitto.ts'
import { type ConnectionChange, PartnerClient, type PartnerOptions } from './index.ts'

const vin = 'VF3TEST0000000001'
const root = 'psa/OVIPPartners-Dev'

describe('PartnerClient against a real broker', { skip: mosquittoMissing }, () => {
  const folder = makeFolder()
  let broker: Mosquitto
  let options: PartnerOptions
  /** Plays the vehicles: hears all, publishes anything. */
  let vehicle: MqttClient

  before(async () => {
    broker = await startMosquitto(folder.path, { users: { 'acme-1': 'secret', vehicle: 'secret' } })
    options = { uri: `mqtt://127.0.0.1:${broker.port}`, username: 'acme-1', password: 'secret' }
    vehicle = await mqtt.connectAsync(options.uri, {
      username: 'vehicle',
      password: 'secret',
      reconnectPeriod: 100,
    })
    await vehicle.subscribeAsync(`${root}/to/#`)
  })
  after(async () => {
    await vehicle?.endAsync(true)
    await broker.kill()
    folder.remove()
  })

  async function nextDownlink(): Promise<{ topic: string; payload: unknown }> {
    return new Promise((resolve) => {
      vehicle.once('message', (topic, payload) => resolve({ topic, payload: JSON.parse(String(payload)) }))
    })
  }

  test('sends data to an app on the vehicle’s topic, popup false (W 3.1)', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const arrived = nextDownlink()
    await client.send(vin, 'my-app', { hello: 'wörld' })
    assert.deepEqual(await arrived, {
      topic: `${root}/to/uid/acme-1/opa/${vin}/`,
      payload: { idApp: 'my-app', popup: false, content: { hello: 'wörld' } },
    })
  })

  test('leaves content out when none is given (W 3.1)', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const arrived = nextDownlink()
    await client.send(vin, 'my-app')
    assert.deepEqual((await arrived).payload, { idApp: 'my-app', popup: false })
  })

  test('sends a popup with text, button and content (W 3.2)', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const arrived = nextDownlink()
    await client.popup(vin, 'my-app', 'Stop ahead\nTurn left', { button: false, content: { id: 7 } })
    assert.deepEqual((await arrived).payload, {
      idApp: 'my-app',
      popup: true,
      popupBtn: false,
      popupText: 'Stop ahead\nTurn left',
      content: { id: 7 },
    })
  })

  test('hands out uplinks with VIN, subtopic and content, to every loop (W 3.3, 2.5)', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const loops = [client.messages(), client.messages()]
    await subscribed(client)
    const topic = `${root}/from/uid/acme-1/opa/${vin}/a/b`
    await vehicle.publishAsync(topic, '{"content":[1,2]}')
    await vehicle.publishAsync(`${root}/from/uid/acme-1/opa/${vin}/`, 'not JSON')
    for (const loop of loops) {
      const first = { vin, subtopic: 'a/b', content: [1, 2], payload: '{"content":[1,2]}', topic }
      assert.deepEqual((await loop.next()).value, first)
      const { value: second } = await loop.next()
      assert.equal(second?.subtopic, '')
      assert.equal(second?.content, undefined)
      assert.equal(second?.payload, 'not JSON')
    }
  })

  test('drops the oldest message of a loop that lags behind, counts it and says so', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const slow = client.messages({ bufferMax: 2 })
    const quick = client.messages()
    await subscribed(client)
    const dropped = once(client, 'drop')
    for (const number of [1, 2, 3]) {
      await vehicle.publishAsync(`${root}/from/uid/acme-1/opa/${vin}/`, `{"content":${number}}`)
    }
    for (const number of [1, 2, 3]) assert.equal((await quick.next()).value?.content, number)
    assert.deepEqual(await dropped, [1])
    assert.equal(slow.dropped, 1)
    assert.equal((await slow.next()).value?.content, 2)
    assert.equal(quick.dropped, 0)
  })

  test('ends its loops with the signal and with close()', async () => {
    const client = new PartnerClient(options)
    await client.connect()
    const stop = new AbortController()
    const bySignal = readAll(client.messages({ signal: stop.signal }))
    const byClose = readAll(client.messages())
    stop.abort()
    assert.deepEqual(await bySignal, [])
    assert.equal(client.state, 'connected')
    await client.close()
    assert.deepEqual(await byClose, [])
    assert.equal(client.state, 'closed')
    await assert.rejects(client.send(vin, 'my-app', 1), { code: 'CLOSED' })
    assert.deepEqual(await readAll(client.messages()), [])
  })

  test('refuses before sending: too large (W 2.9), malformed VIN, app id, popup text and content', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const frame = Buffer.byteLength(JSON.stringify({ idApp: 'a', popup: false, content: '' }))
    const arrived = nextDownlink()
    await client.send(vin, 'a', 'x'.repeat(131_072 - frame))
    await arrived
    await assert.rejects(client.send(vin, 'a', 'x'.repeat(131_073 - frame)), { code: 'MESSAGE_TOO_LARGE' })
    // In bytes, not in characters: two bytes each.
    await assert.rejects(client.send(vin, 'a', 'é'.repeat(131_000 / 2 + 100)), { code: 'MESSAGE_TOO_LARGE' })
    await assert.rejects(client.send('VF3', 'a', 1), { code: 'VIN_MALFORMED' })
    await assert.rejects(client.send('VF3TEST0000000+01', 'a', 1), { code: 'VIN_MALFORMED' })
    await assert.rejects(client.send(vin, '../a', 1), { code: 'ID_APP_MALFORMED' })
    await assert.rejects(client.popup(vin, 'a', ''), { code: 'POPUP_TEXT_MALFORMED' })
    await assert.rejects(client.send(vin, 'a', 1n), { code: 'CONTENT_NOT_JSON' })
    const circle: { self?: unknown } = {}
    circle.self = circle
    await assert.rejects(client.send(vin, 'a', circle), { code: 'CONTENT_NOT_JSON' })
  })

  test('rejects connect() once when the password is wrong, says what to check, and does not try again', async () => {
    const client = new PartnerClient({ ...options, password: 'wrong' })
    const changes: ConnectionChange[] = []
    client.on('state', (change) => changes.push(change))
    await assert.rejects(client.connect(), (error: Error & { code: string; reasonCode: number }) => {
      assert.equal(error.code, 'SIGN_IN_REFUSED')
      assert.equal(error.reasonCode, 0x87)
      assert.match(error.message, /acme-1.*No client certificate was sent/)
      return true
    })
    await Promise.resolve()
    assert.deepEqual(
      changes.map(({ state, retryInSeconds }) => [state, retryInSeconds]),
      [
        ['connecting', undefined],
        ['idle', undefined],
      ],
    )
    await client.close()
  })

  test('asks for connect() first, and says after connectSeconds that the server cannot be reached', async () => {
    await using client = new PartnerClient({ ...options, uri: 'mqtt://127.0.0.1:1', connectSeconds: 0.1 })
    await assert.rejects(client.send(vin, 'a', 1), { code: 'NOT_CONNECTED', message: /call connect\(\)/ })
    const waiting = client.connect()
    const sent = client.send(vin, 'a', 1)
    await assert.rejects(waiting, { code: 'NOT_CONNECTED', message: /127\.0\.0\.1:1 cannot be reached/ })
    await assert.rejects(sent, { code: 'NOT_CONNECTED' })
  })

  test('close() during the first connect() rejects it and what waits for it', async () => {
    const client = new PartnerClient({ ...options, uri: 'mqtt://127.0.0.1:1' })
    const waiting = assert.rejects(client.connect(), { code: 'CLOSED' })
    await client.close()
    await waiting
  })

  test('reconnects after a crash of the server, renews its subscriptions, and repeats nothing by default', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    const loop = client.messages()
    await subscribed(client)
    const lost = stateOf(client, 'reconnecting')
    await broker.kill()
    const { error, retryInSeconds = 0 } = await lost
    assert.equal(error?.code ?? 'NOT_CONNECTED', 'NOT_CONNECTED')
    assert.ok(retryInSeconds > 0 && retryInSeconds <= 1)
    await assert.rejects(client.send(vin, 'a', 1), { code: 'NOT_CONNECTED' })
    const back = stateOf(client, 'connected')
    await broker.start()
    await back
    if (!vehicle.connected) await new Promise<void>((resolve) => vehicle.once('connect', () => resolve()))
    await subscribed(client)
    await vehicle.publishAsync(`${root}/from/uid/acme-1/opa/${vin}/`, '{"content":"again"}')
    assert.equal((await loop.next()).value?.content, 'again')
  })

  test('a sign-in refused on the way back is final: loops throw it, sends fail with it', async () => {
    const users = { 'acme-1': 'secret' }
    const own = await startMosquitto(folder.path, { users })
    const client = new PartnerClient({ ...options, uri: `mqtt://127.0.0.1:${own.port}` })
    await client.connect()
    const loop = readAll(client.messages())
    const closed = stateOf(client, 'closed')
    await own.kill()
    own.setUsers({ 'acme-1': 'rotated' })
    await own.start()
    await assert.rejects(loop, { code: 'SIGN_IN_REFUSED' })
    assert.equal((await closed).error?.code, 'SIGN_IN_REFUSED')
    await assert.rejects(client.send(vin, 'a', 1), { code: 'CLOSED' })
    await client.close()
    await own.kill()
  })
})

async function readAll<T>(loop: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of loop) all.push(item)
  return all
}

function stateOf(client: PartnerClient, wanted: string): Promise<ConnectionChange> {
  return new Promise((resolve) => {
    client.on('state', (change) => {
      if (change.state === wanted) resolve(change)
    })
  })
}

/** A send made after a subscription is acknowledged after it: MQTT keeps the order. */
async function subscribed(client: PartnerClient): Promise<void> {
  await client.send('00000000000000000', 'order', undefined)
}
