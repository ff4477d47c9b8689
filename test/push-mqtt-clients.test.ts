import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { openChromium } from '@pillion/testkit'
import mqtt, { type MqttClient } from 'mqtt'
import { Pillion } from './support/pillion.ts'
import { PushUser } from './support/push-user.ts'

const paho = new URL('../node_modules/paho-mqtt/paho-mqtt.js', import.meta.url)

describe('clients that apps use with the endpoint of P 6.3', () => {
  let pillion: Pillion
  let user: PushUser

  before(async () => {
    pillion = await Pillion.start()
    const app = await pillion.admin<{ appID: string; appKey: string }>('/push-apps', { appID: 'clients01' })
    user = await PushUser.register(`${pillion.url}/api`, app)
    await user.subscribe('news')
  })
  after(() => pillion?.stop())

  for (const protocolVersion of [3, 4, 5] as const) {
    for (const [transport, port] of [
      ['mqtt', 'portTCP'],
      ['ws', 'portWS'],
    ] as const) {
      test(`MQTT.js, version ${protocolVersion}, over ${transport}, gets what is sent (P 13.4)`, async () => {
        const endpoint = await user.endpoint()
        const client = await mqtt.connectAsync(`${transport}://${endpoint.host}:${endpoint[port]}/mqtt`, {
          clientId: endpoint.mqttTopic,
          username: endpoint.username,
          password: endpoint.password,
          protocolVersion,
          ...(protocolVersion === 3 ? { protocolId: 'MQIsdp' } : {}),
        })
        const [granted] = await client.subscribeAsync(endpoint.mqttTopic, { qos: 0 })
        assert.equal(granted?.qos, 0)
        await pillion.settle()
        const message = nextMessage(client)
        await user.send('news', { text: 'hello' })
        const { topic, payload } = await message
        assert.equal(topic, endpoint.mqttTopic)
        assert.equal((JSON.parse(payload) as { text: string }).text, 'hello')
        await client.endAsync()
      })
    }
  }

  for (const mqttVersion of [3, 4]) {
    test(`Paho’s JavaScript client, version ${mqttVersion}, in a page of another site, gets what is sent (P 13.1)`, async () => {
      const endpoint = await user.endpoint()
      const browser = await openChromium()
      // Where somebody's app is: not on this server.
      const site = createServer((_request, response) => response.end('<!doctype html><title>app</title>'))
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
      try {
        const page = await browser.newPage()
        await page.goto(`http://localhost:${(site.address() as AddressInfo).port}/`)
        await page.addScriptTag({ path: paho.pathname })
        await page.evaluate(connectPaho, { ...endpoint, mqttVersion })
        await pillion.settle()
        await user.send('news', { text: 'to paho' })
        const received = await page.waitForFunction('globalThis.received', undefined, { timeout: 30_000 })
        const { topic, payload } = (await received.jsonValue()) as { topic: string; payload: string }
        assert.equal(topic, endpoint.mqttTopic)
        assert.equal((JSON.parse(payload) as { text: string }).text, 'to paho')
      } finally {
        site.close()
        await browser.close()
      }
    })
  }
})

function nextMessage(client: MqttClient): Promise<{ topic: string; payload: string }> {
  return new Promise((resolve) =>
    client.once('message', (topic, payload) => resolve({ topic, payload: payload.toString() })),
  )
}

/** Runs in the page; resolves when it is subscribed. */
function connectPaho(endpoint: {
  host: string
  portWS: number
  mqttTopic: string
  username: string
  password: string
  mqttVersion: number
}): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: Paho comes without types, as a script.
  const { Client } = (globalThis as any).Paho
  const client = new Client(endpoint.host, endpoint.portWS, '/mqtt', endpoint.mqttTopic)
  client.onMessageArrived = (message: { destinationName: string; payloadString: string }) => {
    const received = { topic: message.destinationName, payload: message.payloadString }
    Object.assign(globalThis, { received })
  }
  return new Promise((resolve, reject) => {
    const fail = (cause: { errorMessage?: string }) => reject(new Error(cause.errorMessage ?? 'refused'))
    client.connect({
      userName: endpoint.username,
      password: endpoint.password,
      mqttVersion: endpoint.mqttVersion,
      useSSL: false,
      onSuccess: () =>
        client.subscribe(endpoint.mqttTopic, { qos: 0, onSuccess: () => resolve(), onFailure: fail }),
      onFailure: fail,
    })
  })
}
