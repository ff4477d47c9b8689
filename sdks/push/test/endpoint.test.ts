import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeFolder, startTestServer } from '../../../apps/server/src/server.fixture.ts'
import { closeAfter, Inbox, PushStage, quick } from './push-stage.ts'

test('an endpoint that is not ready yet is waited for, up to three requests (P 6.3)', async () => {
  const stage = await PushStage.open({ 'push.endpointDelayMilliseconds': 1_200 })
  const impatient = await stage.userDevice(quick)
  const hasty = impatient.user.pushInstallation()
  const { installationID } = await hasty.installMqtt(false)
  await assert.rejects(hasty.getMqttEndpoint(installationID), {
    message: /^get mqtt endpoint failed\. statusCode: 503 error code: MQTT_ENDPOINT_NOT_READY/,
  })
  // A connection goes on asking.
  const inbox = new Inbox()
  closeAfter(await hasty.connect(inbox))
  assert.ok(inbox.statuses.some(({ error }) => error?.message.includes('MQTT_ENDPOINT_NOT_READY')))

  const { user } = await stage.userDevice()
  const installation = user.pushInstallation()
  const endpoint = await installation.getMqttEndpoint((await installation.installMqtt(false)).installationID)
  assert.match(endpoint.mqttTopic, /^[A-Za-z0-9]{23}$/)
})

test('an endpoint that expires is renewed, and messages go on coming (P 6.3, 13.3)', async () => {
  const stage = await PushStage.open({ 'push.endpointSeconds': 1 })
  const { user } = await stage.userDevice()
  const installation = user.pushInstallation()
  const inbox = new Inbox()
  const { installationID } = closeAfter(await installation.connect(inbox))
  const { username } = await installation.getMqttEndpoint(installationID)
  const isConnected = ({ state }: { state: string }) => state === 'connected'
  await inbox.reached(isConnected, 'the first connection')
  await inbox.reached(isConnected, 'a second connection')
  const renewed = await installation.getMqttEndpoint(installationID)
  assert.notEqual(renewed.username, username)
  // Endpoints go on expiring; what is sent between two of them is missed, so it is sent until it arrives.
  const giveUpAt = Date.now() + 10_000
  for (let n = 0; inbox.messages.length === 0 && Date.now() < giveUpAt; n += 1)
    await stage.sendDirect(`users/${user.getID()}`, { n })
  assert.equal((await inbox.next()).kind, 'direct')
})

test('a server that is not there for MQTT is told within the time given', async () => {
  const stage = await PushStage.open({ 'push.portTCP': 1 })
  const { user } = await stage.userDevice()
  await assert.rejects(user.pushInstallation().connect({ connectSeconds: 0.3 }), {
    name: 'PushConnectionError',
    code: 'CONNECTION_LOST',
  })
})

test('a server that starts again is found again, with the same endpoint (P 13.3)', async () => {
  const flags = { data: makeFolder() }
  const stage = await PushStage.open(flags)
  const { user } = await stage.userDevice(quick)
  const inbox = new Inbox()
  closeAfter(await user.pushInstallation().connect(inbox))
  await inbox.reached(({ state }) => state === 'connected', 'the first connection')
  const { listeners } = stage.server
  const ports = listeners.map(({ name, address }) => [
    `listeners.${name}.port`,
    Number(address.slice(address.lastIndexOf(':') + 1)),
  ])
  await stage.server.close()
  await inbox.reached(({ state }) => state === 'waiting', 'the end')
  await startTestServer({ ...flags, ...Object.fromEntries(ports) })
  await inbox.reached(({ state }) => state === 'connected', 'the server again')
  await stage.sendDirect(`users/${user.getID()}`, { text: 'good morning' })
  assert.equal((await inbox.next()).payload.text, 'good morning')
})
