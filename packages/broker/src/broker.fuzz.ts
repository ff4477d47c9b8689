/**
 * Sends random and damaged packets to a broker in this process, over real sockets, several connections at a time. Three
 * witnesses, one of each version, must get every message that was taken, in order; every message is accounted for;
 * connections end clean, memory stays, and nothing fails inside the broker.
 *
 *   node packages/broker/src/broker.fuzz.ts [--cases N] [--seconds N] [--seed N] [--canary]
 *
 * A case is the life of one connection: 1,000 unless told otherwise; with `--seconds` as many as there is time for. The
 * seed is printed; the same seed gives the same cases. Exit code 1 on a finding. `--canary` loses some messages on
 * purpose: it must end with a finding, or the fuzzer is blind.
 */
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRandom } from '@pillion/packet/cases'
import { waitUntil } from '@pillion/testkit'
import { serve } from './fixtures/test-broker.ts'
import { Accounts } from './fuzz/accounts.ts'
import { playSequence } from './fuzz/hostile-client.ts'
import { createSequence } from './fuzz/hostile-sequence.ts'
import { Journal, Witness } from './fuzz/witness.ts'
import { openPolicy } from './open-policy.ts'
import type { AccessPolicy } from './ports/access-policy.ts'

/** At the same time, so that they take one another’s client ids over and hear one another. */
const CONNECTIONS = 8
/** Cases before the first look at memory: code is compiled and pools are filled by then. */
const WARM_UP = 500
const GROWTH_BYTES_MAX = 24 * 1_048_576

/** Small, so that they are reached. */
const limits = {
  retainedMessagesMax: 6,
  absentSessionsMax: 4,
  subscriptionsPerConnectionMax: 6,
  receiveMax: 3,
  topicAliasMax: 2,
  packetBytesMax: 20_000,
  takeoversMax: 1_000_000,
} as const

/** Hides a topic from every subscriber of the network, as a broker would that loses messages. */
const forgetful: AccessPolicy = {
  ...openPolicy,
  subscribe: (_, filter) => ({ filter, form: '', present: (topic) => (topic === 'a/b' ? undefined : topic) }),
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      cases: { type: 'string' },
      seconds: { type: 'string' },
      canary: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32))
  const seconds = Number(values.seconds ?? Infinity)
  const cases = Number(values.cases ?? (values.seconds === undefined ? 1_000 : Infinity))
  console.log(`seed ${seed}`)
  try {
    await fuzz(seed, cases, seconds, values.canary)
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error)
    process.exit(1)
  }
  // Uncaught errors and rejections have ended the process by themselves.
  process.exit(0)
}

async function fuzz(seed: number, cases: number, seconds: number, canary: boolean): Promise<void> {
  const random = createRandom(seed)
  const { broker, port, lines, close } = await serve({ policy: canary ? forgetful : openPolicy, limits })
  const journal = new Journal(broker)
  const witnesses = await Promise.all(
    ([3, 4, 5] as const).map((version) => Witness.open(port, version, journal)),
  )
  const accounts = new Accounts(broker, journal, witnesses)
  let memory: number | undefined
  const end = Date.now() + seconds * 1_000
  let played = 0
  while (played < cases && Date.now() < end) {
    const sequences = Array.from({ length: CONNECTIONS }, () => createSequence(random))
    const got = await Promise.all(sequences.map((sequence) => playSequence(sequence, port)))
    played += CONNECTIONS
    for (const witness of witnesses) witness.publish('witness', `${played}`)
    await waitUntil('connections end', () => broker.connectionCount === witnesses.length)
    await accounts.settle(got)
    const failure = lines.find((line) => line.includes('internal error') || line.includes('failed'))
    assert.equal(failure, undefined)
    lines.length = 0
    if (played >= WARM_UP) memory ??= usedBytes()
  }
  if (memory !== undefined) {
    const growth = usedBytes() - memory
    assert.ok(growth < GROWTH_BYTES_MAX, `memory grew by ${growth} bytes`)
  }
  const { connections_accepted, connections_refused } = broker.counters()
  console.log(
    `${played} connections, ${connections_accepted} accepted, ${connections_refused} refused; ` +
      `${journal.length} messages, all accounted for`,
  )
  await close()
}

function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

await main()
