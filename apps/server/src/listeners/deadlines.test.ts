import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { makePackage } from '../packages/archive.fixture.ts'
import { appHost, ask, portOf, startTestServer } from '../server.fixture.ts'

const server = await startTestServer({
  'limits.connectSeconds': 1,
  'limits.handshakeSeconds': 1,
  'limits.httpHeadersSeconds': 1,
  'limits.httpRequestSeconds': 2,
  'limits.httpIdleSeconds': 1,
  'limits.closeSeconds': 1,
  'limits.handshakesMax': 5,
})
const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))

/** Stays half open: it never closes by itself, whatever the server does. */
async function open(name: string, bytes = ''): Promise<Socket> {
  const socket = connect({ port: portOf(server, name), host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(bytes)
  return socket
}

/** A write is answered with a reset only when the server has given up the whole connection. */
async function untilGone(socket: Socket): Promise<void> {
  const poke = setInterval(() => socket.write(' '), 100)
  await new Promise((resolve) => (socket.closed ? resolve(0) : socket.once('close', resolve)))
  clearInterval(poke)
}

async function refused(reason: string): Promise<number> {
  const metrics = (await ask(server, '/metrics')).body.toString()
  return Number(
    new RegExp(`^pillion_refused_total\\{reason="connect_${reason}"\\} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0,
  )
}

const upgrade =
  'GET /mqtt HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
const key = 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'

/** More often than there are places: done, distrusted, left half way, reset, and what is no TLS. */
async function handshakeInEveryWay(): Promise<void> {
  const options = { port: portOf(server, 'mqtts'), host: '127.0.0.1', servername: 'localhost' }
  for (let index = 0; index < 8; index++) {
    const done = connectTls({ ...options, ca })
    await once(done, 'secureConnect')
    done.destroy()
    const distrustful = connectTls(options)
    await assert.rejects(once(distrustful, 'secureConnect'))
    await untilGone(await open('mqtts', 'no TLS at all'))
    const reset = await open('mqtts')
    reset.resetAndDestroy()
    const left = connectTls({ ...options, ca })
    await once(left, 'connect')
    left.destroy()
  }
}

describe('a TLS handshake', () => {
  for (const name of ['mqtts', 'partners', 'https']) {
    it(`that is never begun, or never finished, ends in time on ${name}, and is counted`, async () => {
      const before = await refused('tls_handshake')
      const silent = await open(name)
      // The first bytes of a ClientHello.
      const begun = await open(name)
      begun.write(Buffer.from('1603010200010001fc0303', 'hex'))
      await Promise.all([silent, begun].map((socket) => once(socket.resume(), 'end')))
      await Promise.all([untilGone(silent), untilGone(begun)])
      assert.equal(await refused('tls_handshake'), before + 2)
    })
  }

  it('is refused beyond handshakesMax, and the places come back, however it ends', async () => {
    await handshakeInEveryWay()
    const before = await refused('too_many_handshakes')
    const pending = await Promise.all(Array.from({ length: 5 }, () => open('mqtts')))
    const surplus = await open('mqtts')
    assert.equal(await text(surplus), '')
    assert.equal(await refused('too_many_handshakes'), before + 1)
    await Promise.all(pending.map(untilGone))
    await handshakeInEveryWay()
  })
})

const requests = [
  { name: 'no request at all', bytes: '' },
  { name: 'a request line', bytes: 'GET / HTTP/1.1\r\n' },
  { name: 'headers without end', bytes: 'GET / HTTP/1.1\r\nHost: localhost\r\nA: b\r\n' },
  { name: 'an upgrade without end', bytes: upgrade + key },
  { name: 'an upgrade, header by header', bytes: upgrade, dribble: 'A: b\r\n' },
  {
    name: 'a body without end',
    bytes: 'POST /admin/v1/partners HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n',
  },
]

describe('an HTTP request', { concurrency: true }, () => {
  for (const { name, bytes, dribble = '' } of requests) {
    it(`ends in time, also if the peer does not close: ${name}`, async () => {
      const socket = await open('http', bytes)
      const drops = setInterval(() => socket.write(dribble), 100)
      socket.resume()
      await once(socket, 'end')
      clearInterval(drops)
      await untilGone(socket)
    })
  }
})

describe('whoever was answered and is to go', { concurrency: true }, () => {
  const rows = [
    { name: 'an upgrade without the subprotocol', bytes: `${upgrade}${key}\r\n`, status: 400 },
    {
      name: 'an upgrade from an app',
      bytes: `${upgrade}${key}Origin: http://x.pillion.localhost\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`,
      status: 403,
    },
    {
      name: 'an upgrade under a foreign name',
      bytes: `${upgrade.replace('localhost', 'other.example')}${key}\r\n`,
      status: 421,
    },
    { name: 'an upgrade without key', bytes: `${upgrade}Sec-WebSocket-Protocol: mqtt\r\n\r\n`, status: 400 },
    { name: 'what is no HTTP', bytes: 'nonsense\r\n\r\n', status: 400 },
    {
      name: 'too large headers',
      bytes: `GET / HTTP/1.1\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      status: 431,
    },
    {
      name: 'a request that is kept alive',
      bytes: 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
      status: 200,
    },
  ]
  for (const { name, bytes, status } of rows) {
    it(`is gone soon, also if it does not close: ${name}`, async () => {
      const socket = await open('http', bytes)
      assert.match(await text(socket), new RegExp(`^HTTP/1\\.1 ${status} `))
      await untilGone(socket)
    })
  }
})

it('a WebSocket that never sends CONNECT ends in time', async () => {
  const socket = await open('http', `${upgrade}${key}Sec-WebSocket-Protocol: mqtt\r\n\r\n`)
  socket.resume()
  await untilGone(socket)
})

describe('an HTTP answer', { concurrency: true }, () => {
  it('an answer of which nobody takes any more does not keep its connection', async () => {
    await server.fleet.addPartner({ uid: 'ACME' })
    await server.fleet.addApp({ idApp: 'big', uid: 'ACME' })
    const film = 'x'.repeat(16 * 1024 * 1024)
    await server.installPackage('big', { archive: makePackage({ 'index.html': 'x', film }) })
    const request = `GET /apps/big/film HTTP/1.1\r\nHost: ${appHost(server, 'big')}\r\n\r\n`
    const socket = (await open('http', request)).pause()
    // Node looks twice before it believes that nothing moves.
    await wait(5_000)
    let taken = 0
    socket.resume().on('data', (bytes) => {
      taken += bytes.length
    })
    await new Promise((resolve) => socket.on('close', resolve).on('end', resolve))
    assert.ok(taken < film.length, `${taken} bytes`)
  })

  it('that has nothing to say for a while keeps its connection', async () => {
    const path = '/admin/v1/partners/QUIET/messages'
    const authorization = `Authorization: Bearer ${server.adminToken}`
    await server.fleet.addPartner({ uid: 'QUIET' })
    const socket = await open('http', `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${authorization}\r\n\r\n`)
    const [head] = (await once(socket, 'data')) as [Buffer]
    assert.match(head.toString(), /^HTTP\/1\.1 200 /)
    socket.resume()
    await wait(5_000)
    assert.equal(socket.readableEnded, false)
    socket.destroy()
  })
})

it('connections beyond connectionsMax are closed at the door, on every listener', async () => {
  const small = await startTestServer({ 'limits.connectionsMax': 3 })
  for (const name of ['mqtt', 'mqtts', 'partners', 'http', 'https']) {
    const sockets = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connect(portOf(small, name), '127.0.0.1')
        await once(socket, 'connect')
        return socket
      }),
    )
    const surplus = connect(portOf(small, name), '127.0.0.1')
    surplus.on('error', () => {})
    await once(surplus.resume(), 'close')
    assert.ok(sockets.every((socket) => !socket.destroyed))
    for (const socket of sockets) socket.destroy()
  }
})
