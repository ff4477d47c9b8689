import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { RawMqttClient } from '@pillion/testkit'
import type { NodeProcess } from './node-process.ts'
import type { RestLoad } from './rest-load.ts'

/** The figures that are promised. */
const answerMilliseconds = 2_000
const backMilliseconds = 5_000
/** What is under way when a fault begins may have got past it. */
const underWayMilliseconds = 300

export interface StoreFault {
  readonly what: string
  begin(): Promise<void> | void
  end(): Promise<void> | void
  readonly forMilliseconds: number
  /** Does something still find room, so that not everything fails? */
  readonly isPartial?: boolean
  readonly nodes: readonly NodeProcess[]
  readonly load: RestLoad
  /** Called in the middle of it. */
  during?(): Promise<void>
}

/** Lets the database fail under REST load, and holds what is promised: 503 in time, no success without a record, back soon. */
export async function ride(fault: StoreFault): Promise<void> {
  const { what, load, nodes } = fault
  load.attempts.length = 0
  load.start()
  await wait(underWayMilliseconds)
  const beganAt = performance.now()
  let endsAt: number
  try {
    await fault.begin()
    await Promise.all([wait(fault.forMilliseconds), fault.during?.()])
    endsAt = performance.now()
  } catch (error) {
    await load.stop()
    throw error
  } finally {
    await fault.end()
  }
  const endedAt = performance.now()
  const back = await Promise.all(nodes.map((node) => isBack(load, node, endedAt)))
  await load.stop()
  const meanwhile = load.attempts.filter(
    ({ startedAt, milliseconds }) =>
      startedAt > beganAt + underWayMilliseconds && startedAt + milliseconds < endsAt,
  )
  const slowest = Math.max(...meanwhile.map(({ milliseconds }) => milliseconds))
  const made = new Set((await load.listMade()).map(({ number }) => number))
  const confirmed = load.attempts.filter(({ status }) => status === 201)
  const unsure = load.attempts.filter(({ status, number }) => status !== 201 && made.has(number))
  console.log(
    `${what}: ${load.attempts.length} requests, ${confirmed.length} confirmed and there; ${meanwhile.length} while it lasted, ` +
      `answered with 503 after ${Math.round(slowest)} ms at most; back after ${back.map(Math.round).join(', ')} ms; ` +
      `${unsure.length} that were done although the answer was lost`,
  )
  const codes = fault.isPartial ? [201, 503] : [503]
  for (const { status, text } of meanwhile) assert.ok(codes.includes(status), `${status} ${text}`)
  assert.ok(meanwhile.some(({ status }) => status === 503))
  assert.ok(meanwhile.length > 0 && slowest <= answerMilliseconds, `${slowest} ms`)
  for (const { number } of confirmed) assert.ok(made.has(number), `${number} was confirmed, and is not there`)
  for (const milliseconds of back) assert.ok(milliseconds <= backMilliseconds, `${milliseconds} ms`)
}

/** Milliseconds until this node confirms something again. */
async function isBack(load: RestLoad, node: NodeProcess, since: number): Promise<number> {
  for (;;) {
    const first = load.attempts.find(
      (each) => each.node === node && each.status === 201 && each.startedAt + each.milliseconds > since,
    )
    if (first !== undefined) return first.startedAt + first.milliseconds - since
    if (performance.now() - since > 2 * backMilliseconds) return Infinity
    await wait(20)
  }
}

/** The reason code of the CONNACK, and of one of MQTT 3.1.1. */
export async function trySignIn(port: number, username: string, password: string): Promise<number[]> {
  return Promise.all(
    ([5, 4] as const).map(async (protocolVersion) => {
      const client = await RawMqttClient.open({ port, protocolVersion })
      const { reasonCode } = await client.connect({ username, password: Buffer.from(password) })
      client.destroy()
      return reasonCode
    }),
  )
}
