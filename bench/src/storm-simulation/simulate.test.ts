import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { type PolicyName, policies } from './policies.ts'
import { type Storm, simulate } from './simulate.ts'
import { TimeWheel } from './time-wheel.ts'

/** Ten clients before one node that signs ten in per second; nothing goes wrong. */
const calm: Storm = {
  clients: 10,
  nodes: 1,
  signInsPerSecond: 10,
  waitingMax: Number.POSITIVE_INFINITY,
  refusalCost: 0,
  backlog: 4_096,
  patienceMilliseconds: 60_000,
  roundTripMilliseconds: 100,
  policy: policies.fixed,
  seed: 1,
  secondsMax: 60,
}

/** As many as three nodes have in docs/guides/capacity.md, a tenth of the size. */
const fleet: Storm = {
  ...calm,
  clients: 6_000,
  nodes: 3,
  signInsPerSecond: 80,
  waitingMax: 400,
  refusalCost: 0.02,
  backlog: 400,
  patienceMilliseconds: 10_000,
  secondsMax: 300,
}

describe('the simulation of a reconnect storm', () => {
  it('signs clients in at the rate of the node, the first when there was time for one', () => {
    const { halfSeconds, mostSeconds, allSeconds, ...counts } = simulate(calm)
    assert.deepEqual([halfSeconds, mostSeconds, allSeconds], [0.5, 1, 1])
    assert.deepEqual(counts, {
      back: 10,
      attempts: 10,
      attemptsPerSecondMax: 10,
      refused: 0,
      leftWaiting: 0,
      wasted: 0,
    })
  })

  it('has two nodes do twice as much', () => {
    const { allSeconds = 0 } = simulate({ ...calm, clients: 10_000, nodes: 2, signInsPerSecond: 1_000 })
    assert.ok(allSeconds > 5 && allSeconds < 5.3, `${allSeconds} s`)
  })

  it('refuses whom there is no room for, and they come again when their pause is over', () => {
    // Two wait; 8 refused. After 1.1 s those two are in: two more wait, 6 refused; and so on, until 2.2, 3.3, 4.4 s.
    const outcome = simulate({ ...calm, waitingMax: 2, signInsPerSecond: 2 })
    assert.equal(outcome.refused, 8 + 6 + 4 + 2)
    assert.equal(outcome.attempts, 10 + outcome.refused)
    assert.equal(outcome.allSeconds, 5.4)
  })

  it('works for clients that have left, who come again: what makes a storm that does not end', () => {
    // One per second, and patience for one and a half: the first is in; two are served in vain before the other three are back.
    const outcome = simulate({ ...calm, clients: 4, signInsPerSecond: 1, patienceMilliseconds: 1_500 })
    assert.equal(outcome.back, 1)
    assert.ok(outcome.wasted > 50)
    assert.equal(outcome.allSeconds, undefined)
  })

  it('takes time for refusing: those whom it has no time to refuse hear nothing', () => {
    // Refusing costs as much as signing in. Of three, one is being refused, one waits for that, one is not heard. After 1.1 s the two
    // are back: the first is refused, the other not heard. There was no time to sign anybody in.
    const storm = { ...calm, clients: 4, signInsPerSecond: 1, waitingMax: 1, refusalCost: 1, backlog: 1 }
    const { refused, leftWaiting, back } = simulate({ ...storm, secondsMax: 2 })
    assert.deepEqual({ refused, leftWaiting, back }, { refused: 3, leftWaiting: 2, back: 0 })
  })

  it('accounts for every attempt, with every policy', () => {
    for (const [name, policy] of Object.entries(policies)) {
      const outcome = simulate({ ...fleet, policy })
      const { attempts, back, refused, leftWaiting } = outcome
      const under = attempts - back - refused - leftWaiting
      assert.ok(under >= 0 && under <= fleet.clients - back, `${name}: ${JSON.stringify(outcome)}`)
      if (back === fleet.clients) assert.equal(under, 0, name)
    }
  })

  it('gives the same for the same seed, and something else for another', () => {
    const storm = { ...fleet, policy: policies['full jitter'] }
    assert.deepEqual(simulate(storm), simulate(storm))
    assert.notDeepEqual(simulate(storm), simulate({ ...storm, seed: 2 }))
  })

  it('gives the figures that stand in docs/guides/capacity.md', async () => {
    const guide = await readFile(new URL('../../../docs/guides/capacity.md', import.meta.url), 'utf8')
    const storm = { ...fleet, clients: 150_000, signInsPerSecond: 800, waitingMax: 4_000, backlog: 4_096 }
    for (const name of ['fixed', 'full jitter'] as const) {
      const { halfSeconds, mostSeconds, allSeconds, attempts } = simulate({
        ...storm,
        policy: policies[name],
      })
      const times = [halfSeconds, mostSeconds, allSeconds].map((seconds) => `${seconds?.toFixed(0)} s`)
      assert.ok(
        guide.includes(` ${[...times, attempts.toLocaleString('en')].join(' | ')} `),
        `${name}: ${times}`,
      )
    }
  })

  it('shows what the guide says: admission control and pauses bring all back, either alone does not', () => {
    const back = (policy: PolicyName, waitingMax: number) =>
      simulate({ ...fleet, waitingMax, policy: policies[policy] }).back
    assert.ok(back('full jitter', 400) === fleet.clients && back('fixed', 400) === fleet.clients)
    assert.ok(back('immediate', 400) < fleet.clients / 2)
    assert.ok(back('fixed', Number.POSITIVE_INFINITY) < fleet.clients / 2)
  })
})

describe('the policies', () => {
  it('pause as they say', () => {
    const half = () => 0.5
    const pauses = (name: PolicyName) => [0, 1, 2, 5, 6, 100].map((retry) => policies[name](retry, half))
    assert.deepEqual(pauses('immediate'), [0, 0, 0, 0, 0, 0])
    assert.deepEqual(pauses('fixed'), [1_000, 1_000, 1_000, 1_000, 1_000, 1_000])
    assert.deepEqual(pauses('exponential'), [1_000, 2_000, 4_000, 32_000, 60_000, 60_000])
    assert.deepEqual(pauses('full jitter'), [500, 1_000, 2_000, 16_000, 30_000, 30_000])
  })
})

describe('the time wheel', () => {
  it('gives each its time, in order, over its end as well', () => {
    const wheel = new TimeWheel(4, 10)
    const taken: [number, number][] = []
    wheel.add(0, 3)
    wheel.add(1, 3)
    wheel.add(2, 10)
    for (let now = 0; now < 25; now++) {
      wheel.take(now, (member) => {
        taken.push([now, member])
        if (member === 0 && now === 3) wheel.add(0, now + 10)
      })
    }
    assert.deepEqual(taken, [
      [3, 0],
      [3, 1],
      [10, 2],
      [13, 0],
    ])
  })
})
