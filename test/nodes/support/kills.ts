import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { IssuedVehicle, Subscriptions } from '@pillion/schema'
import { poll } from '../../support/poll.ts'
import type { NodeProcess } from './node-process.ts'
import { RestLoad } from './rest-load.ts'
import { idApp, type Place, type Traffic } from './traffic.ts'
import { Traveller } from './traveller.ts'

/** On each of the two databases: as many as CI has time for, unless `PILLION_TEST_KILLS` says otherwise; 250 is the long form. */
export const killsInTests = Number(process.env.PILLION_TEST_KILLS ?? 13)
/** For the whole of it. */
export const killsTimeout = 60_000 + killsInTests * 10_000
const keptMessages = 8
/** A node is killed no later than this after it has started. */
const aliveMillisecondsMax = 400

/**
 * Kills nodes at random moments while programs make objects and subscribe vehicles over REST, each until it has succeeded, and
 * compares what they were told with what is there: nothing that was confirmed is missing, and nothing was made twice.
 */
export async function assertSurvivesKills(what: string, place: Place, traffic: Traffic): Promise<void> {
  const { nodes } = place
  const absent = traffic.absent[0] as Traveller
  await fillMailbox(place, absent)
  const subscribing = await Subscribing.open(nodes, 20 * killsInTests)
  const load = await RestLoad.open(nodes, { isRepeated: true, pauseMilliseconds: 5 })
  load.start()
  subscribing.start()
  let kills = 0
  const killAgainAndAgain = async (node: NodeProcess) => {
    while (kills < killsInTests) {
      kills++
      await wait(Math.random() * aliveMillisecondsMax)
      await node.kill()
      await node.start()
    }
  }
  try {
    await Promise.all(nodes.map(killAgainAndAgain))
  } finally {
    await Promise.all([load.stop(), subscribing.stop()])
  }
  const made = await load.listMade()
  const confirmed = load.attempts.filter(({ status }) => status === 201)
  const cut = load.attempts.filter(({ status, text }) => status === 0 && !text.includes('ECONNREFUSED'))
  const subscribers = new Set(await subscribing.list())
  console.log(
    `${what}: ${kills} kills; ${load.attempts.length} requests for ${confirmed.length} objects, ${cut.length} of them cut off half way, ` +
      `${made.length} made; ${subscribing.confirmed.length} subscriptions confirmed`,
  )
  assert.ok(cut.length > 0, 'no request was cut off')
  for (const { status, text } of load.attempts) assert.ok([0, 201, 503].includes(status), `${status} ${text}`)
  const answered = confirmed.map(({ number, text }) => [
    number,
    (JSON.parse(text) as { objectID: string }).objectID,
  ])
  assert.deepEqual(byNumber(made.map(({ number, objectID }) => [number, objectID])), byNumber(answered))
  assert.ok(subscribing.confirmed.length > 0)
  for (const vin of subscribing.confirmed)
    assert.ok(subscribers.has(vin), `${vin} was confirmed, and is not there`)
  await assertMailboxFull(absent, nodes[0] as NodeProcess)
}

function byNumber<Pair extends readonly unknown[]>(pairs: readonly Pair[]): Pair[] {
  return pairs.toSorted(([a], [b]) => Number(a) - Number(b))
}

/** Resolves when it is all in the database. */
async function fillMailbox({ nodes, countKept }: Place, { options }: Traveller): Promise<void> {
  const node = nodes[0] as NodeProcess
  for (let content = 0; content < keptMessages; content++)
    await node.admin('POST', '/messages', { idApp, vin: options.vin, content })
  const kept = await poll(countKept, (count) => count === keptMessages, 30_000)
  assert.equal(kept, keptMessages)
}

async function assertMailboxFull({ options }: Traveller, node: NodeProcess): Promise<void> {
  const contents: unknown[] = []
  const received = (payload: Uint8Array) =>
    void contents.push((JSON.parse(Buffer.from(payload).toString()) as { content: unknown }).content)
  const traveller = new Traveller({ ...options, received })
  await traveller.come(node.ports.mqtt)
  await poll(
    async () => contents.length,
    (count) => count >= keptMessages,
    5_000,
  )
  traveller.leave()
  assert.deepEqual(contents, Array.from(contents.keys()))
  assert.equal(contents.length, keptMessages)
}

/** Subscribes vehicles to the app, one after the other. */
class Subscribing {
  readonly confirmed: string[] = []
  readonly #nodes: readonly NodeProcess[]
  readonly #vins: readonly string[]
  #isOver = false
  #running: Promise<void> = Promise.resolve()

  static async open(nodes: readonly NodeProcess[], count: number): Promise<Subscribing> {
    const vins = Array.from({ length: count }, (_, index) => `KEPT${String(index).padStart(13, '0')}`)
    await (nodes[0] as NodeProcess).admin<IssuedVehicle[]>('POST', '/vehicles', { vins })
    return new Subscribing(nodes, vins)
  }

  private constructor(nodes: readonly NodeProcess[], vins: readonly string[]) {
    this.#nodes = nodes
    this.#vins = vins
  }

  start(): void {
    this.#running = this.#subscribeAll()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  async list(): Promise<readonly string[]> {
    const node = this.#nodes[0] as NodeProcess
    return (await node.admin<Subscriptions>('GET', `/apps/${idApp}/subscriptions`)).vins
  }

  async #subscribeAll(): Promise<void> {
    for (const [index, vin] of this.#vins.entries()) {
      if (this.#isOver) return
      const node = this.#nodes[index % this.#nodes.length] as NodeProcess
      const { status } = await node.askAdmin('POST', `/apps/${idApp}/subscriptions`, { vins: [vin] })
      if (status === 200) this.confirmed.push(vin)
      await wait(status === 200 ? 20 : 100)
    }
  }
}
