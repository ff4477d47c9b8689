/** One who publishes as fast as the socket takes it. */
import { encode } from '@pillion/packet'
import type { RawMqttClient } from '@pillion/testkit'
import { ping, publishPacket, type SignIn, signIn } from './sign-in.ts'
import { until } from './until.ts'

/** Written at once. */
const burstBytes = 65_536

export interface Flood {
  readonly topicName: string
  readonly payloadBytes: number
  readonly messages: number
}

export interface FloodFigures {
  readonly messages: number
  /** Until the server has dealt with the last. */
  readonly seconds: number
}

let client: RawMqttClient

export async function open(options: SignIn): Promise<void> {
  client = await signIn(options)
}

export async function flood({ topicName, payloadBytes, messages }: Flood): Promise<FloodFigures> {
  const packet = encode(publishPacket(topicName, Buffer.alloc(payloadBytes, 'x')), client.protocolVersion)
  const burstMessages = Math.max(1, Math.floor(burstBytes / packet.length))
  const burst = Buffer.concat(Array.from({ length: burstMessages }, () => packet))
  const startedAt = performance.now()
  for (let left = messages; left > 0; left -= burstMessages) {
    const bytes = burst.subarray(0, Math.min(left, burstMessages) * packet.length)
    if (!client.socket.write(bytes)) await until(client.socket, 'drain', 'close')
  }
  await ping(client)
  return { messages, seconds: (performance.now() - startedAt) / 1_000 }
}
