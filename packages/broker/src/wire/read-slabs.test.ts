import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { copyIn, endReadTurn, pinSlabs, type ReadSlab, unpinSlabs } from './read-slabs.ts'

describe('memory for what is received', () => {
  it('is used again in the next turn', () => {
    endReadTurn()
    const first = copyIn(Buffer.from('one'), 3)
    assert.equal(`${copyIn(Buffer.from('two'), 3)}`, 'two')
    assert.equal(`${first}`, 'one')
    endReadTurn()
    const next = copyIn(Buffer.from('six'), 3)
    assert.equal(next.buffer, first.buffer)
    assert.equal(`${first}`, 'six')
  })

  it('stays as it is until its turn is over, and as long as it is pinned', () => {
    const step = fc.record({
      bytes: fc.integer({ min: 1, max: 65_536 }),
      pins: fc.boolean(),
      unpins: fc.boolean(),
      ends: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let ofThisTurn: { bytes: Buffer; expected: Buffer }[] = []
        const pinned: { bytes: Buffer; expected: Buffer; slabs: ReadSlab[] }[] = []
        for (const [index, { bytes: length, pins, unpins, ends }] of steps.entries()) {
          const expected = Buffer.alloc(length, index + 1)
          const bytes = copyIn(expected, length)
          ofThisTurn.push({ bytes, expected })
          if (pins) pinned.push({ bytes, expected, slabs: pinSlabs([bytes]) ?? [] })
          for (const { bytes, expected } of [...ofThisTurn, ...pinned]) assert.ok(bytes.equals(expected))
          if (unpins) unpinSlabs(pinned.shift()?.slabs ?? [])
          if (!ends) continue
          endReadTurn()
          ofThisTurn = []
        }
        for (const { slabs } of pinned) unpinSlabs(slabs)
        endReadTurn()
      }),
    )
  })
})
