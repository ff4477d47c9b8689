import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { AuditEntry } from '@pillion/schema'
import { exitCodes } from './exit-codes.ts'
import { parseSince } from './parse-since.ts'
import { type Finished, type Running, runPillion, startPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']
let server: Running
let url = ''

before(async () => {
  server = startPillion(['serve', ...freePorts], { cwd })
  const [, printed = ''] = await server.printed(
    'stdout',
    /become its admin:\n {2}(\S+)\n[\s\S]*Ctrl-C stops it/,
  )
  url = printed
})
after(async () => {
  server.child.kill('SIGTERM')
  await server.finished
  rmSync(cwd, { recursive: true })
})

function pillion(...args: string[]): Promise<Finished> {
  return runPillion(args, { cwd })
}

test('the first start prints a one-time link for a browser, and logs it nowhere', async () => {
  const link =
    /^http:\/\/127\.0\.0\.1:\d+\/console\/#\/first\/([\w-]{43})$/.exec(url)?.[1] ?? assert.fail(url)
  const [log] = await server.printed('stderr', /[\s\S]*"started"[\s\S]*/)
  assert.ok(!log.includes(link))
  for (const file of readdirSync(join(cwd, 'pillion-data'), { recursive: true, withFileTypes: true }))
    if (file.isFile()) assert.ok(!readFileSync(join(file.parentPath, file.name)).includes(link), file.name)
})

test('operator add, list, update, link and remove', async () => {
  writeFileSync(join(cwd, 'password'), 'four random words\n')
  const chief = await pillion('operator', 'add', 'Chief', '--role', 'admin', '--password-file', 'password')
  assert.equal(chief.stdout, 'name  chief\nrole  admin\n', chief.stderr)
  const anna = await pillion('operator', 'add', 'anna')
  assert.match(anna.stdout, /^name {6}anna\nrole {6}viewer\npassword {2}[\w-]{24}\n$/)
  assert.match(anna.stderr, /shown once[\s\S]*\/console\//)
  const listed = await pillion('operator', 'list')
  assert.match(
    listed.stdout,
    /^anna\tviewer\tenabled\toff\tnever\t\S+\nchief\tadmin\tenabled\toff\tnever\t\S+\n$/,
  )
  const update = await pillion(
    'operator',
    'update',
    'anna',
    '--role',
    'operator',
    '--disable',
    '--new-password',
  )
  assert.match(
    update.stdout,
    /^name {11}anna\nrole {11}operator\nstate {10}disabled\nsecond factor {2}off\npassword {7}[\w-]{24}\n$/,
  )
  const reset = await pillion('operator', 'update', 'anna', '--reset-factor')
  assert.match(reset.stdout, /^second factor {2}off$/m, reset.stderr)
  const last = await pillion('operator', 'update', 'chief', '--role', 'viewer')
  assert.equal(last.exitCode, exitCodes.refused)
  assert.match(last.stderr, /chief is the last/)
  const nothing = await pillion('operator', 'update', 'chief')
  assert.equal(nothing.exitCode, exitCodes.usage)
  const link = await pillion('operator', 'link')
  assert.match(link.stdout, /^http:\S+\/console\/#\/first\/[\w-]{43}\n$/)
  assert.notEqual(link.stdout, `${url}\n`)
  const unasked = await pillion('operator', 'remove', 'anna')
  assert.equal(unasked.exitCode, exitCodes.usage)
  assert.match(unasked.stderr, /Operator anna would be gone for good, .* Add --yes/)
  assert.match((await pillion('operator', 'list')).stdout, /^anna\t/m)
  const removed = await pillion('operator', 'remove', 'anna', '--yes')
  assert.equal(removed.stdout, 'Removed anna; it is signed out everywhere.\n')
})

test('audit shows who did what, and audit check that the record is whole, against what was kept', async () => {
  const shown = await pillion('audit', '--json', '--actor', 'admin-token', '--since', '1h', '--count', '2')
  const entries = JSON.parse(shown.stdout) as AuditEntry[]
  assert.deepEqual(
    entries.map(({ action, target }) => [action, target]),
    [
      ['operator.remove', 'operator:anna'],
      ['operator.link', undefined],
    ],
  )
  const text = await pillion('audit', '--action', 'operator.remove')
  assert.match(text.stdout, /^\d+\t\S+\tadmin-token\t127\.0\.0\.1\toperator\.remove\toperator:anna\t\{\}\n$/)
  const check = await pillion('audit', 'check')
  const last =
    /^entries {2}\d+\nlast {5}(\d+:[0-9a-f]{64})\n$/.exec(check.stdout)?.[1] ?? assert.fail(check.stdout)
  assert.equal((await pillion('audit', 'check', '--kept', last)).exitCode, exitCodes.ok)
  const other = `${last.slice(0, -1)}${last.endsWith('0') ? '1' : '0'}`
  const cut = await pillion('audit', 'check', '--kept', other)
  assert.equal(cut.exitCode, exitCodes.failed)
  assert.match(cut.stderr, /cut off or written anew/)
})

test('a time is so long ago, or as people write one', () => {
  const ago = (text: string) => Math.round((Date.now() - Date.parse(parseSince(text))) / 1_000)
  assert.deepEqual(['90s', '10m', '2h', '7d'].map(ago), [90, 600, 7_200, 604_800])
  assert.equal(parseSince('2026-01-31T12:00:00Z'), '2026-01-31T12:00:00.000Z')
  assert.throws(() => parseSince('yesterday'), /10m/)
})
