import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findHolders, heldBy } from './held-by.ts'
import { allClauses, needsTest, root } from './page.ts'

const holders = findHolders(root)

test('no test cites a clause that is not listed', () => {
  const known = new Set(allClauses.map(({ id }) => id))
  // Where number and meaning are those of MQTT 5, only that is listed.
  const isKnown = (id: string) => known.has(id) || known.has(id.replace('3.1.1:', ''))
  const unknown = holders.filter(({ clauseId }) => !isKnown(clauseId))
  assert.deepEqual(unknown, [])
})

test('no clause is listed twice, and every counterpart is a clause of MQTT 5', () => {
  const ids = allClauses.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const { counterpart } of allClauses) assert.ok(counterpart === undefined || ids.includes(counterpart))
})

test('every clause that binds the server is held by a test', () => {
  const open = allClauses.filter((clause) => needsTest(clause, holders)).map(({ id }) => id)
  assert.deepEqual(open, [])
})

test('a clause is held by the test that cites it, alone or among others, and by no other', () => {
  const holder = { file: 'a.test.ts', name: 'a', runsIn311: false }
  const clause = { duty: 'server', says: '', counterpart: 'MQTT-1-1' } as const
  const cited = { ...holder, clauseId: 'MQTT-1-1' }
  assert.deepEqual(heldBy({ ...clause, id: 'MQTT-1-1' }, [cited]), [cited])
  assert.deepEqual(heldBy({ ...clause, id: 'MQTT-1-10' }, [cited]), [])
  const old = { ...clause, id: '3.1.1:MQTT-2-1' }
  assert.deepEqual(heldBy(old, [cited]), [])
  assert.equal(heldBy(old, [{ ...cited, runsIn311: true }]).length, 1)
  assert.equal(needsTest(old, [cited]), true)
})
