import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { encode } from '@pillion/packet'
import { loadConfig, startServer } from '@pillion/server'
import { waitUntil } from '@pillion/testkit'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { Haproxy } from './support/haproxy.ts'
import { NatsCluster } from './support/nats-cluster.ts'
import { ownLoopback } from './support/own-loopback.ts'
import { missing } from './support/program.ts'
import { StandInNode } from './support/stand-in-node.ts'

const names = ['mqtt', 'mqtts', 'partners', 'http', 'https'] as const
const ports = { mqtt: 1883, mqtts: 8883, partners: 8886, http: 8080, https: 8443 }
const client = ownLoopback(99)
const balancer = ownLoopback(10)
const connack = Buffer.from([0x20, 2, 0, 0])

describe('HAProxy with deploy/haproxy.cfg, before one node that is there and two that are not', {
  skip: missing('haproxy'),
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-balanced-'))
  const lines: Record<string, unknown>[] = []
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) })
  const node = ownLoopback(1)
  const listeners = names.flatMap((name) => [
    [`listeners.${name}.host`, node],
    [`listeners.${name}.proxyProtocol`, true],
  ])
  const flags = { data: join(folder, 'data'), names: [balancer], ...Object.fromEntries(listeners) }
  const server = await startServer({ config: loadConfig({ env: {}, flags }), log })
  const { password: partnerPassword, certificatePem } = await server.fleet.addPartner({ uid: 'acme' })
  const [vehicle] = await server.fleet.addVehicles(['VF7HAPROXY0000001'])
  const ca = readFileSync(join(server.config.data, 'ca/certificate.pem'))
  const haproxy = await Haproxy.start(balancer, [node, ownLoopback(2), ownLoopback(3)])
  after(async () => {
    await haproxy.stop()
    await server.close()
    await rm(folder, { recursive: true })
  })

  const signIn = (clientId: string, username = 'VF7HAPROXY0000001', password = vehicle?.password ?? '') =>
    encode(
      {
        type: 'connect',
        protocolVersion: 4,
        clean: true,
        keepAliveSeconds: 0,
        clientId,
        username,
        password: Buffer.from(password),
      },
      4,
    )
  /** Where the node says that this client is. */
  const addressOf = async (clientId: string) => {
    const find = () => lines.find((each) => each.clientId === clientId && each.msg === 'connected')
    await waitUntil(`${clientId} in the log`, find)
    return find()?.remoteAddress
  }

  it('finds out who is there', async () => {
    await haproxy.sees('node-1')
  })

  for (const [name, tls] of [
    ['mqtt', undefined],
    ['mqtts', { ca }],
  ] as const) {
    it(`passes ${name} on, and the node sees the client's address`, async () => {
      const socket = await open(name, tls)
      socket.write(signIn(`through ${name}`))
      assert.deepEqual(await answerOf(socket), connack)
      assert.equal(await addressOf(`through ${name}`), client)
      socket.destroy()
    })
  }

  it("passes a partner's certificate on, without which the node closes (W 2.2)", async () => {
    const socket = await open('partners', { ca, cert: certificatePem, key: certificatePem })
    socket.write(signIn('through partners', 'acme', partnerPassword))
    assert.deepEqual(await answerOf(socket), connack)
    assert.equal(await addressOf('through partners'), client)
    socket.destroy()
    const stranger = await open('partners', { ca })
    await assert.rejects(answerOf(stranger), /certificate required|ECONNRESET|closed/i)
  })

  for (const [name, tls] of [
    ['http', undefined],
    ['https', { ca }],
  ] as const) {
    it(`passes requests over ${name} on, and the node sees the client's address`, async () => {
      const socket = await open(name, tls)
      const authorization = `Basic ${btoa(`VF7HAPROXY0000001:${name}`)}`
      const sent = request('http://localhost/portal/api/vehicle', {
        createConnection: () => socket,
        headers: { authorization },
      })
      sent.end()
      const [response] = (await once(sent, 'response')) as [{ statusCode: number }]
      assert.equal(response.statusCode, 401)
      assert.equal(lines.findLast((each) => each.msg === 'head unit refused')?.address, client)
      socket.destroy()
    })

    it(`passes WebSockets over ${name} on, and the node sees the client's address`, async () => {
      const socket = await open(name, tls)
      const webSocket = new WebSocket('ws://localhost/mqtt', 'mqtt', { createConnection: () => socket })
      await once(webSocket, 'open')
      webSocket.send(signIn(`through ${name}`))
      await once(webSocket, 'message')
      assert.equal(await addressOf(`through ${name}`), client)
      webSocket.terminate()
    })
  }

  it("shows Prometheus a node's figures", async () => {
    const figures = await (await fetch(`http://${balancer}:9101/metrics`)).text()
    assert.match(figures, /^# TYPE pillion_connections gauge$/m)
  })
})

describe('HAProxy with deploy/haproxy.cfg', { skip: missing('haproxy') }, async () => {
  const nodes = [
    new StandInNode(ownLoopback(4)),
    new StandInNode(ownLoopback(5)),
    new StandInNode(ownLoopback(6)),
  ] as const
  for (const node of nodes) await node.start()
  const [first, second, third] = nodes
  first.isReady = true
  third.isAlive = false
  const haproxy = await Haproxy.start(
    ownLoopback(11),
    nodes.map(({ host }) => host),
  )
  after(async () => {
    await haproxy.stop()
    for (const node of nodes) node.stop()
  })
  const greet = async () => {
    const socket = connect({ host: haproxy.host, port: ports.mqtt })
    return { socket, host: (await answerOf(socket)).toString() }
  }

  it('sends new clients to nodes that are ready; to those that are alive when none is; and leaves who is connected alone', async () => {
    await haproxy.sees('node-1')
    const early = await greet()
    assert.equal(early.host, first.host)
    assert.deepEqual(new Set([(await greet()).host, (await greet()).host]), new Set([first.host]))

    first.isReady = false
    await haproxy.sees()
    const hosts = [await greet(), await greet(), await greet(), await greet()].map(({ host }) => host)
    assert.deepEqual(new Set(hosts), new Set([first.host, second.host]))
    early.socket.write('still there')
    assert.equal((await answerOf(early.socket)).toString(), 'still there')

    second.isReady = true
    await haproxy.sees('node-2')
    assert.equal((await greet()).host, second.host)
  })
})

describe('three NATS servers with deploy/nats.conf', { skip: missing('nats-server') }, async () => {
  const cluster = await NatsCluster.start()
  after(() => cluster.stop())
  const open = async (host: string, password: string) => {
    const socket = connect({ host, port: 4222 })
    await answerOf(socket)
    socket.write(`CONNECT ${JSON.stringify({ verbose: false, user: cluster.user, pass: password })}\r\n`)
    return socket
  }

  it('carry a message from one to another, also when the third has gone, and let no stranger in', async () => {
    const [one = '', two = ''] = cluster.hosts
    await cluster.stopServer(2)
    await cluster.joined(2)
    const listener = await open(two, cluster.password)
    listener.write('SUB pillion.test 1\r\nPING\r\n')
    assert.equal((await answerOf(listener)).toString(), 'PONG\r\n')
    const speaker = await open(one, cluster.password)
    const arrived = answerOf(listener)
    // The interest takes its own way from server to server.
    const speaking = setInterval(() => speaker.write('PUB pillion.test 5\r\nhello\r\n'), 20)
    assert.match((await arrived).toString(), /^MSG pillion\.test 1 5\r\nhello\r\n/)
    clearInterval(speaking)
    const stranger = await open(one, 'guessed')
    assert.match((await answerOf(stranger)).toString(), /Authorization Violation/)
    for (const socket of [listener, speaker, stranger]) socket.destroy()
    cluster.startServer(2)
    await cluster.joined(3)
  })
})

async function open(name: (typeof names)[number], tls: ConnectionOptions | undefined): Promise<Socket> {
  const socket = connect({ host: balancer, port: ports[name], localAddress: client })
  await once(socket, 'connect')
  if (tls === undefined) return socket
  const secured = connectTls({ socket, servername: 'localhost', ...tls })
  await once(secured, 'secureConnect')
  return secured
}

/** Rejects if the connection ends before. */
async function answerOf(socket: Socket): Promise<Buffer> {
  const closed = once(socket, 'close').then(() => {
    throw new Error('closed')
  })
  const [bytes] = (await Promise.race([once(socket, 'data'), closed])) as [Buffer]
  return bytes
}
