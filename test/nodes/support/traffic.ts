import { setTimeout as wait } from 'node:timers/promises'
import type { IssuedPartner, IssuedVehicle } from '@pillion/schema'
import { publishPacket } from '../../support/load/sign-in.ts'
import { poll } from '../../support/poll.ts'
import { root } from '../../support/scene.ts'
import { type Label, Ledger, type Tally } from './ledger.ts'
import type { Counters, NodeProcess } from './node-process.ts'
import { Traveller } from './traveller.ts'

const uid = 'STEADY'
export const idApp = 'app-steady'
const tickMilliseconds = 20
/** Vehicles that are away get one message while others get so many. */
const ticksPerAbsent = 5
const settleMilliseconds = 20_000

/** Where it takes place. */
export interface Place {
  readonly nodes: readonly NodeProcess[]
  /** Messages in all mailboxes, read from the database. */
  countKept(): Promise<number>
}

/** What became of everything, and what the nodes say that they dropped. */
export interface Report extends Tally {
  /** By reason, over all nodes, those included that ended in good order. */
  readonly dropped: Readonly<Record<string, number>>
  /** The sum of them. */
  readonly counted: number
  /** Kept messages that were handed over once more. */
  readonly comeAgain: number
}

/**
 * A partner on the first node, and vehicles on the others, if there are others, some of them away: numbered messages in both
 * directions, steadily.
 */
export class Traffic {
  readonly #place: Place
  readonly partner: Traveller
  readonly vehicles: readonly Traveller[]
  readonly absent: readonly Traveller[]
  readonly #names: ReadonlyMap<Traveller, string>
  #ledger = new Ledger()
  #before: readonly Counters[] = []
  #ended: Counters[] = []
  #ticks = 0
  #timer: NodeJS.Timeout | undefined

  static async open(place: Place): Promise<Traffic> {
    const vins = Array.from(
      { length: 6 },
      (_, index) => `${uid}${String(index).padStart(17 - uid.length, '0')}`,
    )
    const node = place.nodes[0] as NodeProcess
    const { password } = await node.admin<IssuedPartner>('POST', '/partners', { uid })
    const issued = await node.admin<IssuedVehicle[]>('POST', '/vehicles', { vins })
    await node.admin('POST', '/apps', { idApp, uid })
    await node.admin('POST', `/apps/${idApp}/subscriptions`, { vins })
    // The other nodes know within a second.
    await wait(1_000)
    return new Traffic(place, password, issued)
  }

  private constructor(place: Place, password: string, issued: readonly IssuedVehicle[]) {
    this.#place = place
    const ports = place.nodes.map((node) => node.ports.mqtt)
    const received = (payload: Uint8Array, on: object, isKept: boolean) => {
      const { content } = JSON.parse(Buffer.from(payload).toString()) as { content: Label }
      this.#ledger.receive(content, on, isKept)
    }
    const filter = `${root}/from/uid/${uid}/opa/#`
    this.partner = new Traveller({ username: uid, password, topicFilters: [filter], ports, received })
    const all = issued.map(
      ({ vin, password }) =>
        new Traveller({
          username: vin,
          password,
          vin,
          topicFilters: [`${root}/to/uid/+/opa/${vin}/#`],
          ports,
          received,
        }),
    )
    this.vehicles = all.slice(0, 4)
    this.absent = all.slice(4)
    this.#names = new Map(all.map((vehicle, index) => [vehicle, issued[index]?.vin ?? '']))
  }

  /** Everybody comes to their nodes, unless they are there, and goes on sending until `settle`. */
  async start(): Promise<void> {
    const port = (node: number) => this.#portOf(node)
    const come = async (traveller: Traveller, node: number) => {
      if (traveller.connection?.port === port(node)) return
      traveller.leave()
      await traveller.come(port(node))
    }
    await come(this.partner, 0)
    for (const [index, vehicle] of this.vehicles.entries()) await come(vehicle, 1 + (index % 2))
    // What each node is interested in reaches the others at the end of a turn.
    await wait(200)
    this.#ledger = new Ledger()
    this.#ended = []
    for (const traveller of this.#everybody()) {
      traveller.ends.length = 0
      traveller.comeAgain = 0
    }
    this.#before = await this.#readCounters()
    this.#timer = setInterval(() => this.#tick(), tickMilliseconds)
    await this.#flowing()
  }

  /** Until something has come of every stream: then all that has to be asked first has been. */
  async #flowing(): Promise<void> {
    const streams = 2 * this.vehicles.length
    const count = await poll(
      async () => this.#ledger.streamsThatCame,
      (came) => came >= streams,
      settleMilliseconds,
    )
    if (count < streams) throw new Error(`only ${count} of ${streams} streams flow`)
  }

  /** A node was stopped in good order: these are its last counters, and from now on it begins at 0. */
  ended(node: number, counters: Counters): void {
    this.#ended.push(subtract(counters, this.#before[node] ?? {}))
    this.restarted(node)
  }

  /** Its counters are gone, and from now on it begins at 0. */
  restarted(node: number): void {
    this.#before = this.#before.with(node, {})
  }

  /** Ends the sending, waits until all that is on its way has come or was given up, and empties the mailboxes. */
  async settle(): Promise<Report> {
    clearInterval(this.#timer)
    await Promise.all(this.#everybody().map((traveller) => traveller.back()))
    for (const traveller of [this.partner, ...this.vehicles]) await this.#fence(traveller)
    await this.#quiet()
    for (const vehicle of [...this.vehicles, ...this.absent]) await this.#emptyMailbox(vehicle)
    const left = await poll(
      () => this.#place.countKept(),
      (count) => count === 0,
      settleMilliseconds,
    )
    if (left > 0) throw new Error(`${left} messages are still in mailboxes`)
    await this.#quiet()
    for (const vehicle of this.absent) vehicle.leave()
    const after = await this.#readCounters()
    const deltas = [...this.#ended, ...after.map((each, index) => subtract(each, this.#before[index] ?? {}))]
    const dropped = sumDropped(deltas)
    const counted = Object.values(dropped).reduce((sum, count) => sum + count, 0)
    const comeAgain = this.#everybody().reduce((sum, each) => sum + each.comeAgain, 0)
    return { ...this.#ledger.tally(), dropped, counted, comeAgain }
  }

  close(): void {
    clearInterval(this.#timer)
    for (const traveller of this.#everybody()) traveller.leave()
  }

  #portOf(node: number): number {
    const { nodes } = this.#place
    return (nodes[node % nodes.length] as NodeProcess).ports.mqtt
  }

  #everybody(): Traveller[] {
    return [this.partner, ...this.vehicles, ...this.absent]
  }

  #tick(): void {
    const isForAbsent = this.#ticks++ % ticksPerAbsent === 0
    const receivers = isForAbsent ? [...this.vehicles, ...this.absent] : this.vehicles
    const downlinks = receivers.map((vehicle) => `to/uid/${uid}/opa/${this.#names.get(vehicle)}/`)
    this.#publish(this.partner, downlinks)
    for (const vehicle of this.vehicles)
      this.#publish(vehicle, [`from/uid/${uid}/opa/${this.#names.get(vehicle)}/`])
  }

  /** Who is not connected sends nothing. */
  #publish({ connection }: Traveller, topics: readonly string[]): void {
    if (connection === undefined) return
    const labels = topics.map((topic) => {
      const label = this.#ledger.send(`${topic} ${connection.number}`)
      const payload = Buffer.from(JSON.stringify({ idApp, popup: false, content: label }))
      connection.send(publishPacket(`${root}/${topic}`, payload))
      return label
    })
    const ledger = this.#ledger
    connection.fence(() => {
      for (const label of labels) ledger.reach(label)
    })
  }

  async #fence({ connection }: Traveller): Promise<void> {
    await Promise.race([
      new Promise<void>((resolve) => connection?.fence(resolve)),
      wait(settleMilliseconds, undefined, { ref: false }),
    ])
  }

  async #emptyMailbox(vehicle: Traveller): Promise<void> {
    const port = vehicle.connection?.port ?? this.#portOf(1)
    vehicle.leave()
    await vehicle.come(port)
  }

  /** Until nothing has changed for a while. */
  async #quiet(): Promise<void> {
    let last = ''
    let sameSince = performance.now()
    const ask = async () => {
      const figures = JSON.stringify([this.#ledger.tally(), await this.#readCounters(messageCounters)])
      if (figures !== last) sameSince = performance.now()
      last = figures
      return performance.now() - sameSince
    }
    await poll(ask, (milliseconds) => milliseconds > 600, settleMilliseconds)
  }

  #readCounters(isMeant: (name: string) => boolean = () => true): Promise<Counters[]> {
    return Promise.all(
      this.#place.nodes.map(async (node) => {
        const counters = node.isRunning ? await node.counters() : {}
        return Object.fromEntries(Object.entries(counters).filter(([name]) => isMeant(name)))
      }),
    )
  }
}

function messageCounters(name: string): boolean {
  return name.startsWith('dropped_') || /^messages_(arrived|kept|received)$/.test(name)
}

function subtract(after: Counters, before: Counters): Counters {
  return Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]))
}

function sumDropped(all: readonly Counters[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const counters of all)
    for (const [name, count] of Object.entries(counters))
      if (name.startsWith('dropped_') && count > 0) {
        const reason = name.slice('dropped_'.length)
        sums[reason] = (sums[reason] ?? 0) + count
      }
  return sums
}
