import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionsError, parseOptions } from './options.ts'

test('measures every workload over TCP, against every peer, when nothing is said', () => {
  const options = parseOptions([])
  assert.deepEqual(options.workloads, [
    'stream',
    'fan-out',
    'paced',
    'fleet',
    'latency',
    'connections',
    'storm',
    'scaling',
  ])
  assert.deepEqual(options.servers, ['pillion', 'mosquitto', 'nats', 'aedes'])
  assert.deepEqual(options.transports, ['tcp'])
  assert.deepEqual(options.payloadsBytes, [100])
  assert.equal(options.seconds, 2)
  assert.equal(options.runs, 5)
})

test('takes workloads, servers, transports and numbers', () => {
  const options = parseOptions([
    'paced',
    '--against',
    'nats',
    '--pillion=none',
    '--over=tls,ws',
    '--seconds',
    '0.5',
    '--payload=100,1024',
  ])
  assert.deepEqual(options.workloads, ['paced'])
  assert.deepEqual(options.servers, ['nats'])
  assert.deepEqual(options.transports, ['tls', 'ws'])
  assert.equal(options.seconds, 0.5)
  assert.deepEqual(options.payloadsBytes, [100, 1024])
})

test('takes the floor with the other peers or alone, never twice', () => {
  assert.deepEqual(parseOptions(['--floor']).servers, ['pillion', 'mosquitto', 'nats', 'aedes', 'relay'])
  assert.deepEqual(parseOptions(['--floor', '--against', 'relay']).servers, ['pillion', 'relay'])
})

test('is quick with three short runs, unless a number says otherwise', () => {
  const quick = parseOptions(['--quick'])
  assert.deepEqual([quick.runs, quick.seconds], [3, 1])
  const { runs, seconds } = parseOptions(['--quick', '--runs', '1'])
  assert.deepEqual([runs, seconds], [1, 1])
})

test('refuses what it does not know, naming it', () => {
  for (const [args, named] of [
    [['steam'], 'steam'],
    [['--against', 'emqx'], 'emqx'],
    [['--over', 'udp'], 'udp'],
    [['--runs', 'many'], '--runs'],
    [['--seconds', '0'], '--seconds'],
    [['--payload', '100,x'], '--payload'],
    [['--fast'], '--fast'],
  ] as const) {
    assert.throws(
      () => parseOptions(args),
      (error) => error instanceof OptionsError && error.message.includes(named),
    )
  }
})
