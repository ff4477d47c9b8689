import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { exitCodes } from './exit-codes.ts'
import { runPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
after(() => rmSync(cwd, { recursive: true }))

const commands = [
  {
    words: ['demo'],
    mentions: ['--data', '--http', '--mqtt', '--mqtts', '--partners', '--https', '--config'],
  },
  {
    words: ['serve'],
    mentions: ['--data', '--http', '--mqtt', '--mqtts', '--partners', '--https', '--config'],
  },
  { words: ['status'], mentions: ['--server', '--token-file'] },
  { words: ['version'], mentions: ['--server', '--token-file'] },
  { words: ['config', 'check'], mentions: ['--config', '--http'] },
  { words: ['config', 'print'], mentions: ['--config', '--running'] },
  { words: ['partner', 'add'], mentions: ['<uid>', '--out', '--force', '--server', '--token-file'] },
  { words: ['partner', 'update'], mentions: ['<uid>', '--ledger', '"durable"'] },
  { words: ['partner', 'list'], mentions: ['--server', '--token-file'] },
  { words: ['vehicle', 'add'], mentions: ['[vin...]', '--file', 'stdin'] },
  { words: ['vehicle', 'set'], mentions: ['<vin>', '<signal=value...>', '--server', '--token-file'] },
  { words: ['vehicle', 'list'], mentions: ['--server', '--token-file'] },
  {
    words: ['app', 'add'],
    mentions: ['<idapp>', '--partner', '--name', '--driving-mode', '--package', '--strict'],
  },
  { words: ['app', 'update'], mentions: ['<idapp>', '--package', '--strict'] },
  { words: ['app', 'dev'], mentions: ['<path>', '--app', '--vin', '--partner'] },
  { words: ['app', 'list'], mentions: ['--server', '--token-file'] },
  { words: ['app', 'subscribe'], mentions: ['<idapp>', '[vin...]', '--file'] },
  { words: ['app', 'unsubscribe'], mentions: ['<idapp>', '[vin...]', '--file'] },
  { words: ['app', 'subscribers'], mentions: ['<idapp>'] },
  { words: ['send'], mentions: ['<vin>', '[json]', '--app', '--popup', '--no-button', 'stdin'] },
  { words: ['listen'], mentions: ['--partner'] },
  { words: ['backup'], mentions: ['<file>', '--force', '--no-verify', '--config', '--database-url'] },
  { words: ['restore'], mentions: ['<file>', '--config', '--database-url'] },
  { words: ['migrate'], mentions: ['--config', '--database-url'] },
]

for (const { words, mentions } of commands) {
  test(`${words.join(' ')} --help has a sentence, an example and every flag`, async () => {
    const { exitCode, stdout, stderr } = await runPillion([...words, '--help'], { cwd })
    assert.equal(exitCode, exitCodes.ok)
    assert.equal(stderr, '')
    assert.match(stdout, new RegExp(`^Usage: pillion ${words.join(' ')} `))
    assert.match(stdout, /^[A-Z][^\n]*(\n[^\n]+)?\.$/m)
    assert.match(stdout, new RegExp(`Examples?:\n {2}\\$ pillion ${words.join(' ')}`))
    for (const flag of [...mentions, '--data', '--json'])
      assert.ok(stdout.includes(flag), `${flag} in\n${stdout}`)
  })
}

const wrong = [
  { args: ['statsu'], says: /unknown command 'statsu'\. Did you mean status\?\nSee `pillion --help`/ },
  {
    args: ['partner', 'ad'],
    says: /unknown command 'ad'\. Did you mean add\?\nSee `pillion partner --help`/,
  },
  {
    args: ['status', '--jsn'],
    says: /unknown option '--jsn'\. Did you mean --json\?\nSee `pillion status --help`/,
  },
  { args: ['statsu', '--help'], says: /unknown command 'statsu'\. Did you mean status\?/ },
  { args: ['partner', 'ad', '-h'], says: /unknown command 'ad'\. Did you mean add\?/ },
  { args: ['partner', 'update', 'acme'], says: /Say what to change: --ledger/ },
  { args: ['mailbox', 'empty', 'NOPE', '--data', 'none'], says: /Not a VIN: 'NOPE'/ },
  { args: ['partner'], says: /Say which: add, .*list/ },
  { args: ['partner', 'add'], says: /missing required argument 'uid'/ },
  { args: ['partner', 'add', 'a', 'b'], says: /too many arguments/ },
  { args: ['app', 'add', 'parking'], says: /required option '--partner <uid>' not specified/ },
  { args: ['serve', '--http', '65536'], says: /'65536' is invalid\. A port is a number from 0 to 65535\./ },
  { args: ['demo', '--mqtt', 'x'], says: /A port is a number/ },
  { args: ['help', 'sned'], says: /There is no 'sned' to explain\. Try one of: .*send/ },
  { args: ['vehicle', 'add'], says: /Name at least one VIN, or a file of them with --file/ },
  {
    args: ['vehicle', 'add', 'VF3CAR0000000000'],
    says: /Not a VIN: 'VF3CAR0000000000'\. A VIN is exactly 17/,
  },
  { args: ['vehicle', 'add', 'VF3CAR00000000001', '--file', 'x'], says: /VINs or --file FILE, not both/ },
  { args: ['vehicle', 'add', '--file', 'missing.txt'], says: /Cannot read missing\.txt: ENOENT/ },
  {
    args: ['vehicle', 'add', '--file', '-'],
    stdin: '\n# only a comment\n',
    says: /There is no VIN in stdin/,
  },
  { args: ['vehicle', 'add', '--file', '-'], stdin: '\nVF3\n', says: /'VF3' \(stdin, line 2\)/ },
  { args: ['send', 'VF3CAR00000000001', '--app', 'a'], says: /Say what to send/ },
  { args: ['send', 'VF3CAR00000000001', '--app', 'a', '{text:1}'], says: /The content is not JSON/ },
  {
    args: ['send', 'VF3CAR00000000001', '--app', 'a', '1', '--no-button'],
    says: /--no-button goes with --popup/,
  },
  {
    args: ['status', '--server', 'ftp://x', '--token-file', 'x'],
    says: /'ftp:\/\/x' is not the address of a server/,
  },
  {
    args: ['status', '--server', 'http://127.0.0.1:1'],
    says: /Say where the admin token .* is: add --token-file/,
  },
]

for (const { args, stdin, says } of wrong) {
  test(`refuses: pillion ${args.join(' ')}`, async () => {
    const { exitCode, stdout, stderr } = await runPillion(args, { cwd, stdin: stdin ?? '' })
    assert.match(stderr, says)
    assert.doesNotMatch(stderr, /^ +at /m)
    assert.equal(exitCode, exitCodes.usage)
    if (args.length > 1) assert.equal(stdout, '')
  })
}

test('shows the commands and ends with 0 when nothing is asked', async () => {
  const { exitCode, stdout } = await runPillion([], { cwd })
  assert.equal(exitCode, exitCodes.ok)
  for (const { words } of commands) assert.match(stdout, new RegExp(`^ {2}${words[0]} `, 'm'))
})

test('what checks a configuration or a package does not load the server', async () => {
  writeFileSync(join(cwd, 'index.html'), '<!doctype html>')
  const script = `import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context) } })`
  const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(script)}` }
  for (const args of [
    ['config', 'check'],
    ['app', 'check', 'index'],
  ]) {
    const { stderr } = await runPillion(args, { cwd, env })
    assert.match(stderr, /apps\/server\/src\/index\.ts/)
    assert.doesNotMatch(stderr, /packages\/(broker|store|push|fleet)\/|fastify|kysely/, args.join(' '))
  }
})

test('explains every exit code, and a command by name', async () => {
  const codes = await runPillion(['help', 'exit-codes'], { cwd })
  for (const code of Object.values(exitCodes)) assert.match(codes.stdout, new RegExp(`^ +${code}  `, 'm'))
  const help = await runPillion(['help', 'partner', 'add'], { cwd })
  assert.match(help.stdout, /^Usage: pillion partner add/)
})

test('says that no server is running, and how to start one', async () => {
  const { exitCode, stderr } = await runPillion(['status'], { cwd })
  assert.equal(exitCode, exitCodes.noServer)
  assert.match(
    stderr,
    /No server is running in \.\/pillion-data; start one with `pillion serve`, or name it with --server/,
  )
  const elsewhere = await runPillion(['status'], { cwd, env: { PILLION_DATA: 'elsewhere' } })
  assert.match(
    elsewhere.stderr,
    /No server is running in elsewhere; start one with `pillion serve --data elsewhere`/,
  )
})

test('with --json an error is one line of JSON on stderr', async () => {
  const { exitCode, stdout, stderr } = await runPillion(['status', '--json'], { cwd })
  const { error } = JSON.parse(stderr)
  assert.deepEqual([exitCode, error.exitCode, error.code, stdout], [3, 3, 'NO_SERVER', ''])
  const mistyped = await runPillion(['statsu', '--json'], { cwd })
  assert.equal(JSON.parse(mistyped.stderr).error.code, 'USAGE')
})

test('says so when nothing answers, or something that is no Pillion server', async () => {
  const tokenFile = join(cwd, 'token')
  writeFileSync(tokenFile, 'secret\n')
  const server = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1')
  const status = () => runPillion(['status', '--server', url, '--token-file', tokenFile], { cwd })
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const other = await status()
  await new Promise((resolve) => server.close(resolve))
  assert.equal(other.exitCode, exitCodes.failed)
  assert.match(other.stderr, /is it a Pillion server\?/)
  const gone = await status()
  assert.equal(gone.exitCode, exitCodes.noServer)
  assert.match(gone.stderr, /No server answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/)
})

test('reports a token file that cannot be read', async () => {
  const args = ['status', '--server', 'http://127.0.0.1:1', '--token-file', 'missing']
  const { exitCode, stderr } = await runPillion(args, { cwd })
  assert.equal(exitCode, exitCodes.access)
  assert.match(stderr, /Cannot read the admin token: ENOENT/)
})

test('runs on an older Node by handing over to the one that came with npm install', async (context) => {
  const node = findOlderNode()
  if (node === undefined) return context.skip('there is no Node older than 24.12 on the PATH')
  const { exitCode, stdout } = await runPillion(['--version'], { cwd, node })
  assert.equal(exitCode, exitCodes.ok)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  assert.equal((await runPillion(['statsu'], { cwd, node })).exitCode, exitCodes.usage)
})

function findOlderNode(): string | undefined {
  for (const folder of (process.env.PATH ?? '').split(':')) {
    try {
      const [major = 0, minor = 0] = execFileSync(join(folder, 'node'), ['-p', 'process.versions.node'], {
        encoding: 'utf8',
        stdio: 'pipe',
      })
        .split('.')
        .map(Number)
      if (major >= 20 && (major < 24 || (major === 24 && minor < 12))) return join(folder, 'node')
    } catch {
      // No node in this folder of the PATH.
    }
  }
  return undefined
}
