/**
 * How long decode and encode take for the packets that come most, and for the table of packets as a whole:
 * `node packages/packet/src/decoder.bench.ts`. Prints the median of nine rounds in nanoseconds per packet.
 */
import { type MalformedCase, malformedCases, packetCases } from './cases.ts'
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
  report(name, {
    decode: nanoseconds(50_000, () => decode(bytes, 16, bytes.length, version)),
    encode: nanoseconds(50_000, () => encode(packet, version)),
  })
}

for (const version of [3, 4, 5] as const) {
  const rows = packetCases.filter(({ versions, bytes }) => versions.includes(version) && bytes.length < 300)
  report(`table, version ${version}, ${rows.length} rows`, {
    decode: perRow(500, rows, ({ bytes }) => decode(bytes, 0, bytes.length, version)),
    encode: perRow(500, rows, ({ packet }) => encode(packet, version)),
  })
}
const malformed = malformedCases.filter(({ versions }) => versions.includes(5))
report(`table, malformed, ${malformed.length} rows`, { refuse: perRow(100, malformed, refuse) })

/** With the error that is made for each: what a flood of malformed packets costs before its connections are closed. */
function refuse({ bytes }: MalformedCase): void {
  try {
    decode(bytes, 0, bytes.length, 5)
  } catch {}
}

function perRow<Row>(runs: number, rows: readonly Row[], work: (row: Row) => unknown): number {
  const time = nanoseconds(runs, () => {
    for (const row of rows) work(row)
  })
  return time / rows.length
}

function report(name: string, figures: Record<string, number>): void {
  const columns = Object.entries(figures).map(([work, each]) => `${work} ${each.toFixed(0).padStart(5)} ns`)
  console.log(`${name.padEnd(30)} ${columns.join('   ')}`)
}

function nanoseconds(runs: number, work: () => unknown): number {
  const times: number[] = []
  for (let round = 0; round < 9; round++) {
    const started = process.hrtime.bigint()
    for (let run = 0; run < runs; run++) work()
    times.push(Number(process.hrtime.bigint() - started) / runs)
  }
  return times.sort((a, b) => a - b)[4] as number
}
