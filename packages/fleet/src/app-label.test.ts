import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appLabel } from './app-label.ts'

test('an id that is a lower-case DNS label is its own label (W 11.3)', () => {
  for (const id of ['demo', 'a', '0-1', 'x'.repeat(63)]) assert.equal(appLabel(id), id)
})

test('any other id becomes a slug with a digest: a DNS label, and another for ids that differ in case or dots only', () => {
  const ids = ['Demo', 'DEMO', 'demo-', 'de.mo', 'de_mo', 'x'.repeat(64), 'X'.repeat(64), '0...']
  const labels = ids.map(appLabel)
  for (const label of labels) assert.match(label, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
  assert.equal(new Set([...labels, 'demo']).size, ids.length + 1)
})
