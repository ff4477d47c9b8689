import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultVehicleSignals, mergeSignals, parseSignals, type SignalChange } from '@pillion/schema'
import { mediaSources, skipped, toggled } from './media-player.ts'

const after = (...changes: SignalChange[]) => changes.reduce(mergeSignals, defaultVehicleSignals).media
const silence = after()

test('where nothing plays, play starts what is on the stick', () => {
  const { track, trackNumber, trackCount, state, source } = after(toggled(silence))
  assert.deepEqual([track, trackNumber, trackCount, state, source], ['Coastal Road', 1, 5, 2, 0])
})

test('play and pause change nothing else', () => {
  const playing = after(toggled(silence))
  assert.deepEqual(after(toggled(silence), toggled(playing)), { ...playing, state: 3 })
  assert.deepEqual(toggled({ ...playing, state: 3 }), { media: { state: 2 } })
})

test('tracks go round, forwards and backwards', () => {
  const first = after(toggled(silence))
  const last = after(toggled(silence), skipped(first, -1))
  assert.deepEqual([last.trackNumber, last.track], [5, 'Give Way'])
  assert.equal(after(toggled(silence), skipped(last, 1)).trackNumber, 1)
})

test('an album that a scenario plays keeps its place', () => {
  const other = {
    ...silence,
    folder: '/other',
    album: 'Other',
    trackNumber: 9,
    trackCount: 9,
    state: 2 as const,
  }
  assert.deepEqual(skipped(other, 1), { media: { state: 2, trackNumber: 1, track: 'Track 1' } })
})

test('all it sets can be set, and every source of W 10.4 has a name', () => {
  for (const change of [toggled(silence), skipped(silence, 1), skipped(silence, -1)])
    assert.ok(!('fault' in parseSignals(change)))
  assert.equal(mediaSources.length, 30)
})
