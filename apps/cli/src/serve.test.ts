import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { exitCodes } from './exit-codes.ts'
import { runPillion, startInShell, startPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
after(() => rmSync(cwd, { recursive: true }))
/** Only Linux tells. */
const hasIt = process.platform === 'linux' ? ` node.* \\(process ${process.pid}\\) has it\\.` : ''
const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']

test('serve says what listens where, with which access, and what to do next', async () => {
  const data = join(cwd, 'served')
  const server = startPillion(['serve', '--data', data, ...freePorts], { cwd })
  await server.printed('stdout', /Ctrl-C stops it/)
  server.child.kill('SIGINT')
  const { exitCode, stdout } = await server.finished
  assert.equal(exitCode, exitCodes.ok)
  for (const name of ['http', 'https', 'mqtt', 'mqtts', 'partners']) {
    assert.match(stdout, new RegExp(`^ {2}${name} +127\\.0\\.0\\.1:\\d+ +\\w`, 'm'))
  }
  assert.match(stdout, /Reachable from this machine only/)
  assert.match(stdout, /Node [0-9a-f]{12}, alone; database: SQLite .*; ledger: recent/)
  assert.match(stdout, /Console: http:\/\/127\.0\.0\.1:\d+\/console\//)
  assert.ok(stdout.includes(`npx pillion partner add acme --out ./acme --data ${data}`))
})

test('serve takes a configuration file, and names a key it does not know', async () => {
  const file = join(cwd, 'pillion.yaml')
  writeFileSync(file, 'listeners:\n  htpp: { port: 1 }\n')
  const { exitCode, stderr } = await runPillion(['serve', '--config', file], { cwd })
  assert.equal(exitCode, exitCodes.usage)
  assert.match(stderr, /^error: listeners\.htpp is not a key/)
  assert.doesNotMatch(stderr, /^ +at /m)
})

test('serve reads its configuration again at SIGHUP, and keeps the old one if the new one is wrong', async () => {
  const file = join(cwd, 'reloaded.yaml')
  writeFileSync(file, 'log: { level: warn }\n')
  const args = ['serve', '--json', '--data', join(cwd, 'reloaded'), ...freePorts, '--config', file]
  const server = startPillion(args, { cwd })
  await server.printed('stdout', /^\{.*\}\n/)
  writeFileSync(file, 'log: { level: info }\nportal: { root: a }\n')
  server.child.kill('SIGHUP')
  await server.printed('stderr', /"changed":\["log.level"\].*configuration reloaded/)
  await server.printed('stderr', /"keys":\["portal.root"\].*only after a restart/)
  writeFileSync(file, 'lgo: {}\n')
  server.child.kill('SIGHUP')
  await server.printed('stderr', /"path":"lgo".*the old one stays in force/)
  const printed = await runPillion(['config', 'print', '--running', '--data', join(cwd, 'reloaded')], { cwd })
  assert.match(printed.stdout, /^log\.level\tinfo\tfile\treload$/m)
  const asked = await runPillion(['version', '--json', '--data', join(cwd, 'reloaded')], { cwd })
  const { version, server: serverVersion } = JSON.parse(asked.stdout) as { version: string; server: string }
  assert.equal(serverVersion, version)
  server.child.kill('SIGTERM')
  assert.equal((await server.finished).exitCode, exitCodes.ok)
})

test('config check tells every mistake with the key that was meant; config print hides secrets', async () => {
  const file = join(cwd, 'checked.yaml')
  writeFileSync(file, 'listeners:\n  htpp: { port: 1 }\nlog: { level: loud }\n')
  const wrong = await runPillion(['config', 'check', '--json', '--config', file], { cwd })
  assert.equal(wrong.exitCode, exitCodes.usage)
  const { faults } = JSON.parse(wrong.stdout) as { faults: { path: string; nearest?: string }[] }
  assert.deepEqual(
    faults.map(({ path, nearest }) => [path, nearest]),
    [
      ['listeners.htpp', 'listeners.http'],
      ['log.level', undefined],
    ],
  )
  writeFileSync(
    file,
    'relay: { url: [nats://n:4222], password: geheim }\ndatabase: { url: postgres://u:geheim@db/p }\n',
  )
  const { stdout } = await runPillion(['config', 'print', '--config', file], { cwd })
  assert.match(stdout, /^database\.url\tpostgres:\/\/db\/p\tfile\trestart$/m)
  assert.match(stdout, /^relay\.password\t\(secret\)\tfile\trestart$/m)
  assert.doesNotMatch(stdout, /geheim/)
})

for (const command of ['serve', 'demo']) {
  test(`${command} says which port is taken and how to choose another`, async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port } = other.address() as AddressInfo
    const args = [command, '--data', join(cwd, 'taken'), ...freePorts, '--mqtt', String(port)]
    const { exitCode, stdout, stderr } = await runPillion(args, { cwd })
    other.close()
    assert.equal(exitCode, exitCodes.failed)
    assert.match(
      stderr,
      new RegExp(`cannot open 127\\.0\\.0\\.1:${port}: the port is taken\\.${hasIt}.*--mqtt PORT`),
    )
    assert.doesNotMatch(stderr, /^ +at /m)
    assert.equal(stdout, '')
  })
}

async function startDemo(data: string) {
  const demo = startPillion(['demo', '--data', data, ...freePorts], { cwd })
  const [portal] = await demo.printed(
    'stdout',
    /http:\/\/127\.0\.0\.1:\d+\/portal\/#vin=PILLIONDEMO000001&password=\S+/,
  )
  await demo.printed('stdout', /Ctrl-C stops everything/)
  return { demo, portal }
}

test('demo prints commands that work as printed, and the same head unit after a restart', async () => {
  const data = join(cwd, 'demo data')
  const first = await startDemo(data)
  first.demo.child.kill('SIGTERM')
  const { exitCode, stdout, stderr } = await first.demo.finished
  assert.equal(exitCode, exitCodes.ok, stderr)
  const commands = [...stdout.matchAll(/^ +npx (pillion .*)$/gm)].map((match) => match[1] ?? '')
  assert.equal(commands.length, 5)
  for (const file of ['partner/config.json', 'partner/client.crt', 'vehicle.json']) {
    assert.equal(statSync(join(data, 'demo', file)).mode & 0o777, 0o600, file)
  }
  const second = await startDemo(data)
  try {
    assert.equal(passwordIn(second.portal), passwordIn(first.portal))
    const [message = '', popup = '', listen = '', push = '', pushListen = ''] = commands
    for (const command of [message, popup]) {
      const { exitCode, stdout, stderr } = await startInShell(command).finished
      assert.equal(exitCode, exitCodes.ok, stderr)
      assert.match(stdout, /^No head unit of PILLIONDEMO000001 is connected/)
    }
    const sent = await startInShell(push).finished
    assert.match(sent.stdout, /^Accepted as /, sent.stderr)
    for (const [command, says] of [
      [listen, /Listening for what vehicles send to demo/],
      [pushListen, /Listening for what is pushed in pilliondemo/],
    ] as const) {
      const listening = startInShell(command)
      await listening.printed('stderr', says)
      listening.child.kill('SIGINT')
      assert.equal((await listening.finished).exitCode, exitCodes.ok)
    }
  } finally {
    second.demo.child.kill('SIGINT')
    await second.demo.finished
  }
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`demo runs examples/partner, and ${signal} ends both`, async () => {
    const demo = startPillion(['demo', '--json', '--data', join(cwd, signal), ...freePorts], { cwd })
    const [line] = await demo.printed('stdout', /^\{.*\}\n/)
    const { partnerPid } = JSON.parse(line) as { partnerPid: number }
    await demo.printed('stderr', /^\[partner\] .*connected/m)
    demo.child.kill(signal)
    const { exitCode } = await demo.finished
    assert.equal(exitCode, signal === 'SIGTERM' ? exitCodes.ok : null)
    for (const started = performance.now(); isRunning(partnerPid); await wait(50)) {
      assert.ok(performance.now() - started < 10_000, 'the partner outlives the demo')
    }
  })
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function passwordIn(portal: string): string | null {
  return new URLSearchParams(new URL(portal).hash.slice(1)).get('password')
}
