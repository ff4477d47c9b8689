import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reasonCodes } from '@pillion/packet'
import { RawMqttClient } from '@pillion/testkit'
import { startTestServer } from '../server.fixture.ts'

const server = await startTestServer({ 'access.mode': 'open' })

for (const listener of ['mqtt', 'mqtts'] as const) {
  test(`${listener}: who sends its last packets and closes its side at once gets every answer`, async () => {
    const address = server.listeners.find(({ name }) => name === listener)?.address ?? ''
    const port = Number(address.split(':')[1])
    const tls = listener === 'mqtts' ? { tls: { rejectUnauthorized: false } } : {}
    for (let round = 0; round < 10; round++) {
      const client = await RawMqttClient.open({ port, protocolVersion: 5, ...tls })
      client.socket.cork()
      client.send({
        type: 'connect',
        protocolVersion: 5,
        clean: true,
        keepAliveSeconds: 0,
        clientId: listener,
      })
      const payload = Buffer.from('x')
      const publish = { type: 'publish', dup: false, qos: 1, retain: false, topicName: 'a', payload } as const
      // Enough that the server makes way for others in between.
      for (let packetId = 1; packetId <= 2_000; packetId++) client.send({ ...publish, packetId })
      client.send({ type: 'pingreq' })
      client.socket.uncork()
      client.socket.end()
      assert.equal((await client.receive('connack')).reasonCode, 0)
      for (let packetId = 1; packetId <= 2_000; packetId++) {
        const puback = await client.receive('puback')
        assert.deepEqual(
          [puback.packetId, puback.reasonCode],
          [packetId, reasonCodes.NO_MATCHING_SUBSCRIBERS],
        )
      }
      await client.receive('pingresp')
      await client.closed()
    }
  })
}
