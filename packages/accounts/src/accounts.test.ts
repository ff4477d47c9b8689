import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limits } from '@pillion/schema'
import { AccountError, type accountErrors } from './account-error.ts'
import { grants, openAccounts } from './accounts.fixture.ts'
import { type AccountChange, Accounts } from './accounts.ts'

test('issues a password of 256 bits and stores only its hash', async () => {
  await using opened = await openAccounts(() => 42)
  const { account, password } = await opened.accounts.add({ name: 'gateway', publish: ['a/#'] })
  assert.match(password, /^[\w-]{43}$/)
  assert.deepEqual(account, { name: 'gateway', grants: grants(['a/#']), createdAt: 42 })
  assert.deepEqual(opened.accounts.list(), [account])
  assert.deepEqual(opened.accounts.find('gateway'), account)
  const stored = await opened.store.listAccounts()
  assert.doesNotMatch(JSON.stringify(stored), new RegExp(password))
  assert.equal(stored[0]?.passwordHash.length, 32)
})

test('knows every account again after a restart', async () => {
  await using opened = await openAccounts()
  const { password } = await opened.accounts.add({ name: 'b', subscribe: ['x/+'] })
  await opened.accounts.add({ name: 'a' })
  await opened.accounts.add({ name: 'B' })
  const again = await Accounts.open({ store: opened.store })
  assert.deepEqual(again.list(), opened.accounts.list())
  assert.deepEqual(
    again.list().map(({ name }) => name),
    ['B', 'a', 'b'],
  )
  assert.ok(again.verify('b', password))
})

test('verifies a password, of nobody else and of nobody unknown', async () => {
  await using opened = await openAccounts()
  const { password } = await opened.accounts.add({ name: 'a' })
  const other = await opened.accounts.add({ name: 'b' })
  assert.equal(opened.accounts.verify('a', Buffer.from(password)), true)
  assert.equal(opened.accounts.verify('a', other.password), false)
  assert.equal(opened.accounts.verify('a', ''), false)
  assert.equal(opened.accounts.verify('c', password), false)
})

test('puts the account’s name where a filter says {name}, and keeps each filter once', async () => {
  await using opened = await openAccounts()
  const { account } = await opened.accounts.add({
    name: 'truck.7',
    publish: ['t/{name}/#', 't/truck.7/#', '{name}'],
    subscribe: ['c/{name}/{name}'],
  })
  assert.deepEqual(account.grants, grants(['t/truck.7/#', 'truck.7'], ['c/truck.7/truck.7']))
})

test('replaces grants, and ends connections unless each filter stays that might be subscribed', async () => {
  await using opened = await openAccounts()
  await opened.accounts.add({ name: 'a', publish: ['p'], subscribe: ['a/+', 'b'] })
  const changes = record(opened.accounts)
  await opened.accounts.grant('a', grants([], ['c', 'b', 'a/+']))
  assert.deepEqual(opened.accounts.find('a')?.grants, grants([], ['c', 'b', 'a/+']))
  await opened.accounts.grant('a', grants(['p'], ['c', 'b', '#']))
  assert.deepEqual(
    changes.map(({ name, endsConnections }) => [name, endsConnections !== undefined]),
    [
      ['a', false],
      ['a', true],
    ],
  )
})

test('lets a replaced password work until the overlap is over, then ends its connections', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  await using opened = await openAccounts()
  const { accounts } = opened
  const first = await accounts.add({ name: 'a' })
  const changes = record(accounts)
  const second = await accounts.rotatePassword('a', 60)
  assert.equal(second.replacedEndsAt, 60_000)
  t.mock.timers.tick(59_999)
  assert.deepEqual(
    [accounts.verify('a', first.password), accounts.verify('a', second.password)],
    [true, true],
  )
  assert.deepEqual(changes, [])
  t.mock.timers.tick(1)
  assert.deepEqual(
    [accounts.verify('a', first.password), accounts.verify('a', second.password)],
    [false, true],
  )
  assert.deepEqual(
    changes.map(({ endsConnections, isElsewhere }) => [typeof endsConnections, isElsewhere]),
    // Each node sees it by itself.
    [['string', true]],
  )
})

test('remembers over a restart how long a replaced password works', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  await using opened = await openAccounts()
  const first = await opened.accounts.add({ name: 'a' })
  await opened.accounts.rotatePassword('a', 60)
  const again = await Accounts.open({ store: opened.store })
  const changes = record(again)
  assert.ok(again.verify('a', first.password))
  t.mock.timers.tick(60_000)
  assert.ok(!again.verify('a', first.password))
  assert.equal(changes.length, 1)
  const late = await Accounts.open({ store: opened.store })
  assert.ok(!late.verify('a', first.password))
})

test('ends a password at once without overlap, and an older one when another is replaced', async () => {
  await using opened = await openAccounts()
  const { accounts } = opened
  const first = await accounts.add({ name: 'a' })
  const changes = record(accounts)
  const second = await accounts.rotatePassword('a', 60)
  assert.equal(changes.length, 0)
  const third = await accounts.rotatePassword('a', 60)
  assert.equal(changes.length, 1)
  const works = () => [first, second, third].map(({ password }) => accounts.verify('a', password))
  assert.deepEqual(works(), [false, true, true])
  const fourth = await accounts.rotatePassword('a', 0)
  assert.equal(changes.length, 2)
  assert.deepEqual([...works(), accounts.verify('a', fourth.password)], [false, false, false, true])
})

test('replaces passwords with an overlap of a day unless told otherwise, or as long as it may be', async () => {
  await using opened = await openAccounts(() => 0)
  await opened.accounts.add({ name: 'a' })
  assert.equal((await opened.accounts.rotatePassword('a')).replacedEndsAt, 86_400_000)
  await using hasty = await openAccounts(() => 0, { ...limits, passwordOverlapSecondsMax: 60 })
  await hasty.accounts.add({ name: 'a' })
  assert.equal((await hasty.accounts.rotatePassword('a')).replacedEndsAt, 60_000)
})

test('removes an account, ends its connections and lets the name be used again', async () => {
  await using opened = await openAccounts()
  const { accounts } = opened
  const { account, password } = await accounts.add({ name: 'a' })
  const changes = record(accounts)
  assert.deepEqual(await accounts.remove('a'), account)
  assert.equal(changes[0]?.endsConnections, 'The account was removed.')
  assert.deepEqual(
    [accounts.list(), accounts.find('a'), accounts.verify('a', password)],
    [[], undefined, false],
  )
  await accounts.add({ name: 'a' })
  assert.equal(accounts.verify('a', password), false)
})

test('makes changes that were asked for at once one after another', async () => {
  await using opened = await openAccounts()
  const { accounts } = opened
  const results = await Promise.allSettled([
    accounts.add({ name: 'a' }),
    accounts.add({ name: 'a' }),
    accounts.grant('a', grants(['x'])),
    accounts.rotatePassword('a'),
  ])
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  assert.deepEqual((await opened.store.listAccounts())[0]?.grants, grants(['x']))
})

test('takes as many accounts and filters as the limits say, and not one more', async () => {
  await using opened = await openAccounts(Date.now, { ...limits, accountsMax: 2, accountFiltersMax: 3 })
  const { accounts } = opened
  await accounts.add({ name: 'a', publish: ['1', '2', '3'], subscribe: ['1', '2', '3', '1'] })
  await accounts.add({ name: 'b' })
  await assert.rejects(accounts.add({ name: 'c' }), { code: 'ACCOUNTS_TOO_MANY' })
  for (const wanted of [grants(['1', '2', '3', '4']), grants([], ['1', '2', '3', '4'])])
    await assert.rejects(accounts.grant('b', wanted), { code: 'FILTERS_TOO_MANY' })
  await accounts.remove('a')
  await accounts.add({ name: 'c' })
})

const longest = 'f'.repeat(limits.topicBytesMax)
const deepest = Array(limits.topicLevelsMax).fill('l').join('/')

test('grants filters as long and deep as they may be subscribed', async () => {
  await using opened = await openAccounts()
  await opened.accounts.add({ name: 'a', publish: [longest], subscribe: [deepest, '$SYS', '$SYS/+/x'] })
})

// What an operator asks | code | what the detail names
const mistakes: [string, (accounts: Accounts) => Promise<unknown>, keyof typeof accountErrors, string][] = [
  ['a name with a slash', (each) => each.add({ name: 'a/b' }), 'ACCOUNT_NAME_MALFORMED', '"a/b"'],
  ['a name of 65', (each) => each.add({ name: 'n'.repeat(65) }), 'ACCOUNT_NAME_MALFORMED', 'nnn'],
  ['an account again', (each) => each.add({ name: 'a' }), 'ACCOUNT_ALREADY_EXISTS', 'a'],
  ['an unknown account to remove', (each) => each.remove('x'), 'ACCOUNT_NOT_FOUND', '"x"'],
  ['an unknown account to grant', (each) => each.grant('x', grants([])), 'ACCOUNT_NOT_FOUND', '"x"'],
  ['an unknown account’s new password', (each) => each.rotatePassword('x'), 'ACCOUNT_NOT_FOUND', '"x"'],
  ['an empty filter', (each) => each.add({ name: 'b', publish: [''] }), 'FILTER_MALFORMED', '""'],
  ['a # in between', (each) => each.add({ name: 'b', subscribe: ['a/#/b'] }), 'FILTER_MALFORMED', 'a/#/b'],
  ['half a wildcard', (each) => each.grant('a', grants(['a+'])), 'FILTER_MALFORMED', 'a+'],
  ['too long a filter', (each) => each.grant('a', grants([`${longest}f`])), 'FILTER_MALFORMED', 'fff'],
  ['too deep a filter', (each) => each.grant('a', grants([`${deepest}/l`])), 'FILTER_MALFORMED', 'l/l'],
  ['to publish to $SYS', (each) => each.grant('a', grants(['$SYS/a'])), 'FILTER_NOT_GRANTABLE', '$SYS/a'],
  ['$SYSTEM', (each) => each.grant('a', grants([], ['$SYSTEM/#'])), 'FILTER_NOT_GRANTABLE', '$SYSTEM'],
  [
    'a shared filter',
    (each) => each.grant('a', grants([], ['$share/g/a'])),
    'FILTER_NOT_GRANTABLE',
    'without',
  ],
  ['a negative overlap', (each) => each.rotatePassword('a', -1), 'OVERLAP_OUT_OF_RANGE', '-1'],
  ['no number for overlap', (each) => each.rotatePassword('a', Number.NaN), 'OVERLAP_OUT_OF_RANGE', 'NaN'],
  ['too long an overlap', (each) => each.rotatePassword('a', 604_801), 'OVERLAP_OUT_OF_RANGE', '604801'],
]

for (const [name, ask, code, named] of mistakes) {
  test(`refuses ${name} with ${code}, and changes nothing`, async () => {
    await using opened = await openAccounts()
    await opened.accounts.add({ name: 'a', publish: ['p'] })
    const before = await opened.store.listAccounts()
    const changes = record(opened.accounts)
    await assert.rejects(ask(opened.accounts), (error) => {
      assert.ok(error instanceof AccountError)
      assert.equal(error.code, code)
      assert.ok(error.detail.includes(named), error.detail)
      return true
    })
    assert.deepEqual(await opened.store.listAccounts(), before)
    assert.deepEqual(changes, [])
  })
}

test('what another node changes in the store holds here as soon as that is told', async () => {
  await using opened = await openAccounts()
  const { accounts, store } = opened
  const other = await Accounts.open({ store })
  const changes = record(accounts)
  const { account, password } = await other.add({ name: 'a', publish: ['p'] })
  assert.equal(accounts.verify('a', password), false)
  await accounts.changedElsewhere({ name: account.name })
  assert.equal(accounts.verify('a', password), true)
  // Two changes, of which the first is told when both have been made.
  await other.grant('a', grants(['p', 'q']))
  const rotated = await other.rotatePassword('a', 0)
  await accounts.changedElsewhere({ name: account.name })
  await accounts.changedElsewhere({ name: account.name, endsConnections: 'ended' })
  assert.equal(accounts.verify('a', rotated.password), true)
  assert.equal(accounts.verify('a', password), false)
  const told = { name: 'a', isElsewhere: true }
  assert.deepEqual(changes, [told, told, { ...told, endsConnections: 'ended' }])
  other.close()
})

test('what may have changed unheard is found by reading everything again', async () => {
  await using opened = await openAccounts()
  const { accounts, store } = opened
  for (const name of ['gone', 'same', 'rotated']) await accounts.add({ name })
  const other = await Accounts.open({ store })
  await other.remove('gone')
  await other.rotatePassword('rotated', 0)
  await other.add({ name: 'new' })
  const changes = record(accounts)
  await accounts.changedElsewhere()
  assert.deepEqual(
    accounts.list().map(({ name }) => name),
    ['new', 'rotated', 'same'],
  )
  assert.deepEqual(changes.map(({ name }) => name).sort(), ['gone', 'new', 'rotated'])
  other.close()
})

function record(accounts: Accounts): AccountChange[] {
  const changes: AccountChange[] = []
  accounts.onChange((change) => changes.push(change))
  return changes
}
