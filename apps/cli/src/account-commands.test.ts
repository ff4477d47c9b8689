import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import mqtt from 'mqtt'
import { describeTrials } from './account-trials.ts'
import { exitCodes } from './exit-codes.ts'
import { type Finished, type Running, runPillion, startPillion } from './run-pillion.ts'

const cwd = mkdtempSync(join(tmpdir(), 'pillion-cli-'))
const freePorts = ['--http', '0', '--https', '0', '--mqtt', '0', '--mqtts', '0', '--partners', '0']
let server: Running
let address = ''

before(async () => {
  server = startPillion(['serve', '--json', ...freePorts], { cwd })
  const [line] = await server.printed('stdout', /^\{.*\}\n/)
  const { listeners } = JSON.parse(line) as { listeners: { name: string; address: string }[] }
  address = listeners.find(({ name }) => name === 'mqtt')?.address ?? ''
})
after(async () => {
  server.child.kill('SIGTERM')
  await server.finished
  rmSync(cwd, { recursive: true })
})

function pillion(...args: string[]): Promise<Finished> {
  return runPillion(['account', ...args], { cwd })
}

async function json<Value>(...args: string[]): Promise<Value> {
  const { exitCode, stdout, stderr } = await pillion(...args, '--json')
  assert.equal(exitCode, exitCodes.ok, stderr)
  return JSON.parse(stdout) as Value
}

test('account list says how to begin while there is nothing', async () => {
  const { stdout, stderr } = await pillion('list')
  assert.equal(stdout, '')
  assert.match(stderr, /add one with `pillion account add/)
})

test('account add prints name and password, and lines to try them with', async () => {
  const grants = ['--publish', 't/{name}/#', '--publish', 'x', '--subscribe', 'c/+']
  const { exitCode, stdout, stderr } = await pillion('add', 'gateway', ...grants)
  assert.equal(exitCode, exitCodes.ok, stderr)
  const password = /^name {6}gateway\npassword {2}(\S{43})\n$/.exec(stdout)?.[1] ?? assert.fail(stdout)
  const [host, port] = address.split(':')
  const signIn = `-h ${host} -p ${port} -u gateway -P '${password}'`
  assert.match(stderr, /shown once/)
  assert.ok(stderr.includes(`mosquitto_sub ${signIn} -t 'c/+' -v\n`), stderr)
  assert.ok(stderr.includes(`mosquitto_pub ${signIn} -t 't/gateway/test' -m hello\n`), stderr)
})

test('account add says when the account may do nothing yet', async () => {
  const { stderr } = await pillion('add', 'bare')
  assert.match(stderr, /may do nothing yet: `pillion account grant bare`/)
})

test('account list shows what each may do', async () => {
  const { stdout } = await pillion('list')
  assert.match(stdout, /^bare\t-\t-\t\S+\ngateway\tt\/gateway\/#, x\tc\/\+\t\S+\n$/)
})

test('account grant replaces what an account may do, and wants to be told what', async () => {
  const { stdout } = await pillion('grant', 'gateway', '--subscribe', 'all/#')
  assert.equal(stdout, 'name        gateway\npublishes   -\nsubscribes  all/#\n')
  const nothing = await pillion('grant', 'gateway')
  assert.equal(nothing.exitCode, exitCodes.usage)
  assert.match(nothing.stderr, /--publish and --subscribe/)
})

test('account rotate shows a new password; --overlap 0 ends the old one', async () => {
  const first = await json<{ password: string }>('rotate', 'gateway')
  const text = await pillion('rotate', 'gateway', '--overlap', '60')
  assert.match(text.stdout, /^name {6}gateway\npassword {2}\S{43}\n$/)
  assert.match(text.stderr, /works until \d{4}-/)
  const last = await json<{ password: string }>('rotate', 'gateway', '--overlap', '0')
  const options = { username: 'gateway', reconnectPeriod: 0 }
  await assert.rejects(mqtt.connectAsync(`mqtt://${address}`, { ...options, password: first.password }))
  const client = await mqtt.connectAsync(`mqtt://${address}`, { ...options, password: last.password })
  await client.endAsync()
  const wrong = await pillion('rotate', 'gateway', '--overlap', '1h')
  assert.equal(wrong.exitCode, exitCodes.usage)
})

test('account remove ends the account, once, and wants --yes where nobody can be asked', async () => {
  const unasked = await pillion('remove', 'gateway')
  assert.equal(unasked.exitCode, exitCodes.usage)
  assert.match(unasked.stderr, /gateway would be gone for good, .* Add --yes/)
  assert.match((await pillion('list')).stdout, /^gateway/m)
  const { stdout } = await pillion('remove', 'gateway', '--yes')
  assert.equal(stdout, 'Removed gateway; its connections were ended.\n')
  const again = await pillion('remove', 'gateway', '--yes')
  assert.equal(again.exitCode, exitCodes.refused)
  assert.match(again.stderr, /no such account.*gateway/)
})

test('the lines to try are safe to paste, whatever the filter', () => {
  const issued = { name: 'a', createdAt: '', password: 'p', mqttAddress: '[::1]:1883' }
  const lines = describeTrials({ ...issued, subscribe: ["it's/\n;rm"], publish: [] })
  assert.deepEqual(lines, ["  mosquitto_sub -h ::1 -p 1883 -u a -P 'p' -t 'it'\\''s/\\u000a;rm' -v"])
  assert.deepEqual(describeTrials({ ...issued, mqttAddress: '', subscribe: [], publish: ['a/+/#'] }), [
    "  mosquitto_pub -h HOST -p PORT -u a -P 'p' -t 'a/test/test' -m hello",
  ])
})
