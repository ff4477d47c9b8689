import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Answer, Stage } from './stage.ts'

/** As a server has it without configuration. */
const usual = { 'limits.signInFailuresPerAddressMax': 50, 'limits.signInFailuresPerAccountMax': 100 }
/** More than may wait in line for their turn. */
const guessers = 100
const heapGrowthBytesMax = 32_000_000

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const heapBytes = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}
const signIn = (stage: Stage, body: object, localAddress: string) =>
  stage.ask('anonymous', 'POST', '/api/oauth2/token', { body, localAddress })
/** What the answer is, without what may differ for good reason. */
const shape = ({ status, json }: Answer) =>
  `${status} ${(json as { errorCode?: string } | undefined)?.errorCode ?? ''}`

test('10,000 failed sign-ins are held back; owners are served; memory is bounded (P 1.5, 2.2)', async (t) => {
  // So long may a sign-in wait in line for its turn: 10 s otherwise, which would only make this test longer.
  const flags = { ...usual, 'limits.connectSeconds': 2 }
  const stage = await Stage.open({ users: ['mia', 'tom'], things: ['lamp'] }, flags)
  const mia = { username: 'mia', password: 'harbour-mia' }
  await signIn(stage, { username: 'nobody', password: 'wrong' }, '127.0.0.3')
  const before = heapBytes()
  const startedAt = performance.now()
  const seen = new Map<string, number>()
  const owners: number[] = []
  let left = 10_000
  const guess = async () => {
    while (left > 0) {
      const n = left--
      const username = n % 2 === 0 ? 'tom' : `guess-${n}`
      const answer = await signIn(stage, { username, password: `wrong-${n}` }, '127.0.0.3')
      seen.set(shape(answer), (seen.get(shape(answer)) ?? 0) + 1)
      if (answer.status === 429) assert.ok(Number(answer.headers['retry-after']) >= 1, 'Retry-After')
      if (n % 1_000 === 0) owners.push((await signIn(stage, mia, '127.0.0.2')).status)
    }
  }
  await Promise.all(Array.from({ length: guessers }, guess))
  const seconds = (performance.now() - startedAt) / 1_000
  t.diagnostic(`${JSON.stringify(Object.fromEntries(seen))} in ${seconds.toFixed(1)} s`)
  const answered = seen.get('400 invalid_grant') ?? 0
  const heldBack = seen.get('429 TOO_MANY_REQUESTS') ?? 0
  assert.equal(answered + heldBack, 10_000, 'nothing but these two answers')
  // 50 at once, and 5 in each second after them.
  assert.ok(answered >= 49 && answered <= 50 + 5 * (seconds + 1), `${answered} answers in ${seconds} s`)
  assert.deepEqual(owners, Array(10).fill(200))
  assert.equal((await signIn(stage, { username: 'tom', password: 'harbour-tom' }, '127.0.0.2')).status, 200)
  const token = await stage.ask('mia', 'GET', '/users/me', { localAddress: '127.0.0.3' })
  assert.equal(token.status, 200, `tokens still work there: ${token.text}`)
  const grown = heapBytes() - before
  assert.ok(grown < heapGrowthBytesMax, `${grown} bytes`)
})

describe('guessing', () => {
  test('one name from many addresses is held back, whether anybody has that name or not (P 2.2)', async () => {
    const few = { 'limits.signInFailuresPerAddressMax': 4, 'limits.signInFailuresPerAccountMax': 6 }
    const stage = await Stage.open({ users: ['mia'], things: ['lamp'] }, { ...usual, ...few })
    const guess = async (username: string, net: number) => {
      const answers: string[] = []
      for (const host of [1, 2, 3])
        for (let n = 0; n < 4; n++)
          answers.push(
            shape(await signIn(stage, { username, password: `wrong-${n}` }, `127.${net}.0.${host}`)),
          )
      return answers
    }
    const known = await guess('mia', 1)
    assert.ok(known.includes('429 TOO_MANY_REQUESTS'), known.join())
    assert.deepEqual(await guess('nobody', 2), known)
    assert.deepEqual(await guess('VENDOR_THING_ID:lamp', 3), known)
    assert.deepEqual(await guess('VENDOR_THING_ID:none', 4), known)
    const owner = await signIn(stage, { username: 'mia', password: 'harbour-mia' }, '127.0.0.9')
    assert.equal(owner.status, 200, 'its owner, from elsewhere, is served')
  })

  const strict = { 'limits.signInFailuresPerAddressMax': 10 }
  const heldBack = async (ask: (n: number) => Promise<Answer>) => {
    const all = new Set<string>()
    for (let from = 0; from < 40; from += 8) {
      const answers = await Promise.all([...Array(8).keys()].map((n) => ask(from + n)))
      for (const answer of answers) all.add(shape(answer))
    }
    assert.ok(all.has('429 TOO_MANY_REQUESTS'), [...all].join())
  }

  test('client secrets is held back (P 2.2)', async () => {
    const stage = await Stage.open({}, strict)
    await heldBack((n) =>
      signIn(stage, { client_id: stage.app.clientID, client_secret: `no-${n}` }, '127.0.0.4'),
    )
  })

  test('a thing’s password by claiming the thing is held back (P 4.4)', async () => {
    const stage = await Stage.open({ pseudoUsers: ['mia'], things: ['lamp'] }, strict)
    const path = stage.fill('/things/{lamp}/ownership')
    const userID = stage.fill('{mia}')
    await heldBack((n) =>
      stage.ask('mia', 'POST', path, {
        body: { userID, thingPassword: `wrong-${n}` },
        localAddress: '127.0.0.5',
      }),
    )
  })

  test('a user’s password by changing it is held back (P 3.4)', async () => {
    const stage = await Stage.open({ users: ['mia'] }, strict)
    const body = (n: number) => ({ oldPassword: `wrong-${n}`, newPassword: 'harbour-10' })
    await heldBack((n) =>
      stage.ask('mia', 'PUT', '/users/me/password', { body: body(n), localAddress: '127.0.0.6' }),
    )
  })
})

test('an unknown user takes as long as a wrong password (P 2.2)', async (t) => {
  const stage = await Stage.open({ users: ['mia'], things: ['lamp'] })
  const kinds = ['mia', 'nobody', 'nobody@nowhere', 'VENDOR_THING_ID:lamp', 'VENDOR_THING_ID:none']
  const times = new Map(kinds.map((kind) => [kind, [] as number[]]))
  for (let round = 0; round < 12; round++) {
    for (const [username, list] of times) {
      const startedAt = performance.now()
      const { status } = await signIn(stage, { username, password: 'wrong-one' }, '127.0.0.2')
      list.push(performance.now() - startedAt)
      assert.equal(status, 400)
    }
  }
  const medians = new Map(
    [...times].map(([kind, list]) => [kind, list.toSorted((a, b) => a - b)[list.length >> 1] ?? 0]),
  )
  t.diagnostic(JSON.stringify(Object.fromEntries(medians)))
  const wrong = medians.get('mia') ?? 0
  for (const [kind, median] of medians) {
    const ratio = median / wrong
    assert.ok(ratio > 0.6 && ratio < 1.67, `${kind}: ${ratio} times as long as a wrong password`)
  }
})
