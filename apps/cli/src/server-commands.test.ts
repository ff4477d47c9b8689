import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { ConnectionPage, Status } from '@pillion/schema'
import mqtt from 'mqtt'
import { Tally } from './bench/tally.ts'
import { CommandStage } from './command-stage.fixture.ts'
import { exitCodes } from './exit-codes.ts'
import { runPillion, startPillion } from './run-pillion.ts'

const stage = await CommandStage.open()
after(() => stage.close())
const { cwd, pillion, json } = stage
const mqttPort = stage.portOf('mqtt')

test('status shows listeners and counters', async () => {
  const { exitCode, stdout } = await pillion('status')
  assert.equal(exitCode, exitCodes.ok)
  assert.match(stdout, /^Pillion is running at http:\/\/127\.0\.0\.1:\d+\.\n {2}version +\d/)
  assert.match(stdout, new RegExp(`^ {2}mqtt +127\\.0\\.0\\.1:${mqttPort}$`, 'm'))
  const { listeners, node, nodes } = await json<Status>('status')
  assert.equal(listeners.length, 5)
  assert.match(stdout, new RegExp(`^ {2}node +${node}$`, 'm'))
  assert.deepEqual(nodes, [node])
})

test('a wrong admin token is told apart from other refusals', async () => {
  writeFileSync(join(cwd, 'wrong-token'), 'wrong')
  const { exitCode, stderr } = await pillion('status', '--token-file', 'wrong-token')
  assert.equal(exitCode, exitCodes.access)
  assert.match(stderr, /refused the admin token in wrong-token/)
})

test('a server that ends the connection is not said to have ended', async () => {
  // As a listener that wants a PROXY header and hears none.
  const proxied = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1')
  await once(proxied, 'listening')
  const url = `http://127.0.0.1:${(proxied.address() as { port: number }).port}`
  const tokenFile = join(cwd, 'pillion-data/admin-token')
  const { exitCode, stderr } = await pillion('status', '--server', url, '--token-file', tokenFile)
  proxied.close()
  assert.equal(exitCode, exitCodes.noServer)
  assert.match(stderr, /ended the connection without an answer.*proxyProtocol.*--server/)
})

test('what may not be read is not said to be no server', async () => {
  // In the place of permissions, which do not bind the user that tests may run as.
  mkdirSync(join(cwd, 'odd/server.json'), { recursive: true })
  const { exitCode, stderr } = await pillion('status', '--data', 'odd')
  assert.equal(exitCode, exitCodes.usage)
  assert.match(stderr, /Cannot look for the server: .*odd\/server\.json.*--server URL/)
})

test('finds the server by --server and --token-file, and by variables', async () => {
  const { url } = JSON.parse(readFileSync(join(cwd, 'pillion-data/server.json'), 'utf8')) as { url: string }
  const tokenFile = join(cwd, 'pillion-data/admin-token')
  const elsewhere = { cwd: tmpdir() }
  const named = await runPillion(['status', '--server', `${url}/`, '--token-file', tokenFile], elsewhere)
  assert.equal(named.exitCode, exitCodes.ok, named.stderr)
  const env = { PILLION_SERVER: url, PILLION_TOKEN_FILE: tokenFile }
  assert.equal((await runPillion(['status'], { ...elsewhere, env })).exitCode, exitCodes.ok)
  const data = { PILLION_DATA: join(cwd, 'pillion-data') }
  assert.equal((await runPillion(['status'], { ...elsewhere, env: data })).exitCode, exitCodes.ok)
})

test('trusts the authority in the data directory over https', async () => {
  const { listeners } = await json<{ listeners: { name: string; address: string }[] }>('status')
  const address = listeners.find(({ name }) => name === 'https')?.address
  const args = ['status', '--server', `https://${address}`, '--data', 'pillion-data']
  const { exitCode, stderr } = await pillion(...args)
  assert.equal(exitCode, exitCodes.ok, stderr)
  const tokenFile = join(cwd, 'pillion-data/admin-token')
  const untrusted = await runPillion(
    ['status', '--server', `https://${address}`, '--token-file', tokenFile],
    { cwd: tmpdir() },
  )
  assert.equal(untrusted.exitCode, exitCodes.noServer)
  assert.match(untrusted.stderr, /is not trusted .*NODE_EXTRA_CA_CERTS/)
})

async function ask<Answer>(path: string): Promise<Answer> {
  const { url } = JSON.parse(readFileSync(join(cwd, 'pillion-data/server.json'), 'utf8')) as { url: string }
  const token = readFileSync(join(cwd, 'pillion-data/admin-token'), 'utf8').trim()
  const answer = await fetch(`${url}/admin/v1${path}`, { headers: { authorization: `Bearer ${token}` } })
  return (await answer.json()) as Answer
}

/** Of everything that can be added. */
async function listBenchNames(): Promise<string[]> {
  const paths = ['/partners', '/vehicles', '/apps', '/connections']
  const lists = await Promise.all(paths.map((path) => ask(path)))
  return (JSON.stringify(lists).match(/"(idApp|uid|vin|name)":"(pillion-bench-|BENCH)\w+"/g) ?? []).toSorted()
}

/** Resolves when a load is under way. */
async function benchRuns(): Promise<void> {
  for (let messages = 0; messages === 0; await wait(20)) {
    const { connections } = await ask<ConnectionPage>('/connections?search=pillion-bench')
    messages = connections.reduce((sum, { messagesOut }) => sum + messagesOut, 0)
  }
}

test('bench measures the running server and removes what it added', async () => {
  const args = ['--seconds', '0.2', '--pairs', '2', '--rate', '500']
  const { server, workloads, dropped } = await json<{
    server: { mqtt: string; version: string }
    workloads: { workload: string; perSecond: number; sent: number; delivered: number; latencyMs?: object }[]
    dropped: object
  }>('bench', ...args)
  assert.equal(server.mqtt, `mqtt://127.0.0.1:${mqttPort}`)
  assert.match(server.version, /^\d/)
  assert.deepEqual(dropped, {})
  const [stream, latency] = workloads
  assert.deepEqual([stream?.workload, latency?.workload], ['stream', 'latency'])
  for (const { sent, delivered, perSecond } of workloads) {
    assert.ok(perSecond > 0)
    assert.equal(delivered, sent)
  }
  assert.equal(stream?.latencyMs, undefined)
  assert.deepEqual(Object.keys(latency?.latencyMs ?? {}), ['p50', 'p99', 'p999'])
  assert.deepEqual(await listBenchNames(), [])
})

test('bench tells percentiles by nearest rank, without what was to warm up', () => {
  const tally = new Tally()
  assert.equal(tally.percentiles(), undefined)
  tally.record(5_000)
  tally.forget()
  for (let latency = 1_000; latency > 0; latency--) tally.record(latency)
  assert.deepEqual(tally.percentiles(), { p50: 500, p99: 990, p999: 999 })
})

test('bench wants --yes beside other clients, and removes what it added when it cannot connect', async () => {
  const wrong = await pillion('bench', '--pairs', '1', '--mqtt', `127.0.0.1:${stage.portOf('mqtts')}`)
  assert.equal(wrong.exitCode, exitCodes.failed)
  assert.match(wrong.stderr, /--mqtt HOST:PORT, mqtts:\/\/ before it for TLS/)
  const vin = 'VF3CAR00000000001'
  const [{ password }] = await json<[{ password: string }]>('vehicle', 'add', vin)
  const other = await mqtt.connectAsync({ port: mqttPort, username: vin, password })
  const asked = await pillion('bench')
  await other.endAsync()
  assert.equal(asked.exitCode, exitCodes.usage)
  assert.match(asked.stderr, /1 client would be slowed down by the load\. Add --yes/)
  assert.deepEqual(await listBenchNames(), [])
})

test('bench removes what it added after Ctrl-C, and says how to where it cannot', async () => {
  const begun = startPillion(['bench', '--seconds', '60', '--pairs', '1'], { cwd })
  await benchRuns()
  begun.child.kill('SIGINT')
  const stopped = await begun.finished
  assert.deepEqual([stopped.exitCode, stopped.stdout], [exitCodes.interrupted, ''])
  assert.deepEqual(await listBenchNames(), [])

  const sockets: Socket[] = []
  const way = createServer((socket) => {
    const server = connect(stage.portOf('http'), '127.0.0.1')
    for (const each of [socket, server]) sockets.push(each.on('error', () => {}))
    socket.pipe(server).pipe(socket)
  }).listen(0, '127.0.0.1')
  await once(way, 'listening')
  const url = `http://127.0.0.1:${(way.address() as { port: number }).port}`
  const where = ['--server', url, '--data', 'pillion-data']
  const cut = startPillion(['bench', '--seconds', '60', '--pairs', '1', ...where], { cwd })
  await benchRuns()
  way.close()
  for (const socket of sockets) socket.destroy()
  cut.child.kill('SIGINT')
  const { exitCode, stderr } = await cut.finished
  assert.equal(exitCode, exitCodes.interrupted)
  const [, uid = '', left = ''] =
    /partner remove (\S+) --yes\n.*vehicle remove (\S+) --yes/.exec(stderr) ?? []
  const there = [`"idApp":"${uid}"`, `"uid":"${uid}"`, `"uid":"${uid}"`, `"vin":"${left}"`]
  assert.deepEqual(await listBenchNames(), there, stderr)
  await pillion('partner', 'remove', uid, '--yes')
  await pillion('vehicle', 'remove', left, '--yes')
  assert.deepEqual(await listBenchNames(), [])
})
