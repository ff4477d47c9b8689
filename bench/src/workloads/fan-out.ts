import { openConnections } from '../generator/connection.ts'
import { publishBytes, repeatBytes } from '../generator/packet-bytes.ts'
import { partnerFilter, partnerSignIn, uplinkTopicName, vehicleSignIn } from '../population.ts'
import type { OpenLoad } from './workload.ts'

const subscribers = 100
const burstMessages = 64
const burstsUnderWay = 4

/**
 * One vehicle publishes to one hundred connections of a partner. Four bursts of 64 are under way: another
 * goes out when every connection has one of them complete. That is at most 256 messages per connection,
 * less than any server's outbox.
 */
export const openFanOut: OpenLoad = async (target, tally) => {
  const { transport, port, passwords, payloadBytes } = target
  const receivers = await openConnections(
    Array.from({ length: subscribers }, (_, index) => ({
      transport,
      port,
      clientId: `bench-listener-${index}`,
      signIn: partnerSignIn(passwords, 0),
      topicFilters: [partnerFilter(0)],
    })),
  )
  const [vehicle] = await openConnections([
    { transport, port, clientId: 'bench-vehicle', signIn: vehicleSignIn(passwords, 0) },
  ])
  const burst = repeatBytes(publishBytes(uplinkTopicName(0, 0), payloadBytes, transport), burstMessages)

  const sendBurst = () => {
    if (tally.take(burstMessages, subscribers)) vehicle?.send(burst)
  }
  /** How many connections have completed each burst that is under way, by its number modulo the window. */
  const completed = new Array<number>(burstsUnderWay).fill(0)
  const completeBurst = (number: number) => {
    const slot = number % burstsUnderWay
    const connections = (completed[slot] as number) + 1
    completed[slot] = connections % subscribers
    if (connections === subscribers) sendBurst()
  }
  for (const receiver of receivers) {
    let received = 0
    receiver.onPublishes = (count) => {
      tally.received += count
      const before = Math.floor(received / burstMessages)
      received += count
      const after = Math.floor(received / burstMessages)
      for (let number = before; number < after; number++) completeBurst(number)
    }
  }
  return {
    connections: vehicle === undefined ? receivers : [...receivers, vehicle],
    start() {
      for (let number = 0; number < burstsUnderWay; number++) sendBurst()
    },
  }
}
