import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MqttTransport } from '@pillion/host'
import type { SignalChange } from '@pillion/schema'
import { waitUntil } from '@pillion/testkit'
import { askAdmin, portOf, startTestServer } from '../server.fixture.ts'

const vin = 'VF3SIGNALS0000001'

const server = await startTestServer()
const { json } = await askAdmin(server, 'POST', '/vehicles', { vins: [vin] })
const [vehicle] = json as { password: string }[]
const set = (name: string, body: unknown) => askAdmin(server, 'PATCH', `/vehicles/${name}/signals`, body)

test('sets nothing, and says so, while no head unit of the vehicle is connected', async () => {
  const answer = await set(vin, { speedKmh: 80 })
  assert.deepEqual([answer.status, answer.json], [200, { headUnits: 0 }])
})

test('tells the head unit what the vehicle is to say of itself', async (t) => {
  const told: SignalChange[] = []
  let notices = 0
  const transport = new MqttTransport({
    url: `mqtt://127.0.0.1:${portOf(server, 'mqtt')}`,
    vin,
    password: vehicle?.password ?? '',
    onNotice: () => {
      notices++
    },
    onSignals: (change) => told.push(change),
  })
  t.after(() => transport.stop())
  const nothing = () => {}
  transport.start({ connected: nothing, disconnected: nothing, message: nothing, kept: () => true })
  await waitUntil('it is connected', () => transport.status.state === 'connected')
  const answer = await set(vin, { speedKmh: 80, 'media.track': 'One' })
  assert.deepEqual([answer.status, answer.json], [200, { headUnits: 1 }])
  await waitUntil('it is told', () => told.length > 0)
  assert.deepEqual(told, [{ speedKmh: 80, media: { track: 'One' } }])
  assert.equal(notices, 0, 'the wall is as it was')
})

test('refuses signals that there are not, values that they cannot have, and vehicles it does not know', async () => {
  for (const body of [{ wings: 2 }, { speedKmh: 'fast' }, { speedKmh: -1 }, [], 'speed']) {
    const { status, json: problem } = await set(vin, body)
    assert.deepEqual(
      [status, (problem as { code: string }).code],
      [400, 'SIGNAL_MALFORMED'],
      JSON.stringify(body),
    )
  }
  const { status, json: problem } = await set('VF3NOBODY00000001', { speedKmh: 1 })
  assert.deepEqual([status, (problem as { code: string }).code], [404, 'VEHICLE_NOT_FOUND'])
})
