/** One client that asks for as much as the socket takes, reads the answers, and wants nothing in particular. */
import { encode, type Packet } from '@pillion/packet'
import type { RawMqttClient } from '@pillion/testkit'
import { patienceMilliseconds, publishPacket, type SignIn, signIn, subscribePacket } from './sign-in.ts'
import { until } from './until.ts'

const packetsPerWrite = 500
const payload = Buffer.alloc(100, 'x')

/** The nth request, and what its answers take in bytes. */
interface Kind {
  readonly packets: (index: number) => readonly Packet[]
  readonly answerBytes: number
}

const kinds = {
  'PUBLISH at QoS 1': {
    packets: (index) => [{ ...publish('flood', index), qos: 1 }],
    answerBytes: 4,
  },
  'PUBLISH at QoS 2': {
    packets: (index) => [
      { ...publish('flood', index), qos: 2 },
      { type: 'pubrel', packetId: packetId(index), reasonCode: 0 },
    ],
    answerBytes: 8,
  },
  PINGREQ: { packets: () => [{ type: 'pingreq' }], answerBytes: 2 },
  'SUBSCRIBE and UNSUBSCRIBE': {
    packets: (index) => [
      subscribePacket(packetId(index), [`churn/${index % 1_000}/+/#`]),
      { type: 'unsubscribe', packetId: packetId(index), topicFilters: [`churn/${index % 1_000}/+/#`] },
    ],
    answerBytes: 9,
  },
  'PUBLISH to ever new topic names': {
    packets: (index) => [publishPacket(`flood/${index}`, payload)],
    answerBytes: 0,
  },
} satisfies Record<string, Kind>

export type FloodKind = keyof typeof kinds

let client: RawMqttClient
let answered = 0

export async function open(options: SignIn): Promise<void> {
  client = await signIn(options)
  client.socket.removeAllListeners('data').on('data', (bytes) => {
    answered += bytes.length
  })
}

/** Resolves when the last of `count` is answered. */
export async function flood(kind: FloodKind, count: number): Promise<{ seconds: number }> {
  const { packets, answerBytes }: Kind = kinds[kind]
  const { socket } = client
  const startedAt = performance.now()
  for (let index = 0; index < count; ) {
    const bytes: Uint8Array[] = []
    for (const end = Math.min(count, index + packetsPerWrite); index < end; index++)
      for (const packet of packets(index)) bytes.push(encode(packet, client.protocolVersion))
    if (!socket.write(Buffer.concat(bytes))) await until(socket, 'drain', 'close')
    if (socket.destroyed) throw new Error(`the connection ended after ${index}`)
  }
  client.send({ type: 'pingreq' })
  const expected = count * answerBytes + pingrespBytes
  const deadline = performance.now() + patienceMilliseconds
  while (answered < expected && performance.now() < deadline) await new Promise(setImmediate)
  if (answered !== expected) throw new Error(`${answered} bytes of answers, not ${expected}`)
  return { seconds: (performance.now() - startedAt) / 1_000 }
}

const pingrespBytes = 2

function packetId(index: number): number {
  return 1 + (index % 65_535)
}

function publish(topicName: string, index: number) {
  return {
    type: 'publish',
    dup: false,
    retain: false,
    topicName,
    payload,
    packetId: packetId(index),
  } as const
}
