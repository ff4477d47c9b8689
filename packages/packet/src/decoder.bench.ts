/**
 * How long decode and encode take for the packets that come most: `node packages/packet/src/decoder.bench.ts`.
 * Prints the median of nine rounds in nanoseconds per packet.
 */
import { decode, encode, type Packet, type ProtocolVersion } from './index.ts'

const topicName = 'psa/OVIPPartners-Dev/to/uid/PARTNER1/opa/VR3ATTENTKY000001/'
const text = new TextEncoder()
const connect = { type: 'connect', clean: true, keepAliveSeconds: 60, clientId: 'VR3ATTENTKY000001' } as const
const signIn = { username: 'VR3ATTENTKY000001', password: text.encode('x'.repeat(43)) } as const
const publish = {
  type: 'publish',
  dup: false,
  retain: false,
  topicName,
  payload: new Uint8Array(256),
} as const
const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const

const workload: readonly (readonly [name: string, packet: Packet, version: ProtocolVersion])[] = [
  ['CONNECT 3.1.1', { ...connect, ...signIn, protocolVersion: 4 }, 4],
  [
    'CONNECT 5',
    { ...connect, ...signIn, protocolVersion: 5, properties: { receiveMax: 20, sessionExpirySeconds: 0 } },
    5,
  ],
  ['PUBLISH QoS 0, 3.1.1', { ...publish, qos: 0 }, 4],
  ['PUBLISH QoS 1, 3.1.1', { ...publish, qos: 1, packetId: 1 }, 4],
  ['PUBLISH QoS 0, 5', { ...publish, qos: 0 }, 5],
  [
    'PUBLISH QoS 0, 5, properties',
    { ...publish, qos: 0, properties: { contentType: 'application/json' } },
    5,
  ],
  [
    'SUBSCRIBE 3.1.1',
    { type: 'subscribe', packetId: 1, subscriptions: [{ topicFilter: topicName, ...options }] },
    4,
  ],
  ['PUBACK 3.1.1', { type: 'puback', packetId: 1, reasonCode: 0 }, 4],
  ['PINGREQ', { type: 'pingreq' }, 4],
]

for (const [name, packet, version] of workload) {
  // As it comes from a socket: a Buffer that holds more than the packet.
  const bytes = Buffer.concat([Buffer.alloc(16), encode(packet, version)])
  const decoding = nanoseconds(() => decode(bytes, 16, bytes.length, version))
  const encoding = nanoseconds(() => encode(packet, version))
  console.log(`${name.padEnd(30)} decode ${decoding.padStart(5)} ns   encode ${encoding.padStart(5)} ns`)
}

function nanoseconds(work: () => unknown): string {
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    const started = process.hrtime.bigint()
    for (let run = 0; run < 50_000; run++) work()
    times.push(Number(process.hrtime.bigint() - started) / 50_000)
  }
  return (times.sort((a, b) => a - b)[4] as number).toFixed(0)
}
