import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { pino } from 'pino'
import { terminalLog } from './terminal-log.ts'

test('shows time, text and fields, and nothing that could steer the terminal', () => {
  const stream = new PassThrough()
  const log = pino({}, terminalLog(stream))
  log.info({ uid: 'acme', count: 2 }, 'partner added')
  log.warn({ clientId: 'a\u001b[2J \u009b b' }, 'refused')
  const [first, second] = String(stream.read()).split('\n')
  assert.match(first ?? '', /^\d\d:\d\d:\d\d partner added uid=acme count=2$/)
  assert.match(second ?? '', /^\d\d:\d\d:\d\d refused clientId="a\\u001b\[2J \\u009b b"$/)
})
