import { type Connection, openConnections } from '../generator/connection.ts'
import { publishBytes } from '../generator/packet-bytes.ts'
import type { Tally } from '../generator/tally.ts'
import { downlinkTopicName, partnerSignIn, population, vehicleFilter, vehicleSignIn } from '../population.ts'
import type { OpenLoad } from './workload.ts'

/** Four partners times 64 makes 256: the number of a message under way fits into the payload's last byte. */
const underWayPerPartner = 64

/**
 * Four partners send to 2,000 connected vehicles, each message to one of them at random; each partner has
 * 64 under way. What arrives in one turn of the event loop is answered with one write per partner.
 */
export const openFleet: OpenLoad = async (target, tally) => {
  const { port, passwords } = target
  const vehicles = await openConnections(
    Array.from({ length: population.fleetVehicles }, (_, index) => ({
      port,
      clientId: `bench-vehicle-${index}`,
      signIn: vehicleSignIn(passwords, index),
      topicFilter: vehicleFilter(index),
    })),
  )
  const partners = await openConnections(
    Array.from({ length: population.fleetPartners }, (_, index) => ({
      port,
      clientId: `bench-partner-${index}`,
      signIn: partnerSignIn(passwords, index),
    })),
  )
  const senders = partners.map(
    (partner, index) => new FleetSender(partner, index, target.payloadBytes, tally),
  )
  for (const vehicle of vehicles) {
    vehicle.onPublish = (slot) =>
      senders[Math.floor(slot / underWayPerPartner)]?.arrived(slot % underWayPerPartner)
  }
  return {
    connections: [...vehicles, ...partners],
    start() {
      for (const sender of senders) sender.start()
    },
  }
}

class FleetSender {
  readonly #partner: Connection
  readonly #firstSlot: number
  readonly #packets: readonly Uint8Array[]
  readonly #tally: Tally
  readonly #sentAt = new Float64Array(underWayPerPartner)
  readonly #free: number[] = []
  #flushing = false

  constructor(partner: Connection, index: number, payloadBytes: number, tally: Tally) {
    this.#partner = partner
    this.#firstSlot = index * underWayPerPartner
    this.#tally = tally
    this.#packets = Array.from({ length: population.fleetVehicles }, (_, vehicle) =>
      publishBytes(downlinkTopicName(index, vehicle), payloadBytes),
    )
  }

  start(): void {
    for (let slot = 0; slot < underWayPerPartner; slot++) this.#free.push(slot)
    this.#flush()
  }

  arrived(slot: number): void {
    this.#tally.received++
    this.#tally.latencies.record(performance.now() - (this.#sentAt[slot] as number))
    this.#free.push(slot)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#flushing = false
    const now = performance.now()
    // A fresh buffer, because the socket may keep what it could not write at once.
    const burst = Buffer.allocUnsafe(this.#free.length * (this.#packets[0]?.length ?? 0))
    let end = 0
    while (this.#free.length > 0 && this.#tally.take(1)) {
      const slot = this.#free.pop() as number
      const packet = this.#packets[Math.floor(Math.random() * this.#packets.length)] as Uint8Array
      burst.set(packet, end)
      end += packet.length
      burst[end - 1] = this.#firstSlot + slot
      this.#sentAt[slot] = now
    }
    if (end > 0) this.#partner.send(burst.subarray(0, end))
  }
}
