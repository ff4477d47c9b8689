import { type Packet, PacketStream, type ProtocolVersion } from '@pillion/packet'
import { RawMqttClient } from '@pillion/testkit'

/** A load gives up after this; it is patience with a busy machine, not a figure. */
export const patienceMilliseconds = 60_000

export interface SignIn {
  readonly port: number
  /** With it the connection is TLS, to whatever certificate there is. */
  readonly isSecure?: boolean
  readonly clientId?: string
  readonly username?: string
  readonly password?: string
  /** By default 4. */
  readonly protocolVersion?: ProtocolVersion
  /** Subscribed to one by one. */
  readonly topicFilters?: readonly string[]
}

/** Signed in and subscribed; fails if anything is refused. */
export async function signIn(options: SignIn): Promise<RawMqttClient> {
  const {
    port,
    isSecure,
    clientId = '',
    username,
    password,
    protocolVersion = 4,
    topicFilters = [],
  } = options
  const tls = isSecure ? { tls: { rejectUnauthorized: false } } : {}
  const client = await RawMqttClient.open({ port, protocolVersion, ...tls })
  client.send({
    type: 'connect',
    protocolVersion,
    clean: true,
    keepAliveSeconds: 0,
    clientId,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  })
  const { reasonCode } = await client.receive('connack', patienceMilliseconds)
  if (reasonCode !== 0) throw new Error(`CONNACK ${reasonCode} for ${username ?? clientId}`)
  for (const topicFilter of topicFilters) await subscribe(client, topicFilter)
  return client
}

async function subscribe(client: RawMqttClient, topicFilter: string): Promise<void> {
  client.send(subscribePacket(1, [topicFilter]))
  const { reasonCodes } = await client.receive('suback', patienceMilliseconds)
  if (reasonCodes[0] !== 0) throw new Error(`SUBACK ${reasonCodes[0]} for ${topicFilter}`)
}

export function subscribePacket(packetId: number, topicFilters: readonly string[]): Packet {
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  return {
    type: 'subscribe',
    packetId,
    subscriptions: topicFilters.map((topicFilter) => ({ topicFilter, ...options })),
  }
}

export function publishPacket(topicName: string, payload: Uint8Array): Packet {
  return { type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }
}

/** All that was sent before has been dealt with by then. */
export async function ping(client: RawMqttClient): Promise<void> {
  client.send({ type: 'pingreq' })
  await client.receive('pingresp', patienceMilliseconds)
}

/** From now on every message comes here, and no packet of another kind anywhere. */
export function onPublish(client: RawMqttClient, receive: (payload: Uint8Array) => void): void {
  const stream = new PacketStream({ packetBytesMax: 268_435_460, protocolVersion: client.protocolVersion })
  client.socket.removeAllListeners('data').on('data', (bytes) => {
    for (const packet of stream.push(bytes)) if (packet.type === 'publish') receive(packet.payload)
  })
}
