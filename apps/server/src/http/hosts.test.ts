import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AppOrigins } from '../app-origins.ts'
import { ask, startTestServer } from '../server.fixture.ts'
import { formatHost, Hosts, isAppSite } from './hosts.ts'

const origins = new AppOrigins('http://{app}.pillion.localhost:{port}', () => 8080)
const hosts = new Hosts(['car.example'], origins)

const rows = [
  { host: 'localhost', kind: 'main' },
  { host: 'LOCALHOST:8080', kind: 'main' },
  { host: '127.0.0.1:8080', kind: 'main' },
  { host: '127.1.2.3', kind: 'main' },
  { host: '[::1]:8080', kind: 'main' },
  { host: 'car.example:8080', kind: 'main' },
  { host: 'demo.pillion.localhost:8080', kind: 'app' },
  { host: 'DEMO.pillion.localhost.', kind: 'app' },
  { host: 'a.demo.pillion.localhost', kind: 'refused' },
  { host: 'pillion.localhost', kind: 'refused' },
  { host: 'demo-pillion.localhost', kind: 'refused' },
  { host: 'demo.pillionXlocalhost', kind: 'refused' },
  { host: 'rebound.example', kind: 'refused' },
  { host: 'localhost.example', kind: 'refused' },
  { host: '127.0.0.1.example', kind: 'refused' },
  { host: 'user@localhost', kind: 'refused' },
  { host: '192.168.0.5', kind: 'refused' },
  { host: '', kind: 'refused' },
  { host: undefined, kind: 'refused' },
]

for (const { host, kind } of rows) {
  test(`on loopback, Host ${JSON.stringify(host)} is ${kind}`, () => {
    assert.equal(hosts.classify(host, '127.0.0.1').kind, kind)
  })
}

test('knows the names that apps can set cookies for', () => {
  for (const host of [
    'pillion.localhost',
    'PILLION.localhost.:8080',
    'demo.pillion.localhost',
    'a.b.pillion.localhost',
  ])
    assert.ok(isAppSite(host, origins), host)
  for (const host of ['localhost:8080', '127.0.0.1', 'car.example', 'xpillion.localhost', undefined])
    assert.ok(!isAppSite(host, origins), host)
})

test('writes host and port as they stand in an address', () => {
  assert.equal(formatHost('::1', 8080), '[::1]:8080')
  assert.equal(formatHost('::ffff:127.0.0.1', 8080), '127.0.0.1:8080')
  assert.equal(formatHost('car.example', null), 'car.example')
})

test('a listener for other machines answers under any name, apps still apart', () => {
  assert.equal(hosts.classify('192.168.0.5:8080', '0.0.0.0').kind, 'main')
  assert.equal(hosts.classify('demo.pillion.localhost', '0.0.0.0').kind, 'app')
})

test('apps live where the configuration says', () => {
  const elsewhere = new AppOrigins('https://{app}.apps.car.example', () => 0)
  assert.equal(elsewhere.originOf('demo'), 'https://demo.apps.car.example')
  assert.equal(elsewhere.wildcard, 'https://*.apps.car.example')
  assert.equal(elsewhere.wildcardName, '*.apps.car.example')
  assert.equal(elsewhere.labelOf('demo.apps.car.example'), 'demo')
  assert.equal(origins.originOf('demo'), 'http://demo.pillion.localhost:8080')
})

test('refuses a page that rebound its own name to this machine, whatever it asks for', async () => {
  const server = await startTestServer()
  for (const path of ['/healthz', '/portal/', '/admin/v1/status', '/apps/demo/']) {
    const headers = { host: 'rebound.example', authorization: `Bearer ${server.adminToken}` }
    const answer = await ask(server, path, { headers })
    assert.equal(answer.status, 421, path)
    assert.equal(JSON.parse(answer.body.toString()).code, 'HOST_REFUSED')
    assert.equal(answer.headers['x-content-type-options'], 'nosniff')
  }
})
