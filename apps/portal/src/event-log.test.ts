import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { LogEntry } from '@pillion/host'
import { detailCharactersMax, EventLog, logRowsMax, textCharactersMax } from './event-log.ts'

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
  const circle: { self?: unknown } = {}
  circle.self = circle
  for (const detail of [{ a: 1 }, 'x'.repeat(detailCharactersMax + 1), circle, 1n, undefined]) {
    log.add(entry('', detail))
  }
  await told()
  assert.deepEqual(
    log.rows.value.map((row) => row.detail),
    ['{\n  "a": 1\n}', `${'x'.repeat(detailCharactersMax)}…`, '[object Object]', '1', ''],
  )
})

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
