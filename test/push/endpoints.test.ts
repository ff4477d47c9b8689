import assert from 'node:assert/strict'
import { test } from 'node:test'
import { poll } from '../support/poll.ts'
import { type Endpoint, Receiver } from './receiver.ts'
import { runRow } from './scenario.ts'
import { Stage } from './stage.ts'

const install = { body: { deviceType: 'MQTT', development: false } }
const save = { i: 'installationID' }

test('an endpoint that is being prepared is told so, and when to come back (P 6.3)', async () => {
  const stage = await Stage.open({ pseudoUsers: ['mia'] }, { 'push.endpointDelayMilliseconds': 2_500 })
  await runRow(stage, ['installs', 'mia', 'POST /installations', 201, { ...install, save }])
  const get = 'GET /installations/{i}/mqtt-endpoint'
  const json = { retryAfter: (seconds: number) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 3 }
  const rest = { json, header: { 'retry-after': /^[123]$/ } }
  await runRow(stage, ['not ready', 'mia', get, 'MQTT_ENDPOINT_NOT_READY', rest])
  await runRow(stage, ['not ready for the admin', 'admin', get, 'MQTT_ENDPOINT_NOT_READY', rest])
  const path = stage.fill('/installations/{i}/mqtt-endpoint')
  const { status } = await poll(
    () => stage.ask('mia', 'GET', path),
    (answer) => answer.status !== 503,
    10_000,
  )
  assert.equal(status, 200)
  await runRow(stage, ['installs again', 'mia', 'POST /installations', 201, install])
  await runRow(stage, ['is still ready', 'mia', get, 200])
})

test('an endpoint that has expired is replaced, and its credentials are refused (P 6.3, 13.3)', async () => {
  const seconds = 3
  const stage = await Stage.open({ pseudoUsers: ['mia'] }, { 'push.endpointSeconds': seconds })
  const first = await stage.endpointOf('mia')
  await runRow(stage, [
    'says when',
    'mia',
    'GET /installations/{mia.installation}/mqtt-endpoint',
    200,
    {
      json: { 'X-MQTT-TTL': (left: number) => left >= 1 && left <= seconds },
      after: (_, { headers, json }) =>
        assert.equal(headers['x-mqtt-ttl'], String((json as Record<string, number>)['X-MQTT-TTL'])),
    },
  ])
  const receiver = await Receiver.open(first)
  const tryFirst = async () => {
    const { connack, receiver } = await Receiver.trySignIn(first)
    receiver.close()
    return connack.reasonCode
  }
  const path = stage.fill('/installations/{mia.installation}/mqtt-endpoint')
  const second = await poll(
    () => stage.must<Endpoint>('mia', 'GET', path),
    ({ mqttTopic }) => mqttTopic !== first.mqttTopic,
    10_000,
  )
  assert.equal(second.installationID, first.installationID)
  for (const member of ['mqttTopic', 'username', 'password'] as const)
    assert.notEqual(second[member], first[member])
  await receiver.ping()
  assert.equal(await tryFirst(), 4)
  ;(await Receiver.open(second)).close()
  receiver.close()
})
