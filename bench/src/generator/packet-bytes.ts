import { encode } from '@pillion/packet'

/** MQTT 3.1.1: the newest version that every compared server speaks. */
const version = 4

/** CONNECT, clean session, keep alive 0 so that no ping disturbs the counting. */
export function connectBytes(clientId: string, username: string, password: string): Uint8Array {
  return encode(
    {
      type: 'connect',
      protocolVersion: version,
      clean: true,
      keepAliveSeconds: 0,
      clientId,
      username,
      password: Buffer.from(password),
    },
    version,
  )
}

/** SUBSCRIBE of one filter at QoS 0. */
export function subscribeBytes(topicFilter: string): Uint8Array {
  const subscription = {
    topicFilter,
    qos: 0,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
  } as const
  return encode({ type: 'subscribe', packetId: 1, subscriptions: [subscription] }, version)
}

/** PUBLISH at QoS 0 with a payload of `payloadBytes` letters. */
export function publishBytes(topicName: string, payloadBytes: number): Uint8Array {
  const payload = Buffer.alloc(payloadBytes, 'x')
  return encode({ type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }, version)
}

/** The same packet `count` times, to be written at once. */
export function repeatBytes(packet: Uint8Array, count: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, () => packet))
}
