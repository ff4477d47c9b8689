import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { MessageRecord } from '@pillion/schema'
import { alignColumns, escapeControls, Output } from './output.ts'
import { describeMessage } from './story.ts'

function open(options: { json?: boolean; isTTY?: boolean }) {
  const stdout = Object.assign(new PassThrough(), { isTTY: options.isTTY === true })
  const stderr = Object.assign(new PassThrough(), { isTTY: options.isTTY === true })
  const output = new Output({ json: options.json === true, stdout, stderr })
  const read = (stream: PassThrough) => String(stream.read() ?? '')
  return { output, stdout: () => read(stdout), stderr: () => read(stderr) }
}

test('aligns columns on a terminal, with a header', () => {
  const { output, stdout } = open({ isTTY: true })
  output.table(
    ['uid', 'name'],
    [
      ['acme', 'Acme'],
      ['b', 'Bolt'],
    ],
  )
  const [header = '', ...rows] = stdout().split('\n')
  assert.match(header, /UID {3}NAME/)
  assert.deepEqual(rows, ['acme  Acme', 'b     Bolt', ''])
})

test('separates columns by tabs when piped, without header and colour', () => {
  const { output, stdout } = open({})
  output.table(['uid', 'name'], [['acme', 'Acme Ltd']])
  output.line(output.style('bold', 'plain'))
  assert.equal(stdout(), 'acme\tAcme Ltd\nplain\n')
})

test('with --json prints the value only, and no hint', () => {
  const { output, stdout, stderr } = open({ json: true, isTTY: true })
  output.result({ a: 1 }, () => 'text')
  output.hint('next')
  assert.deepEqual([stdout(), stderr()], ['{"a":1}\n', ''])
})

test('shows progress on a terminal only, and wipes it before a notice', () => {
  const terminal = open({ isTTY: true })
  terminal.output.progress('1 of 2')
  terminal.output.notice('done')
  assert.equal(terminal.stderr(), '\r\u001b[K1 of 2\r\u001b[Kdone\n')
  const piped = open({})
  piped.output.progress('1 of 2')
  piped.output.notice('done')
  assert.equal(piped.stderr(), 'done\n')
})

test('escapes what could steer the terminal', () => {
  assert.equal(escapeControls('a\u001b[2J\u009b\nb é 😀'), 'a\\u001b[2J\\u009b\\u000ab é 😀')
  assert.equal(escapeControls('partner:\u202eEMCA'), 'partner:\\u202eEMCA')
})

test('cells of one column begin at the same place', () => {
  assert.deepEqual(
    alignColumns([
      ['a', 'x', ''],
      ['bbb', 'y', 'z'],
    ]),
    ['a    x', 'bbb  y  z'],
  )
})

test('tells a message in colours on a terminal only, with what others wrote escaped', () => {
  const at = '2026-01-31T12:00:00.042Z'
  const step = { at, node: 'n', state: 'dropped', reason: 'no_receiver', text: 'Nobody is there.' } as const
  const record: MessageRecord = {
    id: '0'.repeat(26),
    at,
    node: 'n',
    kind: 'other',
    from: 'account:a',
    topic: 'a\u001b[31m',
    bytes: 2,
    level: 'recent',
    steps: [step],
  }
  const time = new Date(at).toLocaleTimeString('sv-SE')
  const plain = `${'0'.repeat(26)}  ${new Date(at).toLocaleString('sv-SE')}  other from account:a on a\\u001b[31m, 2 B
  ${time}.042  dropped         Nobody is there. (no_receiver)`
  assert.equal(describeMessage(record, open({}).output), plain)
  const coloured = describeMessage(record, open({ isTTY: true }).output)
  assert.ok(coloured.includes('\u001b[31mdropped'))
  assert.equal(stripVTControlCharacters(coloured), plain)
})
