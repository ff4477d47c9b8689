import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ConfigError, findOpenListener, listConfigKeys, loadConfig } from './config.ts'

const folder = mkdtempSync(join(tmpdir(), 'pillion-config-'))
after(() => rmSync(folder, { recursive: true }))

function yaml(text: string): string {
  const file = join(folder, `${Math.random()}.yaml`)
  writeFileSync(file, text)
  return file
}

test('nothing configured binds every listener to loopback on its usual port', () => {
  const config = loadConfig({ env: {}, flags: {} })
  const ports = Object.values(config.listeners).map(({ enabled, host, port }) => [enabled, host, port])
  assert.deepEqual(
    ports,
    [1883, 8883, 8886, 8080, 8443].map((port) => [true, '127.0.0.1', port]),
  )
  assert.equal(config.portal.root, 'psa/OVIPPartners-Dev')
  assert.equal(config.access.mode, 'product')
})

test('file < environment < flags', () => {
  const file = yaml('listeners:\n  http: { port: 1 }\n  https: { port: 1 }\n  mqtt: { port: 1 }\n')
  const env = { PILLION_LISTENERS__HTTP__PORT: '2', PILLION_LISTENERS__HTTPS__PORT: '2', HOME: '/' }
  const flags = { 'listeners.http.port': 3, 'listeners.mqtts.port': undefined }
  const { http, https, mqtt, mqtts } = loadConfig({ file, env, flags }).listeners
  assert.deepEqual([http.port, https.port, mqtt.port, mqtts.port], [3, 2, 1, 8883])
})

test('reads a list from YAML and from the environment alike', () => {
  const inFile = loadConfig({ file: yaml('names: [A.example, b.example]'), env: {}, flags: {} }).names
  const inEnvironment = loadConfig({ env: { PILLION_NAMES: 'a.example, b.example' }, flags: {} }).names
  assert.deepEqual(inFile, ['a.example', 'b.example'])
  assert.deepEqual(inEnvironment, inFile)
})

test('reads a value from a file that the environment names', () => {
  const file = yaml('postgres://pillion:secret@db/pillion\n')
  const env = { PILLION_DATABASE__URL_FILE: file }
  assert.equal(loadConfig({ env, flags: {} }).database.url, 'postgres://pillion:secret@db/pillion')
  assert.throws(
    () => loadConfig({ env: { PILLION_DATABASE__URL_FILE: '/nowhere' }, flags: {} }),
    /cannot be read/,
  )
})

test('does not repeat an address that may hold a password', () => {
  assert.throws(
    () => loadConfig({ env: { PILLION_DATABASE__URL: 'mysql://me:secret@db/pillion' }, flags: {} }),
    (error: Error) => error.message.includes('postgres://') && !error.message.includes('secret'),
  )
})

test('nor what else may be or hold a password', () => {
  const tried: Record<string, unknown>[] = [
    { 'relay.url': 'nats://me:secret@nats' },
    { 'relay.password': ['secret'] },
    { 'database.url': 'postgres://me:100%secret@db/pillion' },
  ]
  for (const flags of tried) {
    assert.throws(
      () => loadConfig({ env: {}, flags }),
      (error: Error) => error.name === 'ConfigError' && !error.message.includes('secret'),
    )
  }
})

test('names the key of a file that cannot be read, of PostgreSQL and NATS', () => {
  const flags = { 'database.url': 'postgres://me@db/pillion', 'relay.url': 'tls://nats' }
  for (const path of [
    'database.caFile',
    'relay.caFile',
    'relay.certFile',
    'relay.keyFile',
    'relay.credentialsFile',
  ]) {
    const wrong = { env: {}, flags: { ...flags, [path]: '/nowhere.pem' } }
    assert.throws(() => loadConfig(wrong), {
      name: 'ConfigError',
      path,
      message: /nowhere\.pem cannot be read/,
    })
  }
})

test('is frozen, all of it', () => {
  const config = loadConfig({ env: {}, flags: {} })
  assert.throws(() => Object.assign(config.listeners.mqtt, { port: 1 }), TypeError)
  assert.throws(() => Object.assign(config, { data: 'x' }), TypeError)
})

test('takes an empty file and an empty section for nothing configured', () => {
  assert.equal(loadConfig({ file: yaml(''), env: {}, flags: {} }).log.level, 'info')
  assert.equal(loadConfig({ file: yaml('listeners:\n'), env: {}, flags: {} }).listeners.mqtt.port, 1883)
})

const refusals = [
  {
    name: 'nodes without a database that they share',
    file: 'relay: { url: [nats://127.0.0.1:4222] }',
    path: 'relay.url',
    text: /needs database\.url/,
  },
  {
    name: 'an unknown key in the file',
    file: 'listeners:\n  htpp: { port: 1 }',
    path: 'listeners.htpp',
    text: /Did you mean listeners\.http\?/,
  },
  { name: 'an unknown section', file: 'acces: { mode: open }', path: 'acces', text: /Did you mean access\?/ },
  {
    name: 'an unknown key among the flags',
    flags: { 'log.levl': 'info' },
    path: 'log.levl',
    text: /Did you mean log\.level\?/,
  },
  {
    name: 'a key that is like none',
    file: 'listeners: { http: { frobnicate: 1 } }',
    path: 'listeners.http.frobnicate',
    text: /is not a key of the configuration\. `pillion config docs` lists them all/,
  },
  {
    name: 'an unknown variable',
    env: { PILLION_LISTENERS__HTTP__PROT: '1' },
    path: 'PILLION_LISTENERS__HTTP__PROT',
    text: /Did you mean PILLION_LISTENERS__HTTP__PORT\?/,
  },
  {
    name: 'a port beyond 65535',
    flags: { 'listeners.http.port': 65_536 },
    path: 'listeners.http.port',
    text: /must be a port/,
  },
  {
    name: 'a port that is no number',
    env: { PILLION_LISTENERS__HTTP__PORT: 'http' },
    path: 'PILLION_LISTENERS__HTTP__PORT',
    text: /must be a port/,
  },
  { name: 'a value for a section', file: 'listeners: 5', path: 'listeners', text: /section/ },
  { name: 'an unknown mode', flags: { 'access.mode': 'closed' }, path: 'access.mode', text: /product, open/ },
  {
    name: 'one origin for all apps',
    flags: { 'apps.origin': 'http://localhost:8080' },
    path: 'apps.origin',
    text: /\{app\}/,
  },
  {
    name: 'a wildcard in the root',
    flags: { 'portal.root': 'psa/#' },
    path: 'portal.root',
    text: /without \+ and #/,
  },
  {
    name: 'open access from outside',
    flags: { 'access.mode': 'open', 'listeners.mqtt.host': '0.0.0.0' },
    path: 'access.mode',
    text: /listeners\.mqtt\.host/,
  },
  ...['http://x.example.com:8443', 'a b', 'exa*mple.com', '*.example.com'].map((name) => ({
    name: `a name that no certificate can hold, ${name}`,
    file: `names: [ok.example.com, 10.0.0.1, '::1', ${JSON.stringify(name)}]`,
    path: 'names',
    text: /host names or addresses/,
  })),
  {
    name: 'two listeners at one address',
    flags: { 'listeners.https.port': 8080 },
    path: 'listeners.https.port',
    text: /127\.0\.0\.1:8080 .*listeners\.http/,
  },
  {
    name: 'a listener within what another has of every interface',
    flags: { 'listeners.mqtts.port': 1883, 'listeners.mqtts.host': '::' },
    path: 'listeners.mqtts.port',
    text: /listeners\.mqtt /,
  },
]

test('takes listeners that share a port on different addresses, or that are off, or take a free one', () => {
  const shared = { 'listeners.https.port': 8080, 'listeners.https.host': '127.0.0.2' }
  const off = { 'listeners.mqtts.port': 1883, 'listeners.mqtts.enabled': false }
  const free = { 'listeners.mqtt.port': 0, 'listeners.partners.port': 0 }
  assert.equal(loadConfig({ env: {}, flags: { ...shared, ...off, ...free } }).listeners.https.port, 8080)
})

test('allows open access from outside to whoever insists', () => {
  const outside = { 'access.mode': 'open', 'listeners.mqtt.host': '0.0.0.0', 'listeners.http.host': '::' }
  const forced = loadConfig({ env: {}, flags: { ...outside, 'access.openAnywhere': true } })
  assert.equal(findOpenListener(forced), 'mqtt')
  const inside = loadConfig({ env: {}, flags: { 'access.mode': 'open', 'access.openAnywhere': true } })
  assert.equal(findOpenListener(inside), undefined)
  const product = loadConfig({ env: {}, flags: { ...outside, 'access.mode': 'product' } })
  assert.equal(findOpenListener(product), undefined)
})

for (const { name, file, env = {}, flags = {}, path, text } of refusals) {
  test(`refuses ${name}`, () => {
    const sources = { env, flags, ...(file === undefined ? {} : { file: yaml(file) }) }
    assert.throws(
      () => loadConfig(sources),
      (error) => error instanceof ConfigError && error.path === path && text.test(error.message),
    )
  })
}

test('refuses a file that is missing or no YAML, naming it', () => {
  const missing = join(folder, 'missing.yaml')
  assert.throws(() => loadConfig({ file: missing, env: {}, flags: {} }), { path: missing })
  const broken = yaml('a: [')
  assert.throws(() => loadConfig({ file: broken, env: {}, flags: {} }), { path: broken })
})

test('open access on loopback is allowed', () => {
  assert.equal(loadConfig({ env: {}, flags: { 'access.mode': 'open' } }).access.mode, 'open')
})

test('every key has a default that its own rule accepts, and a sentence', () => {
  for (const { path, default: value, sentence } of listConfigKeys()) {
    assert.doesNotThrow(() => loadConfig({ env: {}, flags: { [path]: value } }), path)
    assert.match(sentence, /\.$/, path)
  }
})
