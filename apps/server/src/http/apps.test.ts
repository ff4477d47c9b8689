import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { makePackage } from '../packages/archive.fixture.ts'
import { appHost, ask, askAdmin, portOf, startTestServer } from '../server.fixture.ts'

/** What the vehicle plays and shows (W 11.4). */
const typeNames = 'mp3 wav ogg jpg png gif bmp svg css json'.split(' ').map((ending) => `a.${ending}`)

const server = await startTestServer()
await server.fleet.addPartner({ uid: 'ACME' })
for (const idApp of ['demo', 'other', 'Demo.2', 'bare']) await server.fleet.addApp({ idApp, uid: 'ACME' })
await server.installPackage('demo', {
  archive: makePackage({
    'web/apps/demo/index.html': '<!DOCTYPE html><html><head><title>demo</title></head></html>',
    'web/apps/demo/latin.html': '<html><head><meta charset="iso-8859-1"></head></html>',
    'web/apps/demo/js/a.js': 'a',
    'web/apps/demo/sub/index.html': 'sub',
    'web/media/demo/m.mp3': '0123456789',
    'web/media/demo/page.html': '<p>',
    ...Object.fromEntries(typeNames.map((name) => [`web/apps/demo/types/${name}`, 'x'])),
  }),
})
await server.installPackage('other', { archive: makePackage({ 'index.html': 'other' }) })
await server.installPackage('Demo.2', { archive: makePackage({ 'index.html': 'second' }) })

const host = appHost(server, 'demo')
const script = '<script src="/shared/pillion/frame.js"></script>'

const served = [
  {
    name: 'its start page, the frame script first',
    path: '/apps/demo/index.html',
    type: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html><html><head>${script}<title>demo</title></head></html>`,
  },
  {
    name: 'its start page by its folder',
    path: '/apps/demo/',
    type: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html><html><head>${script}<title>demo</title></head></html>`,
  },
  {
    name: 'its start page whatever the query',
    path: '/apps/demo/index.html?a=/../b',
    type: 'text/html; charset=utf-8',
    body: `<!DOCTYPE html><html><head>${script}<title>demo</title></head></html>`,
  },
  {
    name: 'a page with a charset of its own under that',
    path: '/apps/demo/latin.html',
    type: 'text/html',
    body: `<html><head>${script}<meta charset="iso-8859-1"></head></html>`,
  },
  {
    name: 'a page in a folder',
    path: '/apps/demo/sub/',
    type: 'text/html; charset=utf-8',
    body: `${script}sub`,
  },
  {
    name: 'a script in the charset of its page',
    path: '/apps/demo/js/a.js',
    type: 'application/javascript',
    body: 'a',
  },
  { name: 'media', path: '/media/demo/m.mp3', type: 'audio/mpeg', body: '0123456789' },
  {
    name: 'a page among the media, the frame script first',
    path: '/media/demo/page.html',
    type: 'text/html; charset=utf-8',
    body: `${script}<p>`,
  },
]

for (const { name, path, type, body } of served) {
  test(`an app’s host serves ${name} (W 11.3)`, async () => {
    const answer = await ask(server, path, { headers: { host } })
    assert.equal(answer.status, 200)
    assert.equal(answer.body.toString(), body)
    assert.equal(answer.headers['content-type'], type)
    assertKeptIn(answer.headers)
  })
}

test('serves a part of a sound, as players ask for it', async () => {
  const answer = await ask(server, '/media/demo/m.mp3', { headers: { host, range: 'bytes=2-4' } })
  assert.equal(answer.status, 206)
  assert.equal(answer.body.toString(), '234')
  const beyond = await ask(server, '/media/demo/m.mp3', { headers: { host, range: 'bytes=10-' } })
  assert.equal(beyond.status, 416)
  assert.equal(JSON.parse(beyond.body.toString()).code, 'RANGE_NOT_SATISFIABLE')
})

// Browsers are told not to guess.
const types: [name: string, type: RegExp][] = [
  ['a.mp3', /^audio\/mpeg$/],
  ['a.wav', /^audio\/(x-)?wav$/],
  ['a.ogg', /^audio\/ogg$/],
  ['a.jpg', /^image\/jpeg$/],
  ['a.png', /^image\/png$/],
  ['a.gif', /^image\/gif$/],
  ['a.bmp', /^image\/(x-ms-)?bmp$/],
  ['a.svg', /^image\/svg\+xml$/],
  ['a.css', /^text\/css$/],
  ['a.json', /^application\/json$/],
]

for (const [name, type] of types) {
  test(`an app’s host serves ${name} as what it is (W 11.4)`, async () => {
    const answer = await ask(server, `/apps/demo/types/${name}`, { headers: { host } })
    assert.equal(answer.status, 200)
    assert.match(String(answer.headers['content-type']), type)
  })
}

// Each is what an app's page at /apps/demo/index.html may write.
const jqueryAddresses = [
  '/shared/libs/jquery/1.10.0/jquery.js',
  '../../shared/libs/jquery/1.10.0/jquery.js',
  '../test/shared/libs/jquery/1.10.0/jquery.js',
]

for (const address of jqueryAddresses) {
  test(`an app finds jQuery 1.x at ${address} (W 11.3)`, async () => {
    const { pathname } = new URL(address, `http://${host}/apps/demo/index.html`)
    const answer = await ask(server, pathname, { headers: { host } })
    assert.equal(answer.status, 200)
    assert.match(answer.body.toString('utf8', 0, 100), /jQuery JavaScript Library v1\.1[0-9]\./)
    assertKeptIn(answer.headers)
  })
}

test('a page reads its own files with XMLHttpRequest, and a cached one only after asking (W 11.3, 11.4)', async () => {
  const answer = await ask(server, '/apps/demo/types/a.json', { headers: { host, origin: `http://${host}` } })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers['access-control-allow-origin'], undefined)
  assert.equal(answer.headers['cache-control'], 'no-cache')
})

test('an app whose id is no DNS label lives under its slug', async () => {
  const label = /https?:\/\/(demo-2-[0-9a-f]{8})\./.exec(
    String((await ask(server, '/apps/Demo.2/')).headers.location),
  )?.[1]
  const answer = await ask(server, '/apps/Demo.2/', { headers: { host: appHost(server, label ?? '') } })
  assert.equal(answer.body.toString(), `${script}second`)
})

test('an app whose origin would be that of another is refused, and has it once that one is gone (W 11.3)', async () => {
  const pages = (body: string) => ({ archive: makePackage({ 'index.html': body }) })
  const read = async (idApp: string) => {
    const answer = await ask(server, `/apps/${idApp}/`, { headers: { host: appHost(server, label) } })
    return [answer.status, answer.status === 200 ? answer.body.toString() : '']
  }
  const label = 'my-app-feaec906'
  await server.fleet.addApp({ idApp: 'My.App', uid: 'ACME' })
  await server.installPackage('My.App', pages('first'))
  assert.deepEqual(await read('My.App'), [200, `${script}first`])
  const refused = await askAdmin(server, 'POST', '/apps', { idApp: label, uid: 'ACME' })
  assert.deepEqual([refused.status, (refused.json as { code: string }).code], [409, 'APP_LABEL_TAKEN'])
  await askAdmin(server, 'DELETE', '/apps/My.App')
  assert.deepEqual(await read('My.App'), [404, ''])
  await server.fleet.addApp({ idApp: label, uid: 'ACME' })
  await server.installPackage(label, pages('second'))
  assert.deepEqual(await read(label), [200, `${script}second`])
})

const redirects = [
  { path: '/', to: '/apps/demo/' },
  { path: '/apps/demo/sub', to: '/apps/demo/sub/' },
  { path: '/apps/demo/sub?a=b', to: '/apps/demo/sub/?a=b' },
]

for (const { path, to } of redirects) {
  test(`an app’s host redirects ${path} to ${to}`, async () => {
    const answer = await ask(server, path, { headers: { host } })
    assert.equal(answer.status, 302)
    assert.equal(answer.headers.location, to)
    assertKeptIn(answer.headers)
  })
}

const refused = [
  { name: 'another app', path: '/apps/other/index.html' },
  { name: 'another app’s media', path: '/media/other/x' },
  { name: 'another app by a way round', path: '/apps/demo/../other/index.html' },
  { name: 'another app by an encoded way round', path: '/apps/demo/%2e%2e/other/index.html' },
  { name: 'another app by encoded slashes', path: '/apps/demo%2f..%2fother/index.html' },
  { name: 'the data folder', path: '/apps/demo/..%2f..%2f..%2f..%2fadmin-token' },
  { name: 'the data folder from its media', path: '/media/demo/..%2f..%2f..%2f..%2fadmin-token' },
  { name: 'its record', path: '/apps/demo/..%2f..%2finstalled.json' },
  { name: 'a path with a backslash', path: '/apps/demo/..%5cinstalled.json' },
  { name: 'a path with NUL', path: '/apps/demo/index.html%00.js' },
  { name: 'a path that cannot be decoded', path: '/apps/demo/%ff' },
  { name: 'a file that is not there', path: '/apps/demo/none.js' },
  { name: 'a folder without page', path: '/apps/demo/js/' },
  { name: 'a shared file that is none', path: '/shared/..%2fpackage.json' },
  { name: 'the portal', path: '/portal/' },
  { name: 'the head unit’s credentials check', path: '/portal/api/vehicle' },
  { name: 'the operator’s REST', path: '/admin/v1/status' },
  { name: 'the metrics', path: '/metrics' },
  { name: 'the health', path: '/healthz' },
]

for (const { name, path } of refused) {
  test(`an app’s host refuses ${name} (W 11.4)`, async () => {
    const authorization = `Bearer ${server.adminToken}`
    const answer = await ask(server, path, { headers: { host, authorization } })
    assert.ok(answer.status === 404 || answer.status === 400, `status ${answer.status}`)
    assert.equal(JSON.parse(answer.body.toString()).status, answer.status)
    assertKeptIn(answer.headers)
  })
}

test('an app without package, and a label of no app, have nothing but a reason', async () => {
  const bare = await ask(server, '/apps/bare/', { headers: { host: appHost(server, 'bare') } })
  assert.equal(JSON.parse(bare.body.toString()).code, 'PACKAGE_NOT_INSTALLED')
  const nobody = await ask(server, '/apps/nobody/', { headers: { host: appHost(server, 'nobody') } })
  assert.equal(JSON.parse(nobody.body.toString()).code, 'ADDRESS_NOT_FOUND')
  for (const { headers } of [bare, nobody]) assertKeptIn(headers)
})

test('an app gets no service worker, which could serve pages without the policy (W 11.4)', async () => {
  const answer = await ask(server, '/apps/demo/js/a.js', { headers: { host, 'service-worker': 'script' } })
  assert.equal(answer.status, 403)
})

test('no answer sets a cookie, and one that is sent changes nothing', async () => {
  const plain = await ask(server, '/apps/demo/', { headers: { host } })
  const withCookie = await ask(server, '/apps/demo/', { headers: { host, cookie: 'a=b' } })
  assert.equal(plain.headers['set-cookie'], undefined)
  assert.deepEqual(withCookie.body, plain.body)
})

test('neither an app’s host nor a page of an app gets a WebSocket (W 11.4)', async () => {
  const url = `ws://127.0.0.1:${portOf(server, 'http')}/mqtt`
  assert.equal(await upgrade(url, { host }), 403)
  assert.equal(await upgrade(url, { origin: `http://${host}` }), 403)
  assert.equal(await upgrade(url, { origin: 'http://localhost' }), 101)
})

test('the main host sends an app’s files to the app’s own origin (W 11.3)', async () => {
  for (const path of ['/apps/demo/index.html', '/media/demo/m.mp3']) {
    const answer = await ask(server, path)
    assert.equal(answer.headers.location, `http://${host}${path}`)
    assert.equal(answer.body.length, 0)
  }
  assert.equal((await ask(server, '/apps/none/index.html')).status, 404)
  assert.equal((await ask(server, '/shared/pillion/frame.js')).status, 404)
})

/** The headers of W 11.4, on every answer of an app's origin. */
function assertKeptIn(headers: Record<string, unknown>): void {
  const policy = new Map(
    String(headers['content-security-policy'])
      .split('; ')
      .map((directive) => {
        const [name = '', ...sources] = directive.split(' ')
        return [name, sources]
      }),
  )
  const own = ["'self'", 'data:', 'blob:']
  for (const name of ['default-src', 'connect-src', 'worker-src'])
    assert.deepEqual(policy.get(name), own, name)
  assert.deepEqual(policy.get('style-src'), [...own, "'unsafe-inline'"])
  assert.deepEqual(policy.get('script-src'), [...own, "'unsafe-inline'", "'unsafe-eval'"])
  for (const name of ['frame-src', 'child-src', 'object-src'])
    assert.deepEqual(policy.get(name), ["'none'"], name)
  for (const name of ['form-action', 'base-uri']) assert.deepEqual(policy.get(name), ["'self'"], name)

  const ancestors = policy.get('frame-ancestors') ?? []
  assert.ok(ancestors.includes(`http://localhost:${portOf(server, 'http')}`))
  assert.ok(!ancestors.some((source) => source.includes('*') || source.includes('.pillion.localhost')))
  assert.match(String(headers['permissions-policy']), /(^|, )geolocation=\(\)(,|$)/)
  assert.equal(headers['connection-allowlist'], '(response-origin)')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['x-dns-prefetch-control'], 'off')
  assert.equal(headers['origin-agent-cluster'], '?1')
}

/** Status of a WebSocket upgrade for MQTT. */
function upgrade(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, 'mqtt', { headers })
    socket.on('unexpected-response', (request, response) => {
      request.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('error', reject)
  })
}
