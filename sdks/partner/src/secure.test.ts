import assert from 'node:assert/strict'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import { createWebSocketStream, WebSocketServer } from 'ws'
import { type Certificates, makeCertificates } from '../test/certificates.ts'
import { startDetour } from '../test/detour.ts'
import {
  findFreePort,
  type Mosquitto,
  makeFolder,
  mosquittoMissing,
  startMosquitto,
} from '../test/mosquitto.ts'
import { PartnerClient, type PartnerOptions, readPartnerConfig } from './index.ts'

describe('signing in over TLS (W 2.2)', { skip: mosquittoMissing }, () => {
  const folder = makeFolder()
  let certificates: Certificates
  let broker: Mosquitto
  let plain: Mosquitto
  let options: PartnerOptions

  before(async () => {
    certificates = makeCertificates(folder.path, 'acme-1')
    const acl = join(folder.path, 'acl')
    writeFileSync(acl, 'user acme-1\ntopic readwrite psa/OVIPPartners-Dev/to/#\n', { mode: 0o600 })
    broker = await startMosquitto(folder.path, {
      users: { 'acme-1': 'secret' },
      lines: [
        `cafile ${certificates.ca}`,
        `certfile ${certificates.serverCert}`,
        `keyfile ${certificates.serverKey}`,
        'require_certificate true',
        `acl_file ${acl}`,
      ],
    })
    plain = await startMosquitto(folder.path)
    options = {
      uri: `127.0.0.1:${broker.port}`,
      sslClientCert: certificates.client,
      username: 'acme-1',
      password: 'secret',
    }
  })
  after(async () => {
    await broker.kill()
    await plain.kill()
    folder.remove()
  })

  test('takes host:port without a scheme as TLS, and the authority from ca.crt beside the certificate', async () => {
    await using client = new PartnerClient(options)
    await client.connect()
    await client.send('VF3TEST0000000001', 'a', 1)
  })

  test('takes the authority from the option ca, else from PILLION_CA', async (t) => {
    const apart = join(folder.path, 'apart')
    mkdirSync(apart)
    const sslClientCert = join(apart, 'client.pem')
    copyFileSync(certificates.client, sslClientCert)
    await using untrusting = new PartnerClient({ ...options, sslClientCert })
    await assert.rejects(untrusting.connect(), { code: 'TLS_FAILED', message: /not trusted.*"ca"/ })
    await using byOption = new PartnerClient({ ...options, sslClientCert, ca: certificates.ca })
    await byOption.connect()
    process.env.PILLION_CA = certificates.ca
    t.after(() => delete process.env.PILLION_CA)
    await using byVariable = new PartnerClient({ ...options, sslClientCert })
    await byVariable.connect()
  })

  test('reads the configuration file with paths relative to it', async () => {
    const file = join(folder.path, 'config.json')
    writeFileSync(file, JSON.stringify({ ...options, sslClientCert: 'client-both.pem', ca: 'ca.crt' }))
    await using client = new PartnerClient(readPartnerConfig(file))
    await client.connect()
    assert.throws(() => readPartnerConfig(join(folder.path, 'absent.json')), { code: 'CONFIG_MALFORMED' })
  })

  test('without a client certificate is refused once, and says which option is missing', async () => {
    const detour = await startDetour(broker.port)
    await using client = new PartnerClient({
      ...options,
      uri: `127.0.0.1:${detour.port}`,
      sslClientCert: undefined,
      ca: certificates.ca,
    })
    await assert.rejects(client.connect(), { code: 'SIGN_IN_REFUSED', message: /sslClientCert is not set/ })
    assert.equal(detour.tries, 1)
    await detour.close()
  })

  test('with a certificate of another authority is refused, and says whose certificate it is', async () => {
    const others = join(folder.path, 'others')
    mkdirSync(others)
    const foreign = makeCertificates(others, 'intruder')
    await using client = new PartnerClient({ ...options, sslClientCert: foreign.client, ca: certificates.ca })
    await assert.rejects(client.connect(), {
      code: 'SIGN_IN_REFUSED',
      message: /CN=intruder and is valid until/,
    })
  })

  test('by a server that turns the certificate away without a word: says whose certificate it is', async () => {
    const others = join(folder.path, 'strangers')
    mkdirSync(others)
    const foreign = makeCertificates(others, 'intruder')
    const [cert, key, ca] = [certificates.serverCert, certificates.serverKey, certificates.ca].map((file) =>
      readFileSync(file),
    )
    const server = createTlsServer({
      cert,
      key,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
    } as TlsOptions)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    await using client = new PartnerClient({
      ...options,
      uri: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      sslClientCert: foreign.client,
      ca: certificates.ca,
      connectSeconds: 0,
    })
    await assert.rejects(client.connect(), {
      code: 'NOT_CONNECTED',
      message: /perhaps it does not accept the client certificate.*CN=intruder and is valid until/,
    })
    server.close()
  })

  test('with the wrong password is refused once, with the server’s code', async () => {
    const detour = await startDetour(broker.port)
    await using client = new PartnerClient({ ...options, uri: `127.0.0.1:${detour.port}`, password: 'wrong' })
    await assert.rejects(client.connect(), {
      code: 'SIGN_IN_REFUSED',
      reasonCode: 0x87,
      message: /CN=acme-1/,
    })
    assert.equal(detour.tries, 1)
    await detour.close()
  })

  test('to a port that does not speak TLS says so at once', async () => {
    const web = createServer((_, response) => response.end()).listen(0, '127.0.0.1')
    await once(web, 'listening')
    await using client = new PartnerClient({
      ...options,
      uri: `127.0.0.1:${(web.address() as AddressInfo).port}`,
    })
    await assert.rejects(client.connect(), { code: 'TLS_FAILED', message: /write mqtt:\/\/ before it/ })
    web.close()
  })

  test('to a port that hangs up on TLS gives the same hint', async () => {
    await using client = new PartnerClient({ ...options, uri: `127.0.0.1:${plain.port}`, connectSeconds: 0 })
    await assert.rejects(client.connect(), { code: 'NOT_CONNECTED', message: /write mqtt:\/\/ before it/ })
  })

  test('names the file that cannot be used', async () => {
    const noKey = join(folder.path, 'no-key.pem')
    writeFileSync(noKey, readFileSync(certificates.ca))
    const otherKey = join(folder.path, 'other-key.pem')
    writeFileSync(
      otherKey,
      readFileSync(certificates.ca, 'utf8') + readFileSync(certificates.serverKey, 'utf8'),
    )
    const cases: [string, RegExp][] = [
      [join(folder.path, 'absent.pem'), /sslClientCert.*ENOENT.*absent\.pem/],
      [noKey, /no-key\.pem has no PRIVATE KEY block/],
      [otherKey, /other-key\.pem.*mismatch/],
    ]
    for (const [sslClientCert, message] of cases) {
      await using client = new PartnerClient({ ...options, sslClientCert, ca: certificates.ca })
      await assert.rejects(client.connect(), { code: 'CERTIFICATE_UNREADABLE', message })
    }
  })

  test('a refused message rejects with the server’s reason code', async () => {
    await using client = new PartnerClient({ ...options, root: 'other/root' })
    await client.connect()
    await assert.rejects(client.send('VF3TEST0000000001', 'a', 1), {
      code: 'PUBLISH_REFUSED',
      reasonCode: 0x87,
    })
  })

  test('speaks MQTT over WebSocket', async () => {
    // Not every mosquitto is built with WebSocket, so a bridge stands before it.
    const web = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/mqtt' })
    await once(web, 'listening')
    web.on('connection', (socket) => {
      assert.equal(socket.protocol, 'mqtt')
      const near = createWebSocketStream(socket).on('error', () => undefined)
      near.pipe(connect(plain.port, '127.0.0.1')).pipe(near)
    })
    {
      await using client = new PartnerClient({
        ...options,
        uri: `ws://127.0.0.1:${(web.address() as AddressInfo).port}`,
      })
      await client.connect()
      await client.send('VF3TEST0000000001', 'a', 1)
    }
    web.close()
  })

  test('gives up after connectSeconds when nothing listens', async () => {
    await using client = new PartnerClient({
      ...options,
      uri: `127.0.0.1:${await findFreePort()}`,
      connectSeconds: 0,
    })
    await assert.rejects(client.connect(), { code: 'NOT_CONNECTED', message: /ECONNREFUSED/ })
  })
})
