import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MqttEndpoint } from '../push-installation.ts'
import { addressOf, defaultTransport } from './address.ts'

const endpoint = { host: 'push.example', portTCP: 1, portSSL: 2, portWS: 3, portWSS: 4 } as MqttEndpoint

test('each transport has its port (P 6.3)', () => {
  assert.deepEqual(
    (['tcp', 'tls', 'ws', 'wss'] as const).map((transport) => addressOf(endpoint, transport)),
    [
      'mqtt://push.example:1',
      'mqtts://push.example:2',
      'ws://push.example:3/mqtt',
      'wss://push.example:4/mqtt',
    ],
  )
})

test('an IPv6 address stands in brackets', () => {
  assert.equal(addressOf({ ...endpoint, host: '::1' }, 'tcp'), 'mqtt://[::1]:1')
})

test('without a page it is TCP', () => {
  assert.equal(defaultTransport(), 'tcp')
})
