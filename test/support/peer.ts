import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { ConnectionOptions } from 'node:tls'
import type { Packet, ProtocolVersion, QoS } from '@pillion/packet'
import { type PacketOf, RawMqttClient } from '@pillion/testkit'
import type { Partner, Scene } from './scene.ts'

type Listener = 'mqtt' | 'mqtts' | 'partners'

export interface SignIn {
  readonly username?: string
  readonly password?: string
  readonly clientId?: string
  /** false: the session is kept for a minute after the connection. */
  readonly clean?: boolean
  readonly listener?: Listener
  readonly protocolVersion?: ProtocolVersion
  readonly tls?: ConnectionOptions
}

/** An MQTT peer of the tests: it says exactly what it is told to, and knows everything that came back. */
export class Peer {
  readonly client: RawMqttClient
  readonly #settle: () => Promise<void>
  #packetId = 0
  #publishes: PacketOf<'publish'>[] = []

  private constructor(client: RawMqttClient, settle: () => Promise<void>) {
    this.client = client
    this.#settle = settle
  }

  /** On the partner listener with the files that the operator handed out, unless told otherwise. */
  static async partner(scene: Scene, partner: Partner, signIn: SignIn = {}): Promise<Peer> {
    const tls = await readTls(partner)
    const { uid: username, password } = partner
    return Peer.signedIn(scene, { listener: 'partners', tls, username, password, ...signIn })
  }

  static async vehicle(
    scene: Scene,
    { vin, password }: { vin: string; password: string },
    signIn: SignIn = {},
  ): Promise<Peer> {
    return Peer.signedIn(scene, { username: vin, password, ...signIn })
  }

  static async signedIn(scene: Pick<Scene, 'pillion'>, signIn: SignIn): Promise<Peer> {
    const { peer, connack } = await Peer.trySignIn(scene, signIn)
    assert.equal(connack.reasonCode, 0, `CONNACK ${connack.reasonCode} for ${signIn.username}`)
    return peer
  }

  /** Rejects if the TLS handshake fails or the connection ends before a CONNACK. */
  static async trySignIn(scene: Pick<Scene, 'pillion'>, signIn: SignIn) {
    const { listener = 'mqtt', protocolVersion = 5, tls, username, password, clientId, clean = true } = signIn
    const client = await RawMqttClient.open({
      port: scene.pillion.ports[listener],
      protocolVersion,
      ...(tls === undefined ? {} : { tls }),
    })
    const connack = await client.connect({
      clean,
      ...(clean || protocolVersion !== 5 ? {} : { properties: { sessionExpirySeconds: 60 } }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password: Buffer.from(password) }),
      ...(clientId === undefined ? {} : { clientId }),
    })
    // With its session it has its subscriptions again.
    if (connack.sessionPresent) await scene.pillion.settle()
    return { peer: new Peer(client, () => scene.pillion.settle()), connack }
  }

  /** Returns the codes of the SUBACK. Asks for QoS 2, so that a grant of 0 means something. */
  async subscribe(...topicFilters: string[]): Promise<readonly number[]> {
    const options = { qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    const subscriptions = topicFilters.map((topicFilter) => ({ topicFilter, ...options }))
    this.client.send({ type: 'subscribe', packetId: ++this.#packetId, subscriptions })
    const { reasonCodes } = await this.#answer('suback')
    await this.#settle()
    return reasonCodes
  }

  /**
   * Publishes and resolves when the broker has dealt with it, with the reason code of its answer; 0 at QoS 0. By then
   * everybody who gets the message has it on its way.
   */
  async publish(
    topicName: string,
    payload: string | Uint8Array,
    qos: QoS = 1,
    retain = false,
  ): Promise<number> {
    const packetId = qos === 0 ? undefined : ++this.#packetId
    this.client.send({
      type: 'publish',
      dup: false,
      retain,
      qos,
      topicName,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      ...(packetId === undefined ? {} : { packetId }),
    })
    const reasonCode = await this.#acknowledged(qos, packetId)
    await this.#settle()
    return reasonCode
  }

  async #acknowledged(qos: QoS, packetId = 0): Promise<number> {
    if (qos === 0) {
      await this.ping()
      return 0
    }
    if (qos === 1) return (await this.#answer('puback')).reasonCode
    const { reasonCode } = await this.#answer('pubrec')
    // An error in PUBREC ends the handshake (MQTT 5, 4.3.3).
    if (reasonCode >= 0x80) return reasonCode
    this.client.send({ type: 'pubrel', packetId, reasonCode: 0 })
    await this.#answer('pubcomp')
    return reasonCode
  }

  /** Fails if the connection is gone. */
  async ping(): Promise<void> {
    this.client.send({ type: 'pingreq' })
    await this.#answer('pingresp')
  }

  /**
   * The messages that have come since the last call. The answer to a ping follows all that was on its way before, so nothing
   * is missed and nobody waits for what does not come.
   */
  async received(): Promise<PacketOf<'publish'>[]> {
    await this.ping()
    return this.#publishes.splice(0)
  }

  async receivedTopics(): Promise<string[]> {
    return (await this.received()).map(({ topicName }) => topicName)
  }

  async receivedTexts(): Promise<string[]> {
    return (await this.received()).map(({ payload }) => Buffer.from(payload).toString())
  }

  /** Ends the connection without a DISCONNECT; resolves when the server has ended it too, so nobody takes it over. */
  async close(): Promise<void> {
    const { socket } = this.client
    if (socket.closed) return
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.end()
    await closed
  }

  async #answer<Type extends Packet['type']>(type: Type): Promise<PacketOf<Type>> {
    for (;;) {
      const packet = await this.client.next()
      if (packet.type === type) return packet as PacketOf<Type>
      assert.equal(packet.type, 'publish', `waiting for ${type}, got ${JSON.stringify(packet)}`)
      this.#publishes.push(packet as PacketOf<'publish'>)
    }
  }
}

export async function readTls({ caFile, certificateFile }: Partner): Promise<ConnectionOptions> {
  const [ca, pem] = await Promise.all([readFile(caFile), readFile(certificateFile)])
  return { ca, cert: pem, key: pem }
}
