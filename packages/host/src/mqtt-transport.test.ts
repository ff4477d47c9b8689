import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { encode, type Packet, reasonCodes } from '@pillion/packet'
import { ManualClock, ScriptedBroker, type ScriptedConnection, waitUntil } from '@pillion/testkit'
import { MqttTransport, type MqttTransportOptions, type TransportStatus } from './mqtt-transport.ts'
import type { KeptMessage } from './ports/transport.ts'
import { ROOT, VIN } from './test-host.ts'

type Script = (packet: Packet, connection: ScriptedConnection) => boolean

class Recorder {
  readonly events: string[] = []
  readonly statuses: TransportStatus[] = []
  notices = 0
  connected = () => this.events.push('connected')
  disconnected = () => this.events.push('disconnected')
  message = (topicName: string, payload: Uint8Array) =>
    this.events.push(`${topicName} ${new TextDecoder().decode(payload)}`)
  kept = (messages: readonly KeptMessage[]) =>
    messages.map(({ uid, subtopic, payload }) => this.events.push(`kept ${uid} ${subtopic} ${payload}`))
      .length > 0
}

/** A broker that accepts everything, except where `script` has answered itself and returns true. */
async function start(
  t: TestContext,
  script: Script = () => false,
  options: Partial<MqttTransportOptions> = {},
) {
  const broker = await ScriptedBroker.listen((packet, connection) => {
    if (!script(packet, connection)) answer(packet, connection)
  })
  const recorder = new Recorder()
  const clock = new ManualClock()
  const transport = new MqttTransport({
    url: broker.url,
    vin: VIN,
    password: 'secret',
    clock,
    random: () => 0,
    onNotice: () => {
      recorder.notices += 1
    },
    onStatus: (status) => recorder.statuses.push(status),
    ...options,
  })
  t.after(async () => {
    transport.stop()
    await broker.close()
  })
  transport.start(recorder)
  const reach = (state: TransportStatus['state']) => waitUntil(state, () => transport.status.state === state)
  return { broker, transport, clock, recorder, reach }
}

function answer(packet: Packet, connection: ScriptedConnection): void {
  const { send } = connection
  if (packet.type === 'connect') send({ type: 'connack', sessionPresent: false, reasonCode: 0 })
  else if (packet.type === 'subscribe') {
    send({ type: 'suback', packetId: packet.packetId, reasonCodes: packet.subscriptions.map(() => 0) })
  } else if (packet.type === 'publish' && packet.packetId !== undefined) {
    send({ type: 'puback', packetId: packet.packetId, reasonCode: 0x10 })
  } else if (packet.type === 'pingreq') send({ type: 'pingresp' })
}

function downlink(topicName: string, text: string): Packet {
  const payload = new TextEncoder().encode(text)
  return { type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }
}

test('signs in with MQTT 5, clean start, keep alive 30 s, VIN and password, and a client id of its own', async (t) => {
  const { broker, reach } = await start(t)
  await reach('connected')
  const [connect] = broker.packets
  assert.ok(connect?.type === 'connect')
  assert.deepEqual(
    [connect.protocolVersion, connect.clean, connect.keepAliveSeconds, connect.username],
    [5, true, 30, VIN],
  )
  assert.equal(new TextDecoder().decode(connect.password), 'secret')
  assert.match(connect.clientId, /^head-unit-[0-9a-f]{24}$/)
})

test('subscribes to one form of its downlinks, so that none comes twice (W 2.5), to its mailbox (W 9.3) and to its notices', async (t) => {
  const { broker, reach } = await start(t)
  await reach('connected')
  const subscribe = broker.packets.find((packet) => packet.type === 'subscribe')
  assert.deepEqual(
    subscribe?.subscriptions.map(({ topicFilter, qos }) => [topicFilter, qos]),
    [
      [`${ROOT}/to/uid/+/opa/${VIN}/#`, 0],
      [`pillion/vehicle/${VIN}/mailbox`, 0],
      [`pillion/vehicle/${VIN}`, 0],
    ],
  )
})

test('is connected when the subscription is granted, not before', async (t) => {
  const waiting: (() => void)[] = []
  const { recorder, reach } = await start(t, (packet, connection) => {
    if (packet.type !== 'subscribe') return false
    waiting.push(() => answer(packet, connection))
    return true
  })
  const grant = await waitUntil('SUBSCRIBE', () => waiting[0])
  assert.deepEqual(recorder.events, [])
  grant()
  await reach('connected')
  assert.deepEqual(recorder.events, ['connected'])
})

test('is connected before it passes on what came in one piece with the grant, so that all of it can be answered (W 9.3)', async (t) => {
  const message = { key: 1, uid: 'P', subtopic: '', payload: '{}', receivedAt: 1 }
  const { recorder } = await start(t, (packet, { socket }) => {
    if (packet.type !== 'subscribe') return false
    const { packetId } = packet
    const packets: Packet[] = [
      { type: 'suback', packetId, reasonCodes: [0, 0, 0] },
      downlink(`pillion/vehicle/${VIN}/mailbox`, JSON.stringify({ messages: [message] })),
      downlink(`${ROOT}/to/uid/P/opa/${VIN}/`, '2'),
    ]
    socket.write(Buffer.concat(packets.map((each) => encode(each, 5))))
    return true
  })
  await waitUntil('all of it', () => recorder.events.length === 3)
  assert.deepEqual(recorder.events, ['connected', 'kept P  {}', `${ROOT}/to/uid/P/opa/${VIN}/ 2`])
})

test('passes downlinks on in order, and notices apart', async (t) => {
  const { recorder } = await start(t, (packet, connection) => {
    if (packet.type !== 'subscribe') return false
    answer(packet, connection)
    for (const n of [1, 2, 3]) connection.send(downlink(`${ROOT}/to/uid/P/opa/${VIN}/`, String(n)))
    connection.send(downlink(`pillion/vehicle/${VIN}`, ''))
    connection.send(downlink(`${ROOT}/to/uid/P/opa/${VIN}/a`, '4'))
    return true
  })
  await waitUntil('four messages', () => recorder.events.length === 5)
  assert.deepEqual(recorder.events, [
    'connected',
    `${ROOT}/to/uid/P/opa/${VIN}/ 1`,
    `${ROOT}/to/uid/P/opa/${VIN}/ 2`,
    `${ROOT}/to/uid/P/opa/${VIN}/ 3`,
    `${ROOT}/to/uid/P/opa/${VIN}/a 4`,
  ])
  assert.equal(recorder.notices, 1)
})

test('goes on reading when a message could not be handled, and says so', async (t) => {
  const { recorder, reach, transport } = await start(t, (packet, connection) => {
    if (packet.type !== 'subscribe') return false
    answer(packet, connection)
    recorder.message = (topicName, payload) => {
      const text = new TextDecoder().decode(payload)
      if (text === 'bad') throw new RangeError('Maximum call stack size exceeded')
      return recorder.events.push(`${topicName} ${text}`)
    }
    for (const text of ['1', 'bad', '2']) connection.send(downlink('a', text))
    return true
  })
  await reach('connected')
  await waitUntil('the message behind it', () => recorder.events.includes('a 2'))
  assert.deepEqual(recorder.events, ['connected', 'a 1', 'a 2'])
  assert.deepEqual(transport.status, {
    state: 'connected',
    text: 'An event of the connection could not be handled: RangeError: Maximum call stack size exceeded.',
  })
})

test('takes what was kept for it in order, once, and acknowledges it each time (W 9.3)', async (t) => {
  const mailbox = `pillion/vehicle/${VIN}/mailbox`
  const messages = [1, 2].map((key) => ({ key, uid: 'P', subtopic: 'a', payload: `${key}`, receivedAt: 1 }))
  const { broker, recorder, transport, clock, reach } = await start(t, (packet, connection) => {
    if (packet.type !== 'subscribe') return false
    answer(packet, connection)
    connection.send(downlink(mailbox, JSON.stringify({ messages })))
    connection.send(downlink(mailbox, 'damaged'))
    connection.send(downlink(`${ROOT}/to/uid/P/opa/${VIN}/`, 'new'))
    return true
  })
  const receipts = () =>
    broker.packets
      .filter((packet) => packet.type === 'publish')
      .map(({ topicName, payload }) => [topicName, new TextDecoder().decode(payload)])
  await waitUntil('a receipt', () => receipts().length === 1)
  transport.allow(false)
  transport.allow(true)
  clock.advance(1_000)
  await waitUntil('another', () => receipts().length === 2)
  await reach('connected')
  const receipt = [mailbox, '{"taken":[1,2]}']
  assert.deepEqual(receipts(), [receipt, receipt])
  const live = `${ROOT}/to/uid/P/opa/${VIN}/ new`
  assert.deepEqual(recorder.events, [
    'connected',
    'kept P a 1',
    'kept P a 2',
    live,
    'disconnected',
    'connected',
    live,
  ])
})

test('refused subscriptions to mailbox and notices are no obstacle', async (t) => {
  const { reach } = await start(t, (packet, { send }) => {
    if (packet.type !== 'subscribe') return false
    send({ type: 'suback', packetId: packet.packetId, reasonCodes: [0, 0x87, 0x87] })
    return true
  })
  await reach('connected')
})

test('publishes at QoS 1 and resolves with the acknowledgement, also when nobody listens (W 6.4)', async (t) => {
  const { broker, transport, reach } = await start(t)
  await reach('connected')
  await transport.publish('a/b', new TextEncoder().encode('{"content":"é"}'))
  const publish = broker.packets.find((packet) => packet.type === 'publish')
  assert.deepEqual([publish?.topicName, publish?.qos, publish?.retain], ['a/b', 1, false])
  assert.equal(new TextDecoder().decode(publish?.payload), '{"content":"é"}')
})

test('publish rejects when the broker refuses', async (t) => {
  const { transport, reach } = await start(t, (packet, { send }) => {
    if (packet.type !== 'publish') return false
    send({ type: 'puback', packetId: packet.packetId ?? 0, reasonCode: reasonCodes.NOT_AUTHORIZED })
    return true
  })
  await reach('connected')
  await assert.rejects(transport.publish('a', new Uint8Array(1)), /Not authorized/)
})

test('publish rejects at once without a connection', async (t) => {
  const { transport } = await start(t, () => true)
  await assert.rejects(transport.publish('a', new Uint8Array(1)), /no connection/)
})

test('publish rejects when the connection is lost, and the message is not sent again (W 2.8)', async (t) => {
  let lose = true
  const { broker, transport, clock, recorder, reach } = await start(t, (packet, { socket }) => {
    if (packet.type !== 'publish' || !lose) return false
    lose = false
    socket.destroy()
    return true
  })
  await reach('connected')
  await assert.rejects(transport.publish('a', new Uint8Array(1)))
  assert.deepEqual(recorder.events, ['connected', 'disconnected'])
  clock.advance(1_000)
  await reach('connected')
  await transport.publish('b', new Uint8Array(1))
  assert.equal(broker.count('publish'), 2)
})

test('waits 1, 2, 4 … 30 s between attempts that fail', async (t) => {
  const { transport, clock, recorder } = await start(t, (_packet, { socket }) => {
    socket.destroy()
    return true
  })
  const waits: number[] = []
  for (let attempt = 0; attempt < 7; attempt++) {
    const { retryAt } = await waitUntil(
      'waiting',
      () => transport.status.state === 'waiting' && transport.status,
    )
    const wait = (retryAt ?? 0) - clock.now()
    waits.push(wait)
    clock.advance(wait)
  }
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  assert.deepEqual(recorder.events, [])
})

test('a part of the wait is random, half of it at most', async (t) => {
  const { transport, clock, reach } = await start(
    t,
    (_packet, { socket }) => {
      socket.destroy()
      return true
    },
    { random: () => 0.5 },
  )
  await reach('waiting')
  assert.equal((transport.status.retryAt ?? 0) - clock.now(), 750)
})

test('a connection that is ended as soon as it is open does not begin at 1 s again; one that held does', async (t) => {
  const sockets: ScriptedConnection[] = []
  const { transport, clock, reach } = await start(t, (packet, connection) => {
    if (packet.type === 'connect') sockets.push(connection)
    return false
  })
  const waitAfterLoss = async () => {
    await reach('connected')
    sockets.at(-1)?.socket.destroy()
    await reach('waiting')
    return (transport.status.retryAt ?? 0) - clock.now()
  }
  assert.equal(await waitAfterLoss(), 1_000)
  clock.advance(1_000)
  assert.equal(await waitAfterLoss(), 2_000)
  clock.advance(2_000)
  await reach('connected')
  clock.advance(30_000)
  assert.equal(await waitAfterLoss(), 1_000)
})

test('a broker that accepts the socket and says nothing counts as failed after 10 s', async (t) => {
  const { broker, clock, transport, reach } = await start(t, () => true)
  await waitUntil('CONNECT', () => broker.count('connect') === 1)
  clock.advance(10_000)
  await reach('waiting')
  assert.match(transport.status.text, /did not answer/)
})

test('a refused sign-in is told with its reason and tried again after 30 s, not sooner', async (t) => {
  const { broker, transport, clock, reach } = await start(t, (packet, { send, socket }) => {
    if (packet.type !== 'connect') return false
    const properties = { reasonString: 'The password is not that of this vehicle.' }
    send({ type: 'connack', sessionPresent: false, reasonCode: 0x86, properties })
    socket.end()
    return true
  })
  await reach('refused')
  assert.equal(transport.status.reasonCode, 0x86)
  assert.match(transport.status.text, /0x86.*The password is not that of this vehicle\./)
  assert.equal((transport.status.retryAt ?? 0) - clock.now(), 30_000)
  clock.advance(29_999)
  assert.equal(broker.count('connect'), 1)
  clock.advance(1)
  await waitUntil('the next CONNECT', () => broker.count('connect') === 2)
})

test('a refused subscription is told like a refused sign-in', async (t) => {
  const { transport, recorder, reach } = await start(t, (packet, { send }) => {
    if (packet.type !== 'subscribe') return false
    send({ type: 'suback', packetId: packet.packetId, reasonCodes: [0x87, 0] })
    return true
  })
  await reach('refused')
  assert.equal(transport.status.reasonCode, 0x87)
  assert.deepEqual(recorder.events, [])
})

test('a busy broker is tried again as after any failure', async (t) => {
  const { transport, clock, reach } = await start(t, (packet, { send, socket }) => {
    if (packet.type !== 'connect') return false
    send({ type: 'connack', sessionPresent: false, reasonCode: reasonCodes.SERVER_BUSY })
    socket.end()
    return true
  })
  await reach('waiting')
  assert.equal(transport.status.reasonCode, reasonCodes.SERVER_BUSY)
  assert.equal((transport.status.retryAt ?? 0) - clock.now(), 1_000)
})

test('taken over by another head unit it stops, and only the user takes the vehicle back', async (t) => {
  const connections: ScriptedConnection[] = []
  const { broker, transport, clock, recorder, reach } = await start(t, (packet, connection) => {
    if (packet.type === 'connect') connections.push(connection)
    return false
  })
  await reach('connected')
  connections[0]?.send({ type: 'disconnect', reasonCode: reasonCodes.SESSION_TAKEN_OVER })
  connections[0]?.socket.end()
  await reach('taken_over')
  assert.deepEqual(recorder.events, ['connected', 'disconnected'])
  clock.advance(3_600_000)
  transport.allow(false)
  transport.allow(true)
  assert.equal(transport.status.state, 'taken_over')
  await delay(20)
  assert.equal(broker.count('connect'), 1)
  transport.connectNow()
  await reach('connected')
  assert.equal(broker.count('connect'), 2)
})

test('the reason with which a broker ends the connection is told', async (t) => {
  const { transport, reach } = await start(t, (packet, { send, socket }) => {
    if (packet.type !== 'subscribe') return false
    const properties = { reasonString: 'The server restarts.' }
    send({ type: 'disconnect', reasonCode: reasonCodes.SERVER_SHUTTING_DOWN, properties })
    socket.end()
    return true
  })
  await reach('waiting')
  assert.match(transport.status.text, /0x8b.*The server restarts\./)
})

test('allow(false) says good-bye and keeps closed; allow(true) connects again', async (t) => {
  const { broker, transport, clock, recorder, reach } = await start(t)
  await reach('connected')
  transport.allow(false)
  assert.equal(transport.status.state, 'offline')
  assert.deepEqual(recorder.events, ['connected', 'disconnected'])
  await waitUntil('DISCONNECT', () => broker.count('disconnect') === 1)
  clock.advance(60_000)
  await assert.rejects(transport.publish('a', new Uint8Array(1)))
  transport.allow(true)
  await reach('connected')
  assert.equal(broker.count('connect'), 2)
})

test('allow(false) rejects what is not acknowledged yet', async (t) => {
  const { broker, transport, reach } = await start(t, (packet) => packet.type === 'publish')
  await reach('connected')
  const publish = transport.publish('a', new Uint8Array(1))
  const rejected = assert.rejects(publish)
  await waitUntil('PUBLISH', () => broker.count('publish') === 1)
  transport.allow(false)
  await rejected
})

test('nothing of a connection that was given up reaches the host', async (t) => {
  const connections: ScriptedConnection[] = []
  const { transport, recorder, reach } = await start(t, (packet, connection) => {
    if (packet.type === 'connect') connections.push(connection)
    return false
  })
  await reach('connected')
  transport.allow(false)
  connections[0]?.send(downlink(`${ROOT}/to/uid/P/opa/${VIN}/`, 'late'))
  transport.allow(true)
  await reach('connected')
  await delay(20)
  assert.deepEqual(recorder.events, ['connected', 'disconnected', 'connected'])
})

test('stop ends it for good and can be said twice', async (t) => {
  const { broker, transport, clock, reach } = await start(t)
  await reach('connected')
  transport.stop()
  transport.stop()
  transport.connectNow()
  transport.allow(true)
  clock.advance(60_000)
  await delay(20)
  assert.equal(broker.count('connect'), 1)
  assert.equal(clock.waiting, 0)
})

test('nobody listening on the port is a failure like any other', async (t) => {
  const { broker, transport, clock, recorder, reach } = await start(t)
  await reach('connected')
  await broker.close()
  await reach('waiting')
  clock.advance(1_000)
  await waitUntil(
    'second failure',
    () => recorder.statuses.filter(({ state }) => state === 'waiting').length === 2,
  )
  assert.match(transport.status.text, /\w/)
})
