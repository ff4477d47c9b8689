import type { KeptMessage, Transport, TransportEvents } from '@pillion/host'
import { limits, PORTAL_ROOT, parsePortalTopic, parseUid } from '@pillion/schema'
import { FakePartner } from './fake-partner.ts'
import { FakeVehicle, type FakeVehicleOptions } from './fake-vehicle.ts'
import { ManualClock } from './manual-clock.ts'

/** A message of a partner that no vehicle got and nobody keeps (W 2.7). */
export interface UndeliveredMessage {
  readonly topicName: string
  readonly payload: string
  readonly reason: 'topic_malformed' | 'uid_of_other_partner' | 'payload_too_large' | 'vehicle_unknown'
}

interface Line {
  readonly vehicle: FakeVehicle
  readonly transport: FakeTransport
  /** Kept while the vehicle is offline, oldest first. */
  kept: KeptMessage[]
}

/**
 * What lies between back ends and vehicles, in one process: no socket, no server, and a clock that stands until it is turned. A
 * message has arrived when the call that sends it returns.
 */
export class FakeNetwork {
  /** Everybody's time: timers of the head units, of the apps' windows, and of receipts. */
  readonly clock = new ManualClock()
  /** Topic root (W 2.3). */
  readonly root: string
  readonly undelivered: UndeliveredMessage[] = []
  #partners = new Map<string, FakePartner>()
  #lines = new Map<string, Line>()

  constructor({ root = PORTAL_ROOT }: { root?: string } = {}) {
    this.root = root
  }

  /** @throws TypeError if `uid` is none, or there already */
  addPartner(uid: string): FakePartner {
    if (parseUid(uid) === undefined) throw new TypeError(`${uid} is not a UID (W 2.3).`)
    if (this.#partners.has(uid)) throw new TypeError(`There is a partner ${uid} already.`)
    const partner = new FakePartner(uid, this)
    this.#partners.set(uid, partner)
    return partner
  }

  /** A head unit that is switched on and connected. @throws TypeError if the VIN is none, or there already */
  addVehicle(options: FakeVehicleOptions): FakeVehicle {
    if (this.#lines.has(options.vin)) throw new TypeError(`There is a vehicle ${options.vin} already.`)
    const transport = new FakeTransport({
      connected: () => this.#handOver(options.vin),
      uplink: (topicName, payload) => this.#sendUp(topicName, payload),
    })
    const vehicle = new FakeVehicle(options, { clock: this.clock, transport, root: this.root })
    this.#lines.set(options.vin, { vehicle, transport, kept: [] })
    transport.connect()
    return vehicle
  }

  /** Lets promises and messages under way come to their end; time stands still. */
  async settle(): Promise<void> {
    // Once for what goes, once for what it brings about.
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  /** For `FakePartner`: a downlink. Either word is right, because the sender's role decides (W 2.5). */
  sendDown(uid: string, topicName: string, payload: string): void {
    const fault = this.#tryDown(uid, topicName, payload)
    if (fault) this.undelivered.push({ topicName, payload, reason: fault })
  }

  #tryDown(uid: string, topicName: string, payload: string): UndeliveredMessage['reason'] | undefined {
    const topic = parsePortalTopic(topicName, this.root)
    if (typeof topic === 'string') return 'topic_malformed'
    if (topic.uid !== uid) return 'uid_of_other_partner'
    const bytes = new TextEncoder().encode(payload)
    if (bytes.length > limits.portalPayloadBytesMax) return 'payload_too_large'
    const line = this.#lines.get(topic.vin)
    if (!line?.vehicle.host.view.apps.some((app) => app.uid === uid)) return 'vehicle_unknown'
    if (line.transport.isConnected) line.transport.deliver(topicName, bytes)
    else line.kept = keep(line.kept, { uid, subtopic: topic.subtopic, payload })
    return undefined
  }

  #sendUp(topicName: string, payload: Uint8Array): void {
    const topic = parsePortalTopic(topicName, this.root)
    if (typeof topic === 'string') return
    this.#partners.get(topic.uid)?.take(topic, topicName, new TextDecoder().decode(payload))
  }

  #handOver(vin: string): void {
    const line = this.#lines.get(vin)
    if (!line || line.kept.length === 0) return
    const { kept } = line
    line.kept = []
    line.transport.deliverKept(kept)
  }
}

/** The last 10 of each app (W 9.3). */
function keep(kept: readonly KeptMessage[], message: KeptMessage): KeptMessage[] {
  const isSameApp = ({ payload }: KeptMessage) => idAppOf(payload) === idAppOf(message.payload)
  const oldest = kept.filter(isSameApp).length < limits.mailboxMax ? undefined : kept.find(isSameApp)
  return [...kept.filter((other) => other !== oldest), message]
}

function idAppOf(payload: string): unknown {
  try {
    return JSON.parse(payload)?.idApp
  } catch {
    return undefined
  }
}

/** A head unit's connection that is there whenever it is allowed. */
class FakeTransport implements Transport {
  #network: { connected(): void; uplink(topicName: string, payload: Uint8Array): void }
  #events: TransportEvents | undefined
  #allowed = true
  #connected = false

  constructor(network: { connected(): void; uplink(topicName: string, payload: Uint8Array): void }) {
    this.#network = network
  }

  get isConnected(): boolean {
    return this.#connected
  }

  start(events: TransportEvents): void {
    this.#events = events
  }

  connect(): void {
    if (!this.#allowed || this.#connected) return
    this.#connected = true
    this.#events?.connected()
    this.#network.connected()
  }

  allow(online: boolean): void {
    this.#allowed = online
    if (online) this.connect()
    else this.#disconnect()
  }

  async publish(topicName: string, payload: Uint8Array): Promise<void> {
    if (!this.#connected) throw new Error('The head unit is not connected.')
    this.#network.uplink(topicName, payload)
  }

  deliver(topicName: string, payload: Uint8Array): void {
    this.#events?.message(topicName, payload)
  }

  deliverKept(messages: readonly KeptMessage[]): void {
    this.#events?.kept(messages)
  }

  stop(): void {
    this.#allowed = false
    this.#connected = false
  }

  #disconnect(): void {
    if (!this.#connected) return
    this.#connected = false
    this.#events?.disconnected()
  }
}
