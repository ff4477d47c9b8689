import assert from 'node:assert/strict'
import type { ProtocolVersion } from '@pillion/packet'
import { type PacketOf, RawMqttClient } from '@pillion/testkit'
import { settleServers } from '../../apps/server/src/server.fixture.ts'

/** What an endpoint says (P 6.3). */
export interface Endpoint {
  readonly installationID: string
  readonly username: string
  readonly password: string
  readonly mqttTopic: string
  readonly portTCP: number
  readonly portWS: number
}

export interface SignIn {
  readonly protocolVersion?: ProtocolVersion
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  readonly keepAliveSeconds?: number
  readonly clean?: boolean
}

type Packets = { [Type in PacketOf<'publish'>['type']]: PacketOf<Type> }

/** An installation's MQTT client (P 13.4): it says what it is told to and knows all that came. */
export class Receiver {
  readonly client: RawMqttClient
  readonly mqttTopic: string
  #publishes: Packets['publish'][] = []

  private constructor(client: RawMqttClient, mqttTopic: string) {
    this.client = client
    this.mqttTopic = mqttTopic
  }

  /** Connected, subscribed and ready. */
  static async open(endpoint: Endpoint, signIn: SignIn = {}): Promise<Receiver> {
    const { receiver, connack } = await Receiver.trySignIn(endpoint, signIn)
    assert.equal(connack.reasonCode, 0, `CONNACK ${connack.reasonCode}`)
    assert.equal(await receiver.subscribe(endpoint.mqttTopic), 0)
    return receiver
  }

  /** With the endpoint's credentials, but for what `signIn` says. */
  static async trySignIn(endpoint: Endpoint, signIn: SignIn = {}) {
    const { protocolVersion = 4, username, password, clientId, keepAliveSeconds = 60, clean = true } = signIn
    const client = await RawMqttClient.open({ port: endpoint.portTCP, protocolVersion })
    const connack = await client.connect({
      clean,
      keepAliveSeconds,
      clientId: clientId ?? endpoint.mqttTopic,
      username: username ?? endpoint.username,
      password: Buffer.from(password ?? endpoint.password),
    })
    return { receiver: new Receiver(client, endpoint.mqttTopic), connack }
  }

  /** The code of the SUBACK. Asks for QoS 2, so that a grant of 0 means something. */
  async subscribe(topicFilter: string): Promise<number | undefined> {
    const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    this.client.send({ type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter, ...options }] })
    const [reasonCode] = (await this.answer('suback')).reasonCodes
    await settleServers()
    return reasonCode
  }

  /** The next packet of that type; messages that come before it are kept for `messagesUntil`. */
  async answer<Type extends Parameters<RawMqttClient['receive']>[0]>(type: Type): Promise<PacketOf<Type>> {
    for (;;) {
      const packet = await this.client.next()
      if (packet.type === type) return packet as PacketOf<Type>
      assert.equal(packet.type, 'publish', `waiting for ${type}, got ${JSON.stringify(packet)}`)
      this.#publishes.push(packet as Packets['publish'])
    }
  }

  /** Fails if the connection is gone. */
  async ping(): Promise<void> {
    this.client.send({ type: 'pingreq' })
    await this.answer('pingresp')
  }

  /** The messages, parsed, that came before the one for which `isLast` holds. Each must be as P 13.2 says. */
  async messagesUntil(isLast: (message: Message) => boolean): Promise<Message[]> {
    const messages: Message[] = []
    for (;;) {
      const packet = this.#publishes.shift() ?? (await this.client.receive('publish'))
      const { topicName, qos, retain, dup, payload } = packet
      assert.deepEqual(
        { topicName, qos, retain, dup },
        { topicName: this.mqttTopic, qos: 0, retain: false, dup: false },
      )
      assert.ok(payload.length <= 4_096, `${payload.length} bytes (P 12)`)
      const message = JSON.parse(Buffer.from(payload).toString()) as Message
      if (isLast(message)) return messages
      messages.push(message)
    }
  }

  close(): void {
    this.client.destroy()
  }
}

export type Message = Readonly<Record<string, unknown>>
