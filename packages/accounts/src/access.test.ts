import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Credentials, PublishDecision, SubscribeDecision } from '@pillion/broker'
import { accessPolicyContract } from '../../broker/src/ports/access-policy.contract.ts'
import { AccountAccess, type ProductTopics } from './access.ts'
import { grants, identityOf, openAccounts } from './accounts.fixture.ts'

const root = 'psa/Portal'
/** Says yes to everything, so that what is refused was refused before. */
const productTopics: ProductTopics = {
  root,
  publish: (topicName) => ({ topic: `product:${topicName}`, payloadBytesMax: 1, mayRetain: false }),
  subscribe: (topicFilter) => ({ filter: `product:${topicFilter}`, form: '' }),
}

accessPolicyContract('AccountAccess', async () => {
  const { accounts } = await openAccounts()
  const { password } = await accounts.add({ name: 'gateway', publish: ['a/#'], subscribe: ['a/+'] })
  return {
    policy: new AccountAccess({ accounts, productTopics }),
    accepted: { username: 'gateway', password: Buffer.from(password) },
    topicName: 'a/b',
    topicFilter: 'a/+',
    refused: { username: 'gateway', password: Buffer.from('wrong') },
    refusedTopicName: 'b',
  }
})

const opened = await openAccounts()
after(() => opened[Symbol.asyncDispose]())
const { accounts } = opened
const access = new AccountAccess({ accounts, productTopics })
const { password } = await accounts.add({ name: 'gateway' })
const certificate = {
  commonName: 'gateway',
  uris: [],
  fingerprint: 'ab'.repeat(32),
  serialNumber: '01',
  validFrom: 0,
  validTo: 2 ** 42,
}

// credentials | answer
const signIns: [string, Partial<Credentials>, string][] = [
  ['name and password', {}, 'account:gateway'],
  ['another password', { password: Buffer.from('x') }, '0x86 password_wrong'],
  ['an unknown name', { username: 'nobody' }, '0x86 username_unknown'],
  ['no name', { username: undefined }, '0x86 credentials_missing'],
  ['no password', { password: undefined }, '0x86 credentials_missing'],
  ['a client certificate', { certificate }, '0x87 certificate_of_other_identity'],
  ['a certificate and a wrong password', { certificate, password: Buffer.from('x') }, '0x86 password_wrong'],
  ['the partners’ listener', { listener: 'partners', certificate }, '0x87 certificate_of_other_identity'],
  ['the partners’ listener and no certificate', { listener: 'partners' }, '0x87 certificate_missing'],
]

for (const [what, fields, expected] of signIns) {
  test(`answers ${what} with ${expected} (W 2.2)`, () => {
    const decision = access.connect({
      clientId: 'c',
      username: 'gateway',
      password: Buffer.from(password),
      certificate: undefined,
      protocolVersion: 5,
      listener: 'mqtts',
      remoteAddress: '127.0.0.1',
      ...fields,
    })
    const answer = 'refused' in decision ? describeRefusal(decision) : decision.identity.key
    assert.equal(answer, expected)
  })
}

// granted | topic name | answer
const publications: [string, string, string][] = [
  ['a/#', 'a', 'account/a'],
  ['a/#', 'a/b', 'account/a/b'],
  ['a/+', 'a/b/c', '0x87 topic_not_granted'],
  ['#', '/a//', 'account//a//'],
  ['#', 'fleet/default/vehicle/V/U', 'account/fleet/default/vehicle/V/U'],
  ['#', '$SYS/a', '0x87 topic_reserved'],
  ['#', 'psa/other', 'account/psa/other'],
  ['#', `${root}s/x`, `account/${root}s/x`],
  ['#', `${root}/to/x`, '0x87 topic_not_granted'],
  ['#', root, '0x87 topic_not_granted'],
  ['+/#', `${root}/to/x`, '0x87 topic_not_granted'],
  ['psa/#', `${root}/to/x`, '0x87 topic_not_granted'],
  ['psa/+/#', `${root}/to/x`, '0x87 topic_not_granted'],
  [`${root}/#`, `${root}/to/x`, `product:${root}/to/x`],
  [`${root}/to/+`, `${root}/to/x`, `product:${root}/to/x`],
  [`${root}/to/+`, `${root}/from/x`, '0x87 topic_not_granted'],
  [`${root}/#`, 'psa/other', '0x87 topic_not_granted'],
]

for (const [granted, topicName, expected] of publications) {
  test(`answers a publication to ${topicName}, granted ${granted}, with ${expected}`, async () => {
    await accounts.grant('gateway', grants([granted]))
    const decision = await access.publish(identityOf('gateway'), topicName)
    assert.equal(describeDecision(decision), expected)
  })
}

// granted | filter asked for | answer
const subscriptions: [string, string, string][] = [
  ['a/#', 'a', 'account/a'],
  ['a/#', 'a/+/b', 'account/a/+/b'],
  ['a/#', '#', '0x87 filter_not_granted'],
  ['a/+', 'a/#', '0x87 filter_not_granted'],
  ['#', '#', 'account/#'],
  ['#', 'fleet/#', 'account/fleet/#'],
  ['#', 'a/#/b', '0x8f filter_malformed'],
  ['#', '$SYS/#', '0x87 filter_not_granted'],
  ['#', '$share/g/a', '0x87 filter_not_granted'],
  ['$SYS/#', '$SYS/broker/+', '$SYS/broker/+'],
  ['$SYS/#', '#', '0x87 filter_not_granted'],
  ['#', 'psa/+/to/x', 'account/psa/+/to/x'],
  ['#', `${root}/to/x`, '0x87 filter_not_granted'],
  ['#', `${root}/#`, '0x87 filter_not_granted'],
  ['+/#', root, '0x87 filter_not_granted'],
  ['psa/#', `${root}/#`, '0x87 filter_not_granted'],
  [`${root}/to/#`, `${root}/to/x/+`, `product:${root}/to/x/+`],
  [`${root}/to/#`, `${root}/+/x`, '0x87 filter_not_granted'],
  [`${root}/#`, `${root}/#`, `product:${root}/#`],
  [`${root}/#`, 'psa/#', '0x87 filter_not_granted'],
]

for (const [granted, filter, expected] of subscriptions) {
  test(`answers a subscription to ${filter}, granted ${granted}, with ${expected}`, async () => {
    await accounts.grant('gateway', grants([], [granted]))
    const decision = await access.subscribe(identityOf('gateway'), filter)
    assert.equal(describeDecision(decision), expected)
  })
}

test('covers a filter by one granted filter, not by several together', async () => {
  await accounts.grant('gateway', grants([], ['a/+', 'a/b/#', 'c']))
  const answers = ['a/+', 'a/b/c', 'c', 'a/#'].map((filter) => 'filter' in ask(filter))
  assert.deepEqual(answers, [true, true, true, false])
})

test('presents topics as they were published, and lets subscriptions be shared and messages be retained', async () => {
  await accounts.grant('gateway', grants(['#'], ['#', '$SYS/#', `${root}/#`]))
  const grant = ask('#')
  assert.ok('filter' in grant)
  assert.equal(grant.present?.('account/a//b'), 'a//b')
  assert.deepEqual([grant.form, grant.mayShare], ['', true])
  const published = await access.publish(identityOf('gateway'), 'a')
  assert.deepEqual(published, { topic: 'account/a', payloadBytesMax: Infinity, mayRetain: true })
  const product = ask(`${root}/#`)
  assert.ok('filter' in product && product.mayShare === undefined)
})

test('answers by the grants of now, and tells by its epoch that older answers are stale', async () => {
  await accounts.grant('gateway', grants(['a']))
  const { epoch } = access
  await accounts.grant('gateway', grants(['b']))
  assert.ok(access.epoch > epoch)
  assert.equal(describeDecision(await access.publish(identityOf('gateway'), 'a')), '0x87 topic_not_granted')
  assert.equal(describeDecision(await access.publish(identityOf('gateway'), 'b')), 'account/b')
})

test('grants nothing to an account that is no longer there', async () => {
  for (const decision of [
    await access.publish(identityOf('removed'), 'a'),
    await access.subscribe(identityOf('removed'), 'a'),
  ])
    assert.equal(describeDecision(decision), '0x87 account_unknown')
})

test('knows no product where there is none', async () => {
  await accounts.grant('gateway', grants(['#']))
  const plain = new AccountAccess({ accounts })
  assert.equal(describeDecision(await plain.publish(identityOf('gateway'), `${root}/x`)), `account/${root}/x`)
})

function ask(filter: string): SubscribeDecision {
  return access.subscribe(identityOf('gateway'), filter) as SubscribeDecision
}

function describeDecision(decision: PublishDecision | SubscribeDecision): string {
  if ('refused' in decision) return describeRefusal(decision)
  return 'topic' in decision ? decision.topic : decision.filter
}

function describeRefusal({ refused, reason }: { refused: number; reason: string }): string {
  return `0x${refused.toString(16)} ${reason}`
}
