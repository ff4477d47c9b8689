import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import mqtt, { type MqttClient } from 'mqtt'
import { type Detour, startDetour } from '../test/detour.ts'
import { type Mosquitto, makeFolder, mosquittoMissing, startMosquitto } from '../test/mosquitto.ts'
import { PartnerClient, type RetrySends } from './index.ts'

const vin = 'VF3TEST0000000001'

describe('sends over a lost connection', { skip: mosquittoMissing }, () => {
  const folder = makeFolder()
  let broker: Mosquitto
  let vehicle: MqttClient
  let detour: Detour
  let contents: unknown[] = []

  before(async () => {
    broker = await startMosquitto(folder.path)
    detour = await startDetour(broker.port)
    vehicle = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`)
    vehicle.on('message', (_, payload) => contents.push(JSON.parse(String(payload)).content))
    await vehicle.subscribeAsync('psa/#')
  })
  beforeEach(() => {
    contents = []
    detour.restore()
  })
  after(async () => {
    await vehicle?.endAsync(true)
    await detour.close()
    await broker.kill()
    folder.remove()
  })

  async function connected(retrySends?: RetrySends): Promise<PartnerClient> {
    const uri = `mqtt://127.0.0.1:${detour.port}`
    const client = new PartnerClient({ uri, username: 'acme', password: '', retrySends })
    await client.connect()
    return client
  }

  function stateOf(client: PartnerClient, wanted: string): Promise<void> {
    return new Promise((resolve) => client.on('state', ({ state }) => state === wanted && resolve()))
  }

  test('are not repeated by default: what was not acknowledged fails (W 2.8)', async () => {
    await using client = await connected()
    detour.swallowAnswers()
    const sent = client.send(vin, 'a', 'once')
    await until(() => contents.length === 1)
    detour.cut()
    await assert.rejects(sent, { code: 'NOT_CONNECTED', message: /before the server acknowledged/ })
    detour.restore()
    await stateOf(client, 'connected')
    await client.send(vin, 'a', 'after')
    await until(() => contents.includes('after'))
    assert.deepEqual(contents, ['once', 'after'])
  })

  test('are kept in order with retrySends, and an unacknowledged one may arrive twice', async () => {
    await using client = await connected({ messagesMax: 10, secondsMax: 30 })
    detour.swallowAnswers()
    const lost = stateOf(client, 'reconnecting')
    const first = client.send(vin, 'a', 1)
    await until(() => contents.length === 1)
    detour.cut()
    await lost
    const others = [client.send(vin, 'a', 2), client.send(vin, 'a', 3)]
    detour.restore()
    await Promise.all([first, ...others])
    await until(() => contents.length === 4)
    assert.deepEqual(contents, [1, 1, 2, 3])
  })

  test('beyond messagesMax are refused at once with retrySends', async () => {
    await using client = await connected({ messagesMax: 2, secondsMax: 30 })
    const lost = stateOf(client, 'reconnecting')
    detour.cut()
    await lost
    const kept = [client.send(vin, 'a', 1), client.send(vin, 'a', 2)]
    await assert.rejects(client.send(vin, 'a', 3), { code: 'SENDS_BACKED_UP' })
    detour.restore()
    await Promise.all(kept)
  })

  test('older than secondsMax fail with retrySends, the oldest first', async () => {
    await using client = await connected({ messagesMax: 10, secondsMax: 0.05 })
    const lost = stateOf(client, 'reconnecting')
    detour.cut()
    await lost
    const order: number[] = []
    const sends = [1, 2].map((number) =>
      assert.rejects(
        client.send(vin, 'a', number).finally(() => order.push(number)),
        {
          code: 'NOT_CONNECTED',
          message: /within 0.05 s/,
        },
      ),
    )
    await Promise.all(sends)
    assert.deepEqual(order, [1, 2])
    assert.equal(client.state, 'reconnecting')
  })

  test('wait in any number for their turn, and all arrive in order', async () => {
    await using client = await connected()
    const numbers = Array.from({ length: 350 }, (_, number) => number) // more than may be unacknowledged at once
    await Promise.all(numbers.map((number) => client.send(vin, 'a', number)))
    await until(() => contents.length === numbers.length)
    assert.deepEqual(contents, numbers)
  })

  test('waiting with more than 64 MiB are refused at once', async () => {
    await using client = await connected()
    detour.swallowAnswers()
    const large = 'x'.repeat(131_000)
    // Up to 100 are written without an acknowledgement, the next 512 wait; the 613th is one too many.
    const sends = Array.from({ length: 613 }, () => client.send(vin, 'a', large).catch((error) => error.code))
    await assert.rejects(client.send(vin, 'a', large), { code: 'SENDS_BACKED_UP' })
    detour.cut()
    const codes = await Promise.all(sends)
    const accepted = codes.filter((code) => code === 'NOT_CONNECTED').length
    assert.ok(accepted >= 512 && accepted < 613, String(accepted))
  })

  test('wait longer and longer between tries, never in step', async () => {
    const tries = detour.tries
    await using client = await connected()
    const waits: number[] = []
    const enough = new Promise<void>((resolve) => {
      client.on('state', ({ state, retryInSeconds = 0 }) => {
        if (state === 'reconnecting' && waits.push(retryInSeconds) === 2) resolve()
      })
    })
    detour.cut()
    await enough
    const [first = 0, second = 0] = waits
    assert.ok(first >= 0.5 && first <= 1, String(first))
    assert.ok(second >= 1 && second <= 2, String(second))
    assert.equal(detour.tries - tries, 2)
  })
})

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
