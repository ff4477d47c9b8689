import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionsError, parseOptions } from './options.ts'

test('measures every workload on every server when nothing is said', () => {
  const options = parseOptions([])
  assert.deepEqual(options.workloads, ['stream', 'fan-out', 'paced', 'fleet', 'connections'])
  assert.deepEqual(options.servers, ['pillion', 'pillion-open', 'mosquitto', 'nats'])
  assert.equal(options.seconds, 2)
  assert.equal(options.runs, 3)
})

test('takes workloads, servers and numbers', () => {
  const options = parseOptions([
    'paced',
    '--against',
    'nats',
    '--pillion=none',
    '--seconds',
    '0.5',
    '--payload=1024',
  ])
  assert.deepEqual(options.workloads, ['paced'])
  assert.deepEqual(options.servers, ['nats'])
  assert.equal(options.seconds, 0.5)
  assert.equal(options.payloadBytes, 1024)
})

test('refuses what it does not know, naming it', () => {
  for (const [args, named] of [
    [['steam'], 'steam'],
    [['--against', 'emqx'], 'emqx'],
    [['--runs', 'many'], '--runs'],
    [['--seconds', '0'], '--seconds'],
    [['--fast'], '--fast'],
  ] as const) {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof OptionsError && error.message.includes(named),
    )
  }
})
