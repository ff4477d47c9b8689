import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { encode } from '@pillion/packet'
import { waitUntil } from '@pillion/testkit'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { loadConfig, startServer } from '../index.ts'
import { freePorts, makeFolder, portOf } from '../server.fixture.ts'

const lines: Record<string, unknown>[] = []
const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })
const names = ['mqtt', 'mqtts', 'partners', 'http', 'https'] as const
const flags = {
  data: makeFolder(),
  ...freePorts,
  names: ['mqtt.example.com'],
  'limits.connectSeconds': 1,
  ...Object.fromEntries(names.map((name) => [`listeners.${name}.proxyProtocol`, true])),
}
const server = await startServer({ config: loadConfig({ env: {}, flags }), log })
after(() => server.close())
const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
const [vehicle] = await server.fleet.addVehicles(['VF7PROXY000000001'], { certificates: true })
const { password = '', certificatePem: pem = '' } = { ...vehicle }

const line = Buffer.from('PROXY TCP4 198.51.100.7 203.0.113.2 54321 1883\r\n')
const binary = Buffer.from(`0d0a0d0a000d0a515549540a2121002720010db8${'0'.repeat(56)}d431075b010000`, 'hex')
const versions = [
  { version: 'version 1', header: line, address: '198.51.100.7' },
  { version: 'version 2', header: binary, address: '2001:db8::' },
]

function connectPacket(clientId: string): Uint8Array {
  const packet = { type: 'connect', protocolVersion: 4, clean: true, keepAliveSeconds: 0, clientId } as const
  return encode({ ...packet, username: 'VF7PROXY000000001', password: Buffer.from(password) }, 4)
}

/** Sends the pieces apart from each other, each in a packet of its own. */
async function open(name: string, ...pieces: Uint8Array[]): Promise<Socket> {
  const socket = connect(portOf(server, name), '127.0.0.1')
  socket.setNoDelay(true)
  await once(socket, 'connect')
  for (const piece of pieces) {
    socket.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return socket
}

/** Goes on with TLS behind the header. */
async function secure(socket: Socket): Promise<TLSSocket> {
  const secured = connectTls({ socket, ca, cert: pem, key: pem, servername: 'localhost' })
  await once(secured, 'secureConnect')
  return secured
}

async function answerOf(socket: Socket): Promise<Buffer> {
  const [bytes] = (await once(socket, 'data')) as [Buffer]
  return bytes
}

/** Where the broker says that this client is. */
async function addressOf(clientId: string): Promise<unknown> {
  const find = () => lines.find((each) => each.clientId === clientId && each.msg === 'connected')
  await waitUntil(`${clientId} in the log`, () => find() !== undefined)
  return find()?.remoteAddress
}

it('is no address for clients: they are told the name under which the load balancer is found', async () => {
  const body = '{"uid":"ACME"}'
  const head = `POST /admin/v1/partners HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.adminToken}\r\nConnection: close`
  const content = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const answer = await text(await open('http', line, Buffer.from(`${head}\r\n${content}`)))
  assert.ok(answer.includes(`"partnersAddress":"mqtt.example.com:${portOf(server, 'partners')}"`), answer)
})

for (const { version, header, address } of versions) {
  describe(`a PROXY header of ${version}`, () => {
    const connack = Buffer.from([0x20, 2, 0, 0])
    const rows: [how: string, pieces: (clientId: string) => Uint8Array[]][] = [
      ['apart from what follows', (clientId) => [header, connectPacket(clientId)]],
      ['together with what follows', (clientId) => [Buffer.concat([header, connectPacket(clientId)])]],
      [
        'cut, its end with a part of what follows',
        (clientId) => {
          const all = Buffer.concat([header, connectPacket(clientId), Buffer.from([0xc0, 0])])
          return [all.subarray(0, 10), all.subarray(10, header.length + 5), all.subarray(header.length + 5)]
        },
      ],
    ]
    for (const [how, pieces] of rows) {
      it(`names the client of MQTT over TCP, ${how}`, async () => {
        const clientId = `${version} ${how}`
        const socket = await open('mqtt', ...pieces(clientId))
        assert.deepEqual((await answerOf(socket)).subarray(0, 4), connack)
        assert.equal(await addressOf(clientId), address)
        socket.write(Buffer.from([0xc0, 0]))
        await answerOf(socket)
        socket.destroy()
      })
    }

    for (const name of ['mqtts', 'partners'] as const) {
      it(`names the client of MQTT over TLS on ${name}`, async () => {
        const socket = await secure(await open(name, header))
        socket.write(connectPacket(`${version} ${name}`))
        assert.deepEqual(await answerOf(socket), connack)
        assert.equal(await addressOf(`${version} ${name}`), address)
        socket.destroy()
      })
    }

    it('may come in one packet with the beginning of TLS', async () => {
      const socket = connect(portOf(server, 'mqtts'), '127.0.0.1')
      socket.cork()
      socket.write(header)
      const secured = connectTls({ socket, ca, servername: 'localhost' })
      process.nextTick(() => socket.uncork())
      await once(secured, 'secureConnect')
      secured.write(connectPacket(`${version} corked`))
      assert.deepEqual(await answerOf(secured), connack)
      assert.equal(await addressOf(`${version} corked`), address)
      secured.destroy()
    })

    for (const name of ['http', 'https'] as const) {
      it(`names the client of ${name}, together with its request or apart from it`, async () => {
        const request = `GET /portal/api/vehicle HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic ${btoa(`${version}${name}:x`)}\r\nConnection: close\r\n\r\n`
        const refused = () =>
          lines.filter((each) => each.msg === 'head unit refused').map((each) => each.address)
        const before = refused().length
        const sockets =
          name === 'http'
            ? [
                await open(name, header, Buffer.from(request)),
                await open(name, Buffer.concat([header, Buffer.from(request)])),
              ]
            : [await secure(await open(name, header))]
        if (name === 'https') sockets[0]?.write(request)
        for (const socket of sockets) assert.match(await text(socket), /^HTTP\/1\.1 401 /)
        assert.deepEqual(
          refused().slice(before),
          sockets.map(() => address),
        )
      })

      it(`names the client of a WebSocket over ${name}`, async () => {
        const clientId = `${version} ws ${name}`
        const raw = await open(name, header)
        const socket = name === 'http' ? raw : await secure(raw)
        const webSocket = new WebSocket('ws://localhost/mqtt', 'mqtt', { createConnection: () => socket })
        await once(webSocket, 'open')
        webSocket.send(connectPacket(clientId))
        await once(webSocket, 'message')
        assert.equal(await addressOf(clientId), address)
        webSocket.terminate()
      })
    }
  })
}

describe('a listener that asks for a PROXY header', () => {
  const refusals = () =>
    lines.filter(({ reason }) => reason === 'proxy_header').map(({ listener, msg }) => `${listener} ${msg}`)

  for (const name of names) {
    it(`closes without a word on ${name} what begins otherwise, and counts it`, async () => {
      const before = refusals().length
      const socket = await open(name, Buffer.from('GET / HTTP/1.1\r\n\r\n'))
      assert.equal(await text(socket), '')
      assert.deepEqual(refusals().slice(before), [`${name} connection refused: there is no PROXY header`])
    })
  }

  it('closes what sends one in drops when time is up', async () => {
    const before = refusals().length
    const socket = await open('mqtt', Buffer.from('PROXY UNKNOWN '))
    socket.on('error', () => {})
    const dribble = setInterval(() => socket.write('x'), 50)
    await new Promise((resolve) => socket.resume().on('close', resolve))
    clearInterval(dribble)
    assert.deepEqual(refusals().slice(before), [
      'mqtt connection refused: the PROXY header did not come in time',
    ])
  })

  it('closes what sends nothing, or half of one, when time is up', async () => {
    const before = refusals().length
    const beginnings = [[], [line.subarray(0, 20)], [binary.subarray(0, 20)]]
    await Promise.all(
      beginnings.map(async (pieces) => once((await open('http', ...pieces)).resume(), 'close')),
    )
    const late = 'http connection refused: the PROXY header did not come in time'
    assert.deepEqual(refusals().slice(before), [late, late, late])
  })

  it('says nothing of a health check that connects and leaves', async () => {
    const before = refusals().length
    for (const name of names) {
      const socket = await open(name)
      socket.end()
      socket.resume()
      await once(socket, 'close')
    }
    assert.equal(refusals().length, before)
  })

  it('takes the load balancer’s own connections for what they are', async () => {
    const local = Buffer.from('0d0a0d0a000d0a515549540a20000000', 'hex')
    for (const [name, header] of [
      ['LOCAL', local],
      ['UNKNOWN', Buffer.from('PROXY UNKNOWN\r\n')],
    ] as const) {
      const socket = await open('mqtt', header, connectPacket(name))
      await answerOf(socket)
      assert.equal(await addressOf(name), '127.0.0.1')
      socket.destroy()
    }
  })
})
