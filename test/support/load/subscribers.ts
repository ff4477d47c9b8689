/** Those who read what is published to them: at once, slowly, or not at all. */

import { PublishCounter } from '@pillion/packet'
import type { RawMqttClient } from '@pillion/testkit'
import { type SignIn, signIn } from './sign-in.ts'

interface Subscriber {
  readonly client: RawMqttClient
  received: number
  closed: boolean
}

const subscribers: Subscriber[] = []

export async function open(signIns: readonly SignIn[]): Promise<void> {
  for (const options of signIns) subscribers.push(count(await signIn(options)))
}

/** Only the counting of messages by their length: a reader that decodes would be slower than the server. */
function count(client: RawMqttClient): Subscriber {
  const subscriber = { client, received: 0, closed: false }
  const counter = new PublishCounter()
  client.socket.removeAllListeners('data').on('data', (bytes) => {
    subscriber.received += counter.count(bytes, 0, bytes.length)
  })
  client.socket.on('close', () => {
    subscriber.closed = true
  })
  return subscriber
}

export function stall(): void {
  for (const { client } of subscribers) client.socket.pause()
}

export function resume(): void {
  for (const { client } of subscribers) client.socket.resume()
}

/** From now on each reads steadily, but no more than this. */
export function slowDown(bytesPerSecond: number): void {
  for (const { client } of subscribers) {
    const startedAt = performance.now()
    let bytesRead = 0
    client.socket.on('data', (bytes) => {
      bytesRead += bytes.length
      const aheadMilliseconds = (bytesRead / bytesPerSecond) * 1_000 - (performance.now() - startedAt)
      if (aheadMilliseconds < 1) return
      client.socket.pause()
      setTimeout(() => client.socket.resume(), aheadMilliseconds)
    })
  }
}

export function figures(): { received: number; closed: number } {
  return {
    received: subscribers.reduce((sum, { received }) => sum + received, 0),
    closed: subscribers.filter(({ closed }) => closed).length,
  }
}
