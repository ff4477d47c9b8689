import { type Connection, openConnections } from '../generator/connection.ts'
import { markPublish, publishBytes } from '../generator/packet-bytes.ts'
import type { Tally } from '../generator/tally.ts'
import { downlinkTopicName, partnerSignIn, population, vehicleFilter, vehicleSignIn } from '../population.ts'
import { type Load, type OpenLoad, partnerPort, type Target, vehiclePort } from './workload.ts'

/** Four partners times 64 makes 256: the number of a message under way fits into the payload's last byte. */
const underWayPerPartner = 64
const fleetVehicles = 2_000

/**
 * Four partners send to 2,000 connected vehicles, each message to one of them at random; each partner has
 * 64 under way. What arrives in one turn of the event loop is answered with one write per partner.
 */
export const openFleet: OpenLoad = (target, tally) =>
  openFleetOf(target, tally, { connected: fleetVehicles, addressed: fleetVehicles })

/** The first `connected` vehicles; messages go to `addressed` of them, evenly spread. */
export async function openFleetOf(
  target: Target,
  tally: Tally,
  { connected, addressed }: { connected: number; addressed: number },
): Promise<Load> {
  const { transport, passwords } = target
  const vehicles = await openConnections(
    Array.from({ length: connected }, (_, index) => ({
      transport,
      port: vehiclePort(target, index),
      clientId: `bench-vehicle-${index}`,
      signIn: vehicleSignIn(passwords, index),
      topicFilters: [vehicleFilter(index)],
    })),
  )
  const partners = await openConnections(
    Array.from({ length: population.fleetPartners }, (_, index) => ({
      transport,
      port: partnerPort(target, index),
      clientId: `bench-partner-${index}`,
      signIn: partnerSignIn(passwords, index),
    })),
  )
  const receivers = Array.from({ length: addressed }, (_, n) => Math.floor((n * connected) / addressed))
  const senders = partners.map((partner, index) => new FleetSender(partner, index, receivers, target, tally))
  for (const vehicle of vehicles) {
    vehicle.onPublish = (mark) =>
      senders[Math.floor(mark / underWayPerPartner)]?.arrived(mark % underWayPerPartner)
  }
  return {
    connections: [...vehicles, ...partners],
    isWarm: () => senders.every((sender) => sender.isWarm),
    start() {
      for (const sender of senders) sender.start()
    },
  }
}

class FleetSender {
  readonly #partner: Connection
  readonly #firstMark: number
  readonly #packets: readonly Uint8Array[]
  readonly #target: Target
  readonly #tally: Tally
  readonly #sentAt = new Float64Array(underWayPerPartner)
  readonly #free: number[] = []
  #flushing = false
  /** Once to each vehicle, in order: whether it may be reached is asked before the first message to it. */
  #firsts = 0

  constructor(partner: Connection, index: number, vehicles: readonly number[], target: Target, tally: Tally) {
    this.#partner = partner
    this.#firstMark = index * underWayPerPartner
    this.#target = target
    this.#tally = tally
    this.#packets = vehicles.map((vehicle) =>
      publishBytes(downlinkTopicName(index, vehicle), target.payloadBytes, target.transport),
    )
  }

  start(): void {
    for (let slot = 0; slot < underWayPerPartner; slot++) this.#free.push(slot)
    this.#flush()
  }

  get isWarm(): boolean {
    return this.#firsts === this.#packets.length
  }

  #pickVehicle(): number {
    return this.isWarm ? Math.floor(Math.random() * this.#packets.length) : this.#firsts++
  }

  arrived(slot: number): void {
    this.#tally.received++
    this.#tally.latencies.record(performance.now() - (this.#sentAt[slot] as number))
    this.#free.push(slot)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(this.#flush)
  }

  readonly #flush = (): void => {
    this.#flushing = false
    const now = performance.now()
    // A fresh buffer, because the socket may keep what it could not write at once.
    const burst = Buffer.allocUnsafe(this.#free.length * (this.#packets[0]?.length ?? 0))
    let end = 0
    while (this.#free.length > 0 && this.#tally.take(1)) {
      const slot = this.#free.pop() as number
      const packet = this.#packets[this.#pickVehicle()] as Uint8Array
      burst.set(packet, end)
      end += packet.length
      markPublish(burst, end, this.#firstMark + slot, this.#target.transport)
      this.#sentAt[slot] = now
    }
    if (end > 0) this.#partner.send(burst.subarray(0, end))
  }
}
