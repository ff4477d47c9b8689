import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { loadConfig, startServer } from '../index.ts'
import { freePorts, makeFolder } from '../server.fixture.ts'

// This machine only, but not one of the addresses that are known to be.
const elsewhere = '::ffff:127.0.0.1'

test('warns at each start when nobody has to sign in and others can reach it', async () => {
  const warnings: { listener: string; host: string; msg: string }[] = []
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(JSON.parse(line)) })
  const flags = { ...freePorts, data: makeFolder(), 'access.mode': 'open', 'listeners.mqtts.host': elsewhere }
  assert.throws(() => loadConfig({ env: {}, flags }), /access\.openAnywhere/)
  const config = loadConfig({ env: {}, flags: { ...flags, 'access.openAnywhere': true } })
  const server = await startServer({ config, log })
  after(() => server.close())
  const found = warnings.filter(({ msg }) => msg.includes('access.openAnywhere'))
  assert.deepEqual(
    found.map(({ listener, host }) => [listener, host]),
    [['mqtts', elsewhere]],
  )
})
