import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Counters } from '../counters.ts'
import { LoadAverages } from './load-averages.ts'

describe('LoadAverages', () => {
  const read = (loads: LoadAverages, minutes: number) =>
    Number(loads.describe()[`load/messages/received/${minutes}min`])

  it('come close to a steady rate per minute, the short one first', () => {
    const counters = new Counters()
    const loads = new LoadAverages()
    const go = (minutes: number) => {
      for (let second = 0; second < minutes * 60; second += 10) {
        counters.messagesReceived += 20
        loads.update(counters, 10)
      }
    }
    go(1)
    // 1 − 1/e of 120 messages a minute after one minute.
    assert.ok(Math.abs(read(loads, 1) - 120 * (1 - Math.exp(-1))) < 0.1)
    assert.ok(read(loads, 5) < read(loads, 1) && read(loads, 15) < read(loads, 5))
    go(100)
    for (const minutes of [1, 5, 15]) assert.ok(Math.abs(read(loads, minutes) - 120) < 0.5)
  })

  it('do not depend on how often they are updated', () => {
    const counters = new Counters()
    const [often, seldom] = [new LoadAverages(), new LoadAverages()]
    for (let second = 1; second <= 60; second++) {
      counters.messagesReceived += 5
      often.update(counters, 1)
      if (second % 30 === 0) seldom.update(counters, 30)
    }
    assert.ok(Math.abs(read(often, 1) - read(seldom, 1)) < 0.1)
  })

  it('count as dropped whatever had a receiver', () => {
    const counters = new Counters()
    const loads = new LoadAverages()
    counters.drop('no_receiver', 1_000)
    counters.drop('outbox_full', 2)
    counters.drop('connection_closed', 1)
    loads.update(counters, 60)
    const now = 3 * (1 - Math.exp(-1))
    assert.equal(loads.describe()['load/publish/dropped/1min'], now.toFixed(2))
  })
})
