import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { openSqlite } from '@pillion/store'
import { defaultLimits as limits } from '../limits.ts'
import { openFactorSecret, sealFactorSecret } from './factor-secret.ts'
import { Operators } from './operators.ts'
import { requirePassword } from './require-password.ts'
import { isSameOrigin } from './same-origin.ts'
import { SecondFactors } from './second-factors.ts'
import { Sessions } from './sessions.ts'

const store = await openSqlite({ file: ':memory:' })
after(() => store.close())
const clock = { now: Date.UTC(2026, 0, 1) }
const now = () => clock.now
const operators = new Operators({ store: store.operators, limits, now })
const sessions = new Sessions({ store: store.sessions, limits, now })
const password = 'four random words'

const passwords: [password: string, refused: RegExp | undefined][] = [
  ['eleven char', /needs 12 characters/],
  ['twelve chars', undefined],
  ['ab'.repeat(10), /repeats a few/],
  ['123456789012', /counts/],
  ['Password1234', /Many people use it/],
  ['qwertyuiop!!', /Many people use it/],
  ['annaannaanna', /repeats a few/],
  ['jean-pierre1', /the name/],
  ['Jean-Pierre jean-pierre', /the name/],
  ['correct horse battery staple', undefined],
  ['пароль из слов', undefined],
  [`${'x1y2z'.repeat(25)}abc`, undefined],
  [`${'x1y2z'.repeat(25)}abcd`, /128 characters at most/],
  ['🚗🚕🚙🚌🚎🏎🚓🚑🚒🚐🛻🚚', undefined],
]
for (const [given, refused] of passwords) {
  test(`${refused === undefined ? 'takes' : 'refuses'} the password ${given.slice(0, 30)}`, () => {
    if (refused === undefined) assert.equal(requirePassword(given, 'jean-pierre'), given.normalize('NFC'))
    else
      assert.throws(() => requirePassword(given, 'jean-pierre'), {
        code: 'PASSWORD_TOO_WEAK',
        message: refused,
      })
  })
}

test('knows a password again however its accents were typed, and a name in any case', async () => {
  await operators.add({ name: 'Zoé'.replace('é', 'e'), role: 'admin', password: 'caf\u00e9 au lait ici' })
  assert.equal((await operators.verify(' ZOE', 'cafe\u0301 au lait ici'))?.name, 'zoe')
  assert.equal(await operators.verify('zoe', 'cafe au lait ici'), undefined)
})

test('refuses names that are not letters, digits and a few signs', async () => {
  for (const name of ['', 'a b', '-a', 'a/b', 'é', 'a'.repeat(65)])
    await assert.rejects(operators.add({ name, role: 'viewer', password }), {
      code: 'OPERATOR_NAME_MALFORMED',
    })
})

test('a session ends after 12 hours, or 30 minutes in which it was not used', async () => {
  const { operator } = await operators.add({ name: 'anna', role: 'viewer', password })
  const begun = await sessions.begin(operator)
  assert.ok(begun)
  const isOpen = async () => (await sessions.find(begun.token)) !== undefined
  for (let minutes = 0; minutes < 720; minutes += 30) {
    assert.equal(await isOpen(), true, `after ${minutes} minutes`)
    clock.now += 30 * 60_000
  }
  assert.equal(await isOpen(), false)
  const idle = await sessions.begin(operator)
  assert.ok(idle)
  clock.now += 30 * 60_000
  assert.equal(await sessions.isOpen(idle.session.hash), true)
  assert.ok(await sessions.find(idle.token, { isUse: false }), 'a page that asks by itself')
  clock.now += 1
  assert.equal(await sessions.find(idle.token), undefined)
})

/** RFC 6238, appendix B: SHA-1 of this secret, the last six of its eight digits. */
const vectorSecret = Buffer.from('12345678901234567890')
const vectors: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
]

async function makeFactor(name: string, secret: Uint8Array, seconds: number) {
  const time = { seconds }
  const key = randomBytes(32)
  const factors = new SecondFactors({ store: store.factors, key, now: () => time.seconds * 1_000 })
  await operators.add({ name, role: 'viewer', password })
  await store.factors.propose(name, sealFactorSecret(key, name, secret))
  return { factors, time, use: async (code: string) => factors.use(await operators.find(name), code) }
}

test('takes the codes of RFC 6238, appendix B', async () => {
  const { factors, time, use } = await makeFactor('vector', vectorSecret, 0)
  // Of the beginning of 1970, the one of its own time (RFC 4226, appendix D).
  await factors.confirm('vector', '755224')
  for (const [seconds, code] of vectors) {
    time.seconds = seconds
    assert.equal(await use(code), 'code', `${seconds} s`)
    assert.equal(await use(code), undefined, `${seconds} s, again`)
  }
})

test('takes a code half a minute early or late, none twice, and none older than the last (RFC 6238, 5.2)', async () => {
  // Steps 1, 2 and 3 of RFC 4226, appendix D.
  const [one, two, three] = ['287082', '359152', '969429'] as const
  const { factors, time, use } = await makeFactor('early', vectorSecret, 30)
  await assert.rejects(factors.confirm('early', three), { code: 'SECOND_FACTOR_REFUSED' })
  await factors.confirm('early', one)
  assert.equal(await use(one), undefined)
  assert.equal(await use(three), undefined, 'two steps early')
  assert.equal(await use(two), 'code', 'one step early')
  time.seconds = 119
  assert.equal(await use(two), undefined, 'used')
  assert.equal(await use(three), 'code', 'at its end')
  const late = await makeFactor('behind', vectorSecret, 0)
  await late.factors.confirm('behind', '755224')
  late.time.seconds = 90
  assert.equal(await late.use(one), undefined, 'two steps late')
  assert.equal(await late.use(two), 'code', 'one step late')
})

test('takes ten wrong codes of an operator at once, from wherever they come, and then one in half an hour', async () => {
  const { factors, time, use } = await makeFactor('guessed', vectorSecret, 0)
  const [recovery = ''] = await factors.confirm('guessed', '755224')
  time.seconds = 59
  const answers = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) => use(`00000${index % 10}`)),
  )
  assert.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : answer.reason.retryAfterSeconds)),
    [...Array.from({ length: 10 }, () => undefined), 1_800, 1_800],
  )
  await assert.rejects(use('287082'), { code: 'SECOND_FACTOR_GUESSES_TOO_MANY' }, 'also the right one')
  assert.equal(await use(recovery), 'recovery-code')
  time.seconds += 1_800
  assert.equal(await use('000000'), undefined)
  await assert.rejects(use('000000'), { retryAfterSeconds: 1_800 })
  time.seconds = 1_111_111_109
  assert.equal(await use('081804'), 'code')
})

test('a secret is encrypted for its operator, and of no use with another key or for another operator', () => {
  const key = randomBytes(32)
  const sealed = sealFactorSecret(key, 'anna', vectorSecret)
  assert.equal(sealed.includes(vectorSecret), false)
  assert.deepEqual(openFactorSecret(key, 'anna', sealed), vectorSecret)
  assert.throws(() => openFactorSecret(key, 'zoe', sealed), /--reset-factor/)
  assert.throws(() => openFactorSecret(randomBytes(32), 'anna', sealed), /factor-key/)
})

test('an operator is signed in at 20 places at most [operatorSessionsMax]', async () => {
  const operator = await store.operators.find('anna')
  assert.ok(operator)
  const tokens: string[] = []
  for (let count = 0; count <= limits.operatorSessionsMax; count++) {
    clock.now++
    tokens.push((await sessions.begin(operator))?.token ?? '')
  }
  assert.equal(await sessions.find(tokens[0] ?? ''), undefined)
  assert.ok(await sessions.find(tokens[1] ?? ''))
})

test('there are no more operators than may be [operatorsMax]', async () => {
  const few = new Operators({ store: store.operators, limits: { ...limits, operatorsMax: 2 }, now })
  await assert.rejects(few.add({ name: 'third', role: 'viewer', password }), { code: 'OPERATORS_TOO_MANY' })
})

test('a one-time link works for a day [operatorLinkSeconds]', async () => {
  const { link, expiresAt } = await operators.createLink()
  assert.equal(expiresAt - clock.now, 86_400_000)
  clock.now = expiresAt - 1
  assert.equal(await operators.isLink(link), true)
  clock.now = expiresAt
  assert.equal(await operators.isLink(link), false)
  const operator = await operators.prepare({ name: 'late', role: 'admin', password })
  await assert.rejects(operators.addByLink(link, operator), { code: 'LINK_REFUSED' })
})

test('makes a link at the start while there is nobody, and not afterwards', async () => {
  await operators.open()
  assert.equal(operators.firstLink, undefined)
  for (const name of ['zoe', 'anna', 'vector', 'early', 'behind', 'guessed'])
    await store.operators.remove(name)
  assert.equal((await operators.list()).length, 1)
})

const host = 'pillion.example:8443'
const origins: [headers: Record<string, string>, isSame: boolean][] = [
  [{ host }, true],
  [{ host, origin: `https://${host}` }, true],
  [{ host, origin: `http://${host}` }, true],
  [{ host: host.toUpperCase(), origin: `https://${host}` }, true],
  [{ host, origin: 'https://pillion.example' }, false],
  [{ host, origin: 'https://demo.pillion.example:8443' }, false],
  [{ host, origin: 'null' }, false],
  [{ host, 'sec-fetch-site': 'none' }, true],
  [{ host, 'sec-fetch-site': 'same-origin' }, true],
  [{ host, 'sec-fetch-site': 'same-site' }, false],
  [{ host, 'sec-fetch-site': 'cross-site', origin: `https://${host}` }, false],
]
for (const [headers, isSame] of origins)
  test(`${isSame ? 'is' : 'is not'} of the same origin: ${JSON.stringify(headers)}`, () => {
    assert.equal(isSameOrigin(headers), isSame)
  })
