import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signalGroups, signalRules } from '@pillion/schema'
import { findSignals } from './find-signals.ts'
import { signalNames } from './signal-names.ts'

const paths = (text: string) => findSignals(text).flatMap(({ signals }) => signals.map(([path]) => path))

test('every signal of the vehicle is in the list, once (W 10)', () => {
  const listed = signalNames.flatMap(({ signals }) => Object.keys(signals))
  assert.deepEqual(listed.sort(), Object.keys(signalRules).sort())
})

test('every group that may be null can be switched', () => {
  const nullable = Object.entries(signalGroups).filter(([, { nullable }]) => nullable)
  assert.deepEqual(
    signalNames.flatMap(({ path }) => path ?? []).sort(),
    nullable.map(([path]) => path).sort(),
  )
})

test('found by name, path, group or unit, in any case; all words count', () => {
  assert.deepEqual(paths('SPEED'), ['speedKmh', 'speedUnit'])
  assert.deepEqual(paths('speed km/h'), ['speedKmh'])
  assert.deepEqual(paths('journey hours'), ['journey.arrival.hours'])
  assert.deepEqual(paths('radio.t'), ['radio.text'])
  assert.deepEqual(paths('nowhere'), [])
  assert.equal(paths(' ').length, Object.keys(signalRules).length)
})
