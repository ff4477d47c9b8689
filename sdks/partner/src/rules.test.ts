import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { limits as schemaLimits, PORTAL_ROOT as schemaRoot } from '@pillion/schema'
import { backOffSeconds } from './back-off.ts'
import { PartnerClient, partnerErrors } from './index.ts'
import { limits } from './limits.ts'
import { parseAddress } from './options.ts'
import { PORTAL_ROOT, parsePortalTopic, readTopicFilter } from './topics.ts'

describe('rules', () => {
  test('limits and root are those of the server (W 2.3, 2.9)', () => {
    assert.equal(limits.payloadBytesMax, schemaLimits.portalPayloadBytesMax)
    assert.equal(PORTAL_ROOT, schemaRoot)
  })

  test('addresses: without a scheme TLS on 8886 (W 2.1), with one its usual port', () => {
    const read = (uri: string) => Object.values(parseAddress(uri)).join(' ')
    assert.equal(read('iot.example.com'), 'mqtts iot.example.com 8886 /mqtt')
    assert.equal(read('iot.example.com:1'), 'mqtts iot.example.com 1 /mqtt')
    assert.equal(read('[::1]:8886'), 'mqtts ::1 8886 /mqtt')
    assert.equal(read('mqtt://localhost'), 'mqtt localhost 1883 /mqtt')
    assert.equal(read('mqtts://localhost'), 'mqtts localhost 8883 /mqtt')
    assert.equal(read('ws://localhost'), 'ws localhost 80 /mqtt')
    assert.equal(read('wss://localhost/other?x=1'), 'wss localhost 443 /other?x=1')
    for (const uri of ['', 'http://localhost', 'mqtt://', 'host:port', 'host:99999']) {
      assert.throws(() => parseAddress(uri), { code: 'CONFIG_MALFORMED' }, uri)
    }
  })

  test('a configuration with a missing field is refused when the client is made', () => {
    const good = { uri: 'localhost', username: 'acme', password: 'secret' }
    assert.ok(new PartnerClient(good))
    for (const bad of [
      { username: undefined },
      { username: 'a/b' },
      { password: undefined },
      { uri: undefined },
    ]) {
      assert.throws(() => new PartnerClient({ ...good, ...bad } as never), { code: 'CONFIG_MALFORMED' })
    }
  })

  test('topics are read with either word, with and without the last slash (W 2.3)', () => {
    const root = PORTAL_ROOT
    assert.deepEqual(parsePortalTopic(root, `${root}/to/uid/U/opa/V`), { vin: 'V', subtopic: '' })
    assert.deepEqual(parsePortalTopic(root, `${root}/from/uid/U/opa/V/`), { vin: 'V', subtopic: '' })
    assert.deepEqual(parsePortalTopic(root, `${root}/from/uid/U/opa/V/a/b/`), { vin: 'V', subtopic: 'a/b' })
    for (const other of ['x', `${root}/at/uid/U/opa/V`, `${root}/to/uid/U`, `${root}/to/uid/U/app/V`]) {
      assert.equal(parsePortalTopic(root, other), undefined, other)
    }
  })

  test('filters: …/#/ is read as …/#, other misplaced wildcards are refused (W 2.6)', () => {
    assert.equal(readTopicFilter('a/opa/#/'), 'a/opa/#')
    assert.equal(readTopicFilter('a/+/b/'), 'a/+/b/')
    for (const bad of ['', 'a#', '#/a', 'a/b+/c', 'a\0']) {
      assert.throws(() => readTopicFilter(bad), { code: 'TOPIC_MALFORMED' }, bad)
    }
  })

  test('waits double from half a second at least to a minute at most', () => {
    assert.deepEqual(
      [0, 1, 2, 6, 50].map((attempt) => backOffSeconds(attempt, () => 0)),
      [0.5, 1, 2, 30, 30],
    )
    assert.deepEqual(
      [0, 1, 2, 6, 50].map((attempt) => backOffSeconds(attempt, () => 1)),
      [1, 2, 4, 60, 60],
    )
  })

  test('the README lists every error code with its occasion', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8').replaceAll(/ +/g, ' ')
    for (const [code, { when, retry }] of Object.entries(partnerErrors)) {
      assert.ok(readme.includes(`| \`${code}\` | ${when} | ${retry ? 'yes' : 'no'} |`), `${code} | ${when}`)
    }
  })
})
