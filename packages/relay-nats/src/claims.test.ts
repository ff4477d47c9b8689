import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Claims, readClaimStamp } from './claims.ts'
import type { ClaimEntry } from './words.ts'

/** Nodes whose words to each other arrive when the test says so, in order for each pair; clocks are the test's. */
class Nodes {
  now = 1_000
  readonly evictions: string[] = []
  readonly #claims: Claims[]
  /** From, to, in order. */
  readonly #underWay = new Map<string, ClaimEntry[][]>()

  /** One node per clock; by how much each is ahead. */
  constructor(clocks: readonly number[]) {
    this.#claims = clocks.map(
      (ahead, index) =>
        new Claims({
          node: `node-${index}`,
          readStamp: () => this.now + ahead,
          evict: (clientKey) => void this.evictions.push(`node-${index} ${clientKey}`),
          changed: () => {},
        }),
    )
  }

  claim(index: number, clientKey = 'client'): void {
    this.#claims[index]?.claim(clientKey)
    this.#claims[index]?.flush(({ list }) => this.#tell(index, list))
  }

  release(index: number): void {
    this.#claims[index]?.release('client')
  }

  /** One word, if one is under way. */
  carry(from: number, to: number): void {
    const list = this.#underWay.get(`${from}>${to}`)?.shift()
    const newer = list && this.#claims[to]?.hear(`node-${from}`, list)
    if (newer?.length) this.#queue(to, from).push(newer)
  }

  lose(from: number, to: number): void {
    this.#underWay.get(`${from}>${to}`)?.shift()
  }

  /** All words arrive; then those who have missed some read them again. */
  settle(): void {
    this.#carryAll()
    this.#claims.forEach((claims, from) => {
      this.#tell(from, [...claims.since(0)])
    })
    this.#carryAll()
  }

  holders(clientKey = 'client'): number[] {
    return this.#claims.flatMap((claims, index) =>
      [...claims.since(0)].some(([key]) => key === clientKey) ? [index] : [],
    )
  }

  #carryAll(): void {
    while ([...this.#underWay.values()].some((queue) => queue.length > 0)) {
      for (const pair of this.#underWay.keys()) {
        const [from = 0, to = 0] = pair.split('>').map(Number)
        this.carry(from, to)
      }
    }
  }

  #tell(from: number, list: readonly ClaimEntry[]): void {
    this.#claims.forEach((_, to) => {
      if (to !== from) this.#queue(from, to).push([...list])
    })
  }

  #queue(from: number, to: number): ClaimEntry[][] {
    const pair = `${from}>${to}`
    const queue = this.#underWay.get(pair) ?? []
    this.#underWay.set(pair, queue)
    return queue
  }
}

describe('claims', () => {
  it('made at the same instant, with the same stamp, leave exactly one holder', () => {
    const nodes = new Nodes([0, 0, 0])
    for (const index of [0, 1, 2]) nodes.claim(index)
    nodes.settle()
    assert.deepEqual(nodes.holders(), [2])
    assert.deepEqual(nodes.evictions.sort(), ['node-0 client', 'node-1 client'])
  })

  it('go to the later of two that do not know of each other, and to who has heard of the other whatever the clocks say', () => {
    const nodes = new Nodes([0, -60_000])
    nodes.claim(1)
    nodes.now += 1
    nodes.claim(0)
    nodes.settle()
    assert.deepEqual(nodes.holders(), [0])
    nodes.claim(1)
    nodes.settle()
    assert.deepEqual(nodes.holders(), [1])
    assert.deepEqual(nodes.evictions, ['node-1 client', 'node-0 client'])
  })

  it('that were released evict nobody and are not taken over from', () => {
    const nodes = new Nodes([0, 0])
    nodes.claim(0)
    nodes.release(0)
    nodes.claim(1)
    nodes.release(0)
    nodes.settle()
    assert.deepEqual(nodes.evictions, [])
    assert.deepEqual(nodes.holders(), [1])
  })

  it('leave exactly one holder whatever is lost or late and however wrong the clocks are, once words arrive again', () => {
    const pair = fc.record({ from: fc.nat(2), to: fc.nat(2) })
    const step = fc.oneof(
      fc.record({ claim: fc.nat(2), passed: fc.nat(2) }),
      fc.record({ carry: pair }),
      fc.record({ carry: pair }),
      fc.record({ lose: pair }),
    )
    const clocks = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(clocks, fc.array(step, { maxLength: 40 }), (ahead, steps) => {
        const nodes = new Nodes(ahead)
        nodes.claim(0)
        for (const each of steps) {
          if ('claim' in each) {
            nodes.now += each.passed
            nodes.claim(each.claim)
          } else if ('carry' in each) nodes.carry(each.carry.from, each.carry.to)
          else nodes.lose(each.lose.from, each.lose.to)
        }
        nodes.settle()
        assert.equal(nodes.holders().length, 1)
      }),
      { numRuns: 500 },
    )
  })

  it('have stamps that are whole numbers, exact until 2100, and finer than a claim takes', () => {
    const stamp = readClaimStamp()
    assert.ok(Number.isSafeInteger(stamp))
    assert.ok(Number.isSafeInteger(Date.UTC(2100, 0, 1) * 2_048))
    assert.ok(Math.abs(stamp / 2_048 - Date.now()) < 60_000)
  })
})
