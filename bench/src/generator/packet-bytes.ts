import { encode } from '@pillion/packet'
import type { Transport } from '../transport.ts'
import { maskByte, toFrame } from './web-socket.ts'

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

/** SUBSCRIBE at QoS 0. */
export function subscribeBytes(topicFilters: readonly string[]): Uint8Array {
  const subscriptions = topicFilters.map(
    (topicFilter) =>
      ({ topicFilter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }) as const,
  )
  return encode({ type: 'subscribe', packetId: 1, subscriptions }, version)
}

export function disconnectBytes(): Uint8Array {
  return encode({ type: 'disconnect', reasonCode: 0 }, version)
}

/** PUBLISH at QoS 0 with a payload of `payloadBytes` letters, as it goes into the socket. */
export function publishBytes(topicName: string, payloadBytes: number, transport: Transport): Uint8Array {
  const payload = Buffer.alloc(payloadBytes, 'x')
  const packet = encode({ type: 'publish', dup: false, qos: 0, retain: false, topicName, payload }, version)
  return wrap(packet, transport)
}

/** A packet as it goes into the socket. */
export function wrap(packet: Uint8Array, transport: Transport): Uint8Array {
  return transport === 'ws' ? toFrame(packet) : packet
}

/** Makes `mark` the last byte of the payload of the PUBLISH that ends at `end` of bytes made by `publishBytes`. */
export function markPublish(bytes: Uint8Array, end: number, mark: number, transport: Transport): void {
  bytes[end - 1] = transport === 'ws' ? mark ^ maskByte : mark
}

/** The same packet `count` times, to be written at once. */
export function repeatBytes(packet: Uint8Array, count: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, () => packet))
}
