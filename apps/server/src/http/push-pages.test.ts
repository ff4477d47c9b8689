import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { loadConfig, startServer } from '../index.ts'
import { ask, freePorts, makeFolder, startTestServer } from '../server.fixture.ts'

const pushExample = join(makeFolder(), 'page')
mkdirSync(pushExample)
writeFileSync(join(pushExample, 'index.html'), '<!doctype html><title>Example</title>')
writeFileSync(join(pushExample, '.hidden'), '')
const config = loadConfig({ env: {}, flags: { data: makeFolder(), ...freePorts } })
const server = await startServer({ config, log: pino({ level: 'silent' }), pushExample })
after(() => server.close())

test('a page on any origin may load the SDK as a script', async () => {
  const { status, headers, body } = await ask(server, '/sdk/push-sdk.js')
  assert.equal(status, 200)
  assert.match(headers['content-type'] ?? '', /^(text|application)\/javascript/)
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin')
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.match(body.toString(), /initializeWithSite/)
})

test('the demo’s web app is below /examples/push/', async () => {
  const { status, headers, body } = await ask(server, '/examples/push/')
  assert.equal(status, 200, body.toString())
  assert.match(headers['content-type'] ?? '', /^text\/html/)
  assert.equal(headers['cache-control'], 'no-cache')
  assert.match(String(headers['content-security-policy']), /connect-src 'self' ws:/)
  const bare = await ask(server, '/examples/push')
  assert.deepEqual([bare.status, bare.headers.location], [302, '/examples/push/'])
})

test('nothing else is: no other file, none beside it, and without the demo nothing at all', async () => {
  for (const path of ['none.js', '.hidden', '../pillion.db', '..%2f..%2fetc%2fpasswd']) {
    assert.equal((await ask(server, `/examples/push/${path}`)).status, 404, path)
  }
  const other = await startTestServer()
  assert.equal((await ask(other, '/examples/push/')).status, 404)
})
