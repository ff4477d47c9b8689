import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { LogEntry } from '@pillion/host'
import { EventLog, logRowsMax, textCharactersMax } from './event-log.ts'
import { describeDetail, detailCharactersMax } from './log-detail.ts'

const entry = (text: string, detail?: unknown): LogEntry => ({
  at: 0,
  direction: 'note',
  kind: 'test',
  idApp: undefined,
  text,
  detail,
})

/** Until the log tells its reader. */
const told = () => wait(150)
const texts = (log: EventLog) => log.rows.value.map((row) => row.text)

test('keeps the newest thousand rows', async () => {
  const log = new EventLog()
  for (let index = 0; index < logRowsMax + 5; index++) log.add(entry(String(index)))
  await told()
  assert.equal(log.rows.value.length, logRowsMax)
  assert.deepEqual([texts(log)[0], texts(log).at(-1)], ['5', String(logRowsMax + 4)])
})

test('cuts what an app makes too long', async () => {
  const log = new EventLog()
  log.add(entry('x'.repeat(5_000_000), 'y'.repeat(5_000_000)))
  await told()
  assert.equal(texts(log)[0]?.length, textCharactersMax + 1)
  assert.equal(log.rows.value[0]?.detail.length, detailCharactersMax + 1)
})

test('a line of an app’s console has its level in its kind, whatever the app says that is, and nothing to open', async () => {
  const log = new EventLog()
  for (const level of ['error', 'shout', {}, undefined])
    log.add({ ...entry('line', { level }), kind: 'console' })
  await told()
  assert.deepEqual(
    log.rows.value.map(({ kind, detail }) => [kind, detail]),
    ['error', 'log', 'log', 'log'].map((level) => [`console.${level}`, '']),
  )
})

test('stands still while paused, counts what it misses, and shows it when it goes on', async () => {
  const log = new EventLog()
  log.add(entry('before'))
  await told()
  log.setPaused(true)
  log.add(entry('meanwhile'))
  log.add(entry('meanwhile'))
  await told()
  assert.deepEqual([texts(log), log.missed.value], [['before'], 2])
  log.setPaused(false)
  assert.deepEqual([texts(log), log.missed.value], [['before', 'meanwhile', 'meanwhile'], 0])
})

test('keeps a detail as text, cut at its bound, whatever it holds', async () => {
  const log = new EventLog()
  for (const detail of [{ a: 1 }, 'x'.repeat(detailCharactersMax + 1), 1n, undefined])
    log.add(entry('', detail))
  await told()
  assert.deepEqual(
    log.rows.value.map((row) => row.detail),
    ['{\n  "a": 1\n}', `${'x'.repeat(detailCharactersMax)}…`, '1', ''],
  )
})

const nested = (levels: number, within: unknown) => {
  let value = within
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value }
  return value
}
const whole: [name: string, detail: unknown][] = [
  [
    'every kind',
    { a: [1, 'x', null, true, {}, []], b: { c: undefined, d: new Date(0), e: new Map([[1, 2]]) } },
  ],
  ['one long text', ['x'.repeat(detailCharactersMax * 2), 1]],
  ['many short ones', { list: Array.from({ length: 5_000 }, (_, index) => `${index}"\n`) }],
  [
    'much that is undefined',
    Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [n, n % 999 ? undefined : n])),
  ],
  ['holes', [new Array(2), new Array(5_000), 1]],
  ['bytes', { bytes: new Uint8Array(5_000), few: new Float32Array(2) }],
  ...[3, 60, 61, 62, 63, 64, 200].map((levels): [string, unknown] => [
    `${levels} levels`,
    [1, nested(levels, [1, { a: 2 }]), nested(levels, 3)],
  ]),
]
for (const [name, detail] of whole) {
  test(`shows as much of a detail as fits, as if all of it had been written: ${name}`, () => {
    const text = JSON.stringify(detail, null, 2)
    const cut = text.length > detailCharactersMax ? `${text.slice(0, detailCharactersMax)}…` : text
    assert.equal(describeDetail(detail), cut)
  })
}

// Written whole, each is a text of megabytes, or none that an engine can hold.
const large: [name: string, detail: unknown, start: string][] = [
  ['a thousand million holes', { holes: new Array(1_000_000_000) }, '{\n  "holes": [\n    null,'],
  ['many megabytes', { bytes: new Uint8Array(100_000_000) }, '{\n  "bytes": {\n    "0": 0,'],
  ['many within each other', nested(100_000, new Array(1_000_000)), '[\n  {\n    "value": ['],
  ['itself', createCircle(), '{\n  "self": {\n    "self": {'],
]
for (const [name, detail, start] of large) {
  test(`shows the start of a detail that holds ${name}, without writing all of it (W 11.4)`, () => {
    const text = describeDetail(detail)
    assert.equal(text.slice(0, start.length), start)
    assert.equal(text.length, detailCharactersMax + 1)
  })
}

function createCircle(): object {
  const circle: { self?: unknown } = {}
  circle.self = circle
  return circle
}

test('is empty after clearing, and numbers go on', async () => {
  const log = new EventLog()
  log.add(entry('first'))
  await told()
  log.clear()
  assert.deepEqual(texts(log), [])
  log.add(entry('second'))
  await told()
  assert.deepEqual(
    log.rows.value.map((row) => [row.id, row.text]),
    [[2, 'second']],
  )
})
