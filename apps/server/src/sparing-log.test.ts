import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { pino } from 'pino'
import { loadConfig, startServer } from './index.ts'
import { ask, askAdmin, freePorts, makeFolder, portOf } from './server.fixture.ts'
import { SparingLog } from './sparing-log.ts'

const LINES_MAX = 3

async function startLogged(t: TestContext) {
  const warnings: string[] = []
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string }
    if (level >= 40) warnings.push(msg)
  }
  const flags = { data: makeFolder(), ...freePorts, 'limits.logLinesPerMinuteMax': LINES_MAX }
  const log = pino({}, { write })
  const server = await startServer({ config: loadConfig({ env: {}, flags }), log })
  t.after(() => server.close())
  return { server, warnings }
}

test('nobody without credentials fills the log by requests that are refused', async (t) => {
  const { server, warnings } = await startLogged(t)
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }
  for (const [path, headers, text] of [
    ['/mqtt', { ...upgrade, host: 'evil.example.com' }, 'WebSocket refused'],
    ['/applications/portail-ovip/v2/eligibility?client_id=A', {}, 'partner request refused'],
    ['/portal/api/vehicle', {}, 'head unit refused'],
  ] as const) {
    for (let count = 0; count < LINES_MAX + 2; count++)
      assert.ok((await ask(server, path, { headers })).status >= 400, path)
    assert.equal(warnings.filter((each) => each.startsWith(text)).length, LINES_MAX, path)
  }
})

test('who only looks whether a port is open leaves no line and no refusal; a handshake that fails does', async (t) => {
  const { server, warnings } = await startLogged(t)
  const reasons = async () => {
    const { json } = await askAdmin(server, 'GET', '/refusals')
    return (json as { reason: string }[]).map(({ reason }) => reason)
  }
  for (const name of ['mqtts', 'partners', 'https', 'mqtt', 'http']) {
    const socket = connect(portOf(server, name), '127.0.0.1')
    await once(socket, 'connect')
    socket.destroy()
    await once(socket, 'close')
  }
  // What it says comes after what the others did.
  const handshake = connectTls({ port: portOf(server, 'partners'), rejectUnauthorized: false })
  await assert.rejects(once(handshake, 'close'), /certificate/)
  while (warnings.length === 0) await turn()
  assert.deepEqual(await reasons(), ['tls_handshake'])
  assert.deepEqual(warnings, ['TLS handshake failed'])
})

test('a listener writes so many warnings a minute, and in the last one that more follow', () => {
  let now = 0
  const lines: string[] = []
  const log = new SparingLog(
    { warn: (_: object, text: string) => void lines.push(text) } as never,
    () => 3,
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
