import assert from 'node:assert/strict'
import type {
  Connack,
  Connect,
  Packet,
  ProtocolVersion,
  Publish,
  Suback,
  SubscriptionRequest,
} from '@pillion/packet'
import { type PacketOf, RawMqttClient } from '@pillion/testkit'

/** What the broker's tests say over and over: sign in, subscribe, publish, and what has come so far. */
export class TestClient {
  readonly raw: RawMqttClient
  /** Received and not yet asked for. */
  received: Packet[] = []

  private constructor(raw: RawMqttClient) {
    this.raw = raw
  }

  /** Opens a socket, version 3.1.1 unless told otherwise. */
  static async open({ port, version = 4 }: { port: number; version?: ProtocolVersion }): Promise<TestClient> {
    return new TestClient(await RawMqttClient.open({ port, protocolVersion: version }))
  }

  /** Opens and signs in; fails unless it is accepted. */
  static async connect(
    options: { port: number; version?: ProtocolVersion } & Partial<Connect>,
  ): Promise<TestClient> {
    const client = await TestClient.open(options)
    const connack = await client.signIn(options)
    assert.equal(connack.reasonCode, 0)
    return client
  }

  /** CONNECT, and CONNACK whatever it says. */
  signIn({
    clientId = 'test',
    clean = true,
    keepAliveSeconds = 0,
    ...fields
  }: Partial<Connect> & object): Promise<Connack> {
    const { username, password, will, properties } = fields
    return this.raw.connect({
      clientId,
      clean,
      keepAliveSeconds,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(will === undefined ? {} : { will }),
      ...(properties === undefined ? {} : { properties }),
    })
  }

  /** SUBSCRIBE at QoS 0 unless told otherwise, and its SUBACK. */
  subscribe(
    ...filters: (string | (Partial<SubscriptionRequest> & { topicFilter: string }))[]
  ): Promise<Suback> {
    const plain = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    const subscriptions = filters.map((filter) =>
      typeof filter === 'string' ? { ...plain, topicFilter: filter } : { ...plain, ...filter },
    )
    this.raw.send({ type: 'subscribe', packetId: 1, subscriptions })
    return this.next('suback')
  }

  publish(topicName: string, text: string, fields: Partial<Publish> = {}): void {
    const payload = Buffer.from(text)
    this.raw.send({ type: 'publish', dup: false, qos: 0, retain: false, topicName, payload, ...fields })
  }

  /** PINGREQ and its answer; what the server had sent until then is in `received`. */
  async ping(): Promise<void> {
    this.raw.send({ type: 'pingreq' })
    for (;;) {
      const packet = await this.raw.next()
      if (packet.type === 'pingresp') return
      this.received.push(packet)
    }
  }

  /** The next packet, which must be of this type. */
  async next<Type extends Packet['type']>(type: Type): Promise<PacketOf<Type>> {
    const packet = this.received.shift() ?? (await this.raw.next())
    assert.equal(packet.type, type)
    return packet as PacketOf<Type>
  }

  /** The next so many messages, as `topicName text`. */
  async nextMessages(count: number): Promise<string[]> {
    const texts: string[] = []
    while (texts.length < count) texts.push(describe(await this.next('publish')))
    return texts
  }

  /** The messages among `received`, as `topicName text`; empties it. */
  messages(): string[] {
    const messages = this.received.filter((packet) => packet.type === 'publish')
    this.received = []
    return messages.map(describe)
  }

  untilClosed(): Promise<void> {
    return this.raw.closed(10_000)
  }

  /** Ends the socket without DISCONNECT, as a lost network would. */
  async lose(): Promise<void> {
    this.raw.socket.end()
    await this.raw.closed()
  }
}

function describe({ topicName, payload }: Publish): string {
  return `${topicName} ${Buffer.from(payload)}`
}
