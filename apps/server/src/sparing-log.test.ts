import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SparingLog } from './sparing-log.ts'

test('a listener writes so many warnings a minute, and in the last one that more follow', () => {
  let now = 0
  const lines: string[] = []
  const log = new SparingLog(
    { warn: (_: object, text: string) => void lines.push(text) } as never,
    3,
    () => now,
  )
  for (let index = 0; index < 100; index++) log.warn({}, `${index}`)
  assert.deepEqual(lines, ['0', '1', '2; more like it are left out for a minute'])
  now = 59_999
  log.warn({}, 'too early')
  assert.equal(lines.length, 3)
  now = 60_000
  log.warn({}, 'next minute')
  assert.equal(lines.at(-1), 'next minute')
})
