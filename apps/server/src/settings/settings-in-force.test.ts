import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { listConfigKeys, loadConfig } from '../config.ts'
import { makeFolder } from '../server.fixture.ts'
import { isLiveKey, listLiveKeys } from './live-keys.ts'
import { SettingsInForce } from './settings-in-force.ts'

const file = join(makeFolder(), 'pillion.yaml')

function open(text: string, flags: Record<string, unknown> = {}) {
  writeFileSync(file, text)
  const sources = { file, env: { PILLION_PORTAL__ROOT: 'a/b' }, flags }
  return new SettingsInForce(loadConfig(sources), sources)
}

function find(settings: SettingsInForce, key: string) {
  return settings.list().find((each) => each.key === key)
}

test('says of every key what is in force and where it comes from', () => {
  const settings = open('limits: { streamBytesMax: 4096 }', { data: '/x' })
  assert.deepEqual(
    ['limits.streamBytesMax', 'portal.root', 'data', 'log.level'].map((key) => {
      const { value, source, needsRestart } = find(settings, key) ?? {}
      return [value, source, needsRestart]
    }),
    [
      [4096, 'file', false],
      ['a/b', 'environment', true],
      ['/x', 'flag', true],
      ['info', 'default', false],
    ],
  )
  assert.equal(settings.list().length, listConfigKeys().length)
})

test('shows no secret, and of the database’s address what is none', () => {
  const settings = open('', {
    'database.url': 'postgres://me:geheim@db:5432/pillion?password=geheim',
    'relay.url': ['nats://a:4222'],
    'relay.password': 'geheim',
  })
  assert.doesNotMatch(JSON.stringify(settings.list()), /geheim/)
  assert.equal(find(settings, 'database.url')?.value, 'postgres://db:5432/pillion')
  assert.deepEqual(find(settings, 'relay.url')?.value, ['nats://a:4222'])
  assert.equal('value' in (find(settings, 'relay.password') ?? {}), false)
})

test('a reload changes what is read each time, and tells what waits for a restart', () => {
  const settings = open('log: { level: info }')
  const { limits } = settings
  const told: string[] = []
  settings.onChange((config) => told.push(config.log.level))
  writeFileSync(
    file,
    'log: { level: debug }\nlimits: { streamBytesMax: 2048 }\nlisteners: { mqtt: { port: 1 } }',
  )
  assert.deepEqual(settings.reload(), {
    changed: ['limits.streamBytesMax', 'log.level'],
    needRestart: ['listeners.mqtt.port'],
  })
  assert.deepEqual([limits.streamBytesMax, ...told], [2048, 'debug'])
  assert.deepEqual(
    [find(settings, 'listeners.mqtt.port')?.value, find(settings, 'log.level')?.source],
    [1883, 'file'],
  )
  assert.deepEqual(settings.reload(), { changed: [], needRestart: ['listeners.mqtt.port'] })
  assert.equal(told.length, 1)
})

test('a reload of what is wrong keeps all of the old', () => {
  const settings = open('log: { level: debug }')
  writeFileSync(file, 'limits: { streamBytesMax: 2048, streamBytes: 1 }')
  assert.throws(() => settings.reload(), { name: 'ConfigError', path: 'limits.streamBytes' })
  assert.equal(settings.limits.streamBytesMax, settings.config.limits.streamBytesMax)
  assert.equal(find(settings, 'log.level')?.value, 'debug')
})

test('every key that a reload changes is a key', () => {
  const known = listConfigKeys().map(({ path }) => path)
  assert.deepEqual(
    listLiveKeys().filter((path) => !known.includes(path)),
    [],
  )
  assert.equal(isLiveKey('data'), false)
})
