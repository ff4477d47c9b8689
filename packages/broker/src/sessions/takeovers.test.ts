import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defaultLimits } from '../limits.ts'
import { Takeovers } from './takeovers.ts'

const limits = { ...defaultLimits, takeoversMax: 3, takeoverWindowSeconds: 10, connectionsMax: 4 }

describe('Takeovers', () => {
  it('let the newer take over so many times, then make it wait for the window from the last time on', () => {
    const takeovers = new Takeovers(limits)
    for (const now of [0, 1_000, 9_000]) {
      assert.equal(takeovers.mustWait('a', true, now), false)
      takeovers.note('a', now, false)
    }
    assert.equal(takeovers.mustWait('a', true, 9_001), true)
    assert.equal(takeovers.mustWait('a', true, 18_999), true)
    assert.equal(takeovers.mustWait('a', true, 19_000), false)
  })

  it('count anew when the window has passed', () => {
    const takeovers = new Takeovers(limits)
    for (const now of [0, 9_000, 10_000, 19_000]) takeovers.note('a', now, false)
    assert.equal(takeovers.mustWait('a', true, 19_000), false)
  })

  it('concern neither another client id nor one that nobody holds', () => {
    const takeovers = new Takeovers(limits)
    for (let i = 0; i < 3; i++) takeovers.note('a', 0, false)
    assert.equal(takeovers.mustWait('b', true, 0), false)
    assert.equal(takeovers.mustWait('a', false, 0), false)
    for (let i = 0; i < 3; i++) takeovers.note('c', 0, true)
    assert.equal(takeovers.mustWait('c', false, 0), true, 'another node holds it')
  })

  it('are forgotten after the window, and the oldest first when there are too many', () => {
    const takeovers = new Takeovers(limits)
    for (let i = 0; i < 100; i++) takeovers.note(`client ${i}`, i, false)
    assert.equal(takeovers.size, limits.connectionsMax)
    takeovers.forgetOld(10_098)
    assert.equal(takeovers.size, 1)
    takeovers.forgetOld(10_099)
    assert.equal(takeovers.size, 0)
  })
})
