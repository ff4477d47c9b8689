import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  defaultEndpointOptions,
  describeEndpoint,
  endpointPassword,
  isExpired,
  prepareEndpoint,
} from './endpoint.ts'

const key = new Uint8Array(32).fill(1)
const mqttTopic = 'Zp3nV8yQe1RbT6mWc0XsJk4'
const installation = { appID: 'k7demo01', installationID: 'p4xt0q9c2mfw7ah1k8s3vd6ye' }

test('derives 64 letters that are the same each time, after a restart as well (P 6.3)', () => {
  const password = endpointPassword(key, installation.installationID, mqttTopic)
  assert.match(password, /^[A-Za-z]{64}$/)
  // Written down: whoever changes how it is made ends the credentials of every client there is.
  assert.equal(password, 'PrFUHUDAMgRVLLEgnBKKAEzNgMrcYEARLIfRmAYFQRPreycoBAMLVFbznKSvCjzo')
})

test('derives another password for another key, installation or topic', () => {
  const passwords = [
    endpointPassword(key, 'i', mqttTopic),
    endpointPassword(new Uint8Array(32).fill(2), 'i', mqttTopic),
    endpointPassword(key, 'j', mqttTopic),
    endpointPassword(key, 'i', `${mqttTopic.slice(0, -1)}5`),
  ]
  assert.equal(new Set(passwords).size, 4)
})

test('uses every letter about as often', () => {
  const counts = new Map<string, number>()
  const passwords = 2_000
  for (let i = 0; i < passwords; i++)
    for (const letter of endpointPassword(key, String(i), mqttTopic))
      counts.set(letter, (counts.get(letter) ?? 0) + 1)
  const expected = (passwords * 64) / 52
  assert.equal(counts.size, 52)
  for (const [letter, count] of counts)
    assert.ok(Math.abs(count / expected - 1) < 0.15, `${letter}: ${count}`)
})

test('is ready at once and does not expire, unless it is told otherwise (P 6.3)', () => {
  assert.deepEqual(prepareEndpoint(mqttTopic, 1_000, defaultEndpointOptions), {
    mqttTopic,
    readyAt: 1_000,
    expiresAt: undefined,
  })
  assert.deepEqual(prepareEndpoint(mqttTopic, 1_000, { delayMilliseconds: 1_500, ttlSeconds: 60 }), {
    mqttTopic,
    readyAt: 2_500,
    expiresAt: 62_500,
  })
})

test('expires at its end and not before', () => {
  const endpoint = { mqttTopic, readyAt: 0, expiresAt: 5_000 }
  assert.deepEqual([isExpired(endpoint, 4_999), isExpired(endpoint, 5_000)], [false, true])
  assert.equal(isExpired({ ...endpoint, expiresAt: undefined }, Number.MAX_SAFE_INTEGER), false)
})

test('tells what is left of its time, rounded up, so that it is over when a client comes back (P 6.3)', () => {
  const ttlOf = (expiresAt: number | undefined, now: number) =>
    describeEndpoint(key, installation, { mqttTopic, readyAt: 0, expiresAt }, now).ttlSeconds
  assert.equal(ttlOf(undefined, 5), 2_147_483_647)
  assert.deepEqual([ttlOf(60_000, 0), ttlOf(60_000, 1), ttlOf(60_000, 59_999)], [60, 60, 1])
})

test('has a username, password and topic that known device clients have room for (P 1.6)', () => {
  const endpoint = describeEndpoint(
    key,
    installation,
    prepareEndpoint(mqttTopic, 0, defaultEndpointOptions),
    0,
  )
  assert.deepEqual(endpoint, {
    installationID: installation.installationID,
    username: `k7demo01-${mqttTopic}`,
    password: endpointPassword(key, installation.installationID, mqttTopic),
    mqttTopic,
    ttlSeconds: 2_147_483_647,
  })
})
