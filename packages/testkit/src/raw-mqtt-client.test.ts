import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { encode, type Packet } from '@pillion/packet'
import { findFreePort } from './port.ts'
import { RawMqttClient } from './raw-mqtt-client.ts'
import { ScriptedBroker, type ScriptedConnection } from './scripted-broker.ts'

async function start(t: TestContext, script: (packet: Packet, connection: ScriptedConnection) => void) {
  const broker = await ScriptedBroker.listen(script)
  const client = await RawMqttClient.open({ port: Number(new URL(broker.url).port) })
  t.after(async () => {
    client.destroy()
    await broker.close()
  })
  return { broker, client }
}

function accept(packet: Packet, { send }: ScriptedConnection): void {
  if (packet.type === 'connect') send({ type: 'connack', sessionPresent: false, reasonCode: 0 })
  if (packet.type === 'pingreq') send({ type: 'pingresp' })
}

test('sends packets and exact bytes, and gives what comes one by one', async (t) => {
  const { broker, client } = await start(t, accept)
  const connack = await client.connect({ clientId: 'raw', username: 'u' })
  assert.equal(connack.reasonCode, 0)
  client.sendBytes(encode({ type: 'pingreq' }, 5))
  client.send({ type: 'pingreq' })
  await client.receive('pingresp')
  await client.receive('pingresp')
  const [connect] = broker.packets
  assert.ok(connect?.type === 'connect')
  assert.deepEqual([connect.clientId, connect.username, connect.protocolVersion], ['raw', 'u', 5])
})

test('a packet of another type than expected is an error that shows it', async (t) => {
  const { client } = await start(t, accept)
  client.send({ type: 'connect', protocolVersion: 5, clean: true, keepAliveSeconds: 0, clientId: '' })
  await assert.rejects(client.receive('suback'), /Expected suback, got .*connack/)
})

test('waits no longer than it is told', async (t) => {
  const { client } = await start(t, () => {})
  await assert.rejects(client.receive('connack', 20), /No packet within 20 ms/)
})

test('a connection that ends while waiting is an error; `closed` waits for it', async (t) => {
  const { client } = await start(t, (_packet, { socket }) => socket.end())
  await assert.rejects(client.connect(), /connection closed/)
  await client.closed()
  await assert.rejects(client.expectSilence(1_000), /it closed/)
})

test('`closed` rejects when it stays open', async (t) => {
  const { client } = await start(t, () => {})
  await assert.rejects(client.closed(20), /Still open/)
})

test('silence is silence, and a packet breaks it without being lost', async (t) => {
  const { client } = await start(t, accept)
  await client.expectSilence(20)
  client.send({ type: 'connect', protocolVersion: 5, clean: true, keepAliveSeconds: 0, clientId: '' })
  await assert.rejects(client.expectSilence(1_000), /Expected nothing, got .*connack/)
  await client.receive('connack')
})

test('a port nobody listens on is refused', async () => {
  await assert.rejects(RawMqttClient.open({ port: await findFreePort() }), /ECONNREFUSED/)
})
