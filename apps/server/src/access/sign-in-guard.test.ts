import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ManualClock } from '@pillion/testkit'
import fc from 'fast-check'
import { defaultLimits } from '../limits.ts'
import { HeldBack, type SignIn, SignInGuard } from './sign-in-guard.ts'

const { signInFailuresPerAddressMax: burst, signInFailuresPerAccountMax: perAccount } = defaultLimits
const HOUR = defaultLimits.signInWindowSeconds * 1_000

function setUp(limits: Partial<typeof defaultLimits> = {}) {
  const clock = new ManualClock()
  const lines: string[] = []
  const log = { warn: (fields: object) => void lines.push(JSON.stringify(fields)) }
  const guard = new SignInGuard({ limits: { ...defaultLimits, ...limits }, log: log as never, clock })

  /** What became of each attempt, in the order they were answered: true, false, or why there was no answer. */
  const answers: (boolean | string)[] = []
  const attempt = async (
    signIn: SignIn & { right?: boolean; isKnownName?: boolean; verify?: () => boolean | Promise<boolean> },
  ) => {
    const { right = false, isKnownName = true, verify = () => right } = signIn
    const failure = { reason: 'password_wrong', isKnownName }
    const answer = await guard.check(signIn, verify, (isRight) => (isRight ? undefined : failure))
    const outcome = answer instanceof HeldBack ? answer.reason : answer
    answers.push(outcome)
    return outcome
  }
  const advance = async (milliseconds: number, step = 50) => {
    for (let passed = 0; passed < milliseconds; passed += step) {
      clock.advance(Math.min(step, milliseconds - passed))
      await turn()
    }
  }
  /** So many wrong ones after each other. */
  const fail = async (count: number, signIn: SignIn) => {
    for (let index = 0; index < count; index++) void attempt(signIn)
    await turn()
  }
  return { clock, lines, guard, answers, attempt, advance, fail }
}

const address = '192.0.2.1'

describe('an address that guesses', () => {
  it('gets 50 answers at once and then 5 a second, in the order it asked', async () => {
    const { answers, attempt, advance } = setUp()
    const order: number[] = []
    for (let index = 0; index < burst + 30; index++)
      void attempt({ address, name: `n${index}` }).then(() => order.push(index))
    await turn()
    assert.equal(answers.length, burst)
    for (let second = 1; second <= 4; second++) {
      await advance(1_000)
      assert.equal(answers.length, burst + 5 * second)
    }
    assert.deepEqual(answers, Array(burst + 20).fill(false))
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    )
  })

  it('gets no more than that however many it tries at once, and none of the rest is checked', async () => {
    const { answers, attempt, guard } = setUp()
    let checked = 0
    const verify = async () => {
      checked++
      await turn()
      return false
    }
    for (let index = 0; index < 5_000; index++) void attempt({ address, verify })
    for (let round = 0; round < 5; round++) await turn()
    assert.equal(checked, burst)
    assert.equal(answers.filter((answer) => answer === false).length, burst)
    const { signInHeldPerAddressMax: held } = defaultLimits
    assert.equal(guard.counts().waiting, held)
    assert.equal(answers.filter((answer) => answer === 'sign_in_rate_exceeded').length, 5_000 - burst - held)
  })

  it('does not gain from the time it took to be held back', async () => {
    const { answers, attempt, advance } = setUp()
    for (let index = 0; index < burst; index++) {
      await attempt({ address })
      await advance(100)
    }
    for (let index = 0; index < 60; index++) void attempt({ address })
    await advance(2_000)
    assert.equal(answers.length, burst + 10)
  })

  it('is answered at once again after it was quiet for as long as its answers would have taken', async () => {
    const { answers, fail, advance } = setUp()
    await fail(burst, { address })
    await advance(10_000, 1_000)
    await fail(burst, { address })
    assert.equal(answers.length, 2 * burst)
  })

  it('waits with right credentials like with wrong ones, and others do not', async () => {
    const { attempt, fail, answers, advance } = setUp()
    await fail(burst, { address })
    const own = attempt({ address, right: true })
    assert.equal(await attempt({ address: '192.0.2.2', right: true }), true)
    await turn()
    assert.equal(answers.length, burst + 1)
    await advance(200)
    assert.equal(await own, true)
  })

  it('is the whole /64 of an IPv6 address', async () => {
    const { fail, attempt, answers } = setUp()
    await fail(burst, { address: '2001:db8::1' })
    void attempt({ address: '2001:db8::2' })
    await attempt({ address: '2001:db8:0:1::1' })
    await turn()
    assert.equal(answers.length, burst + 1)
  })

  it('is kept waiting no longer than a connection may take to sign in', async () => {
    const { attempt, fail, advance, clock, answers } = setUp({
      signInFailuresPerSecond: 1,
      connectSeconds: 3,
    })
    await fail(burst, { address })
    for (let index = 0; index < 10; index++) void attempt({ address })
    await advance(3_000)
    assert.deepEqual(answers.slice(burst), [false, false, ...Array(8).fill('sign_in_rate_exceeded')])
    assert.equal(clock.waiting, 0)
  })

  it('is named in the log once a minute', async () => {
    const { fail, lines, advance } = setUp()
    await fail(burst + 200, { address })
    const held = () => lines.filter((line) => line.includes('sign_in_rate_exceeded')).length
    assert.equal(held(), 1)
    assert.match(lines[0] ?? '', /192\.0\.2\.1/)
    await advance(60_000, 1_000)
    await fail(burst + 200, { address })
    assert.equal(held(), 2)
  })
})

describe('those who mean well', () => {
  it('pass by the thousand behind one address, without waiting, also after failures of one of them', async () => {
    const { attempt, answers, clock, fail } = setUp()
    await fail(20, { address })
    const verify = async () => {
      await turn()
      return true
    }
    for (let index = 0; index < 5_000; index++) void attempt({ address, verify })
    for (let round = 0; round < 2 * (5_000 / 30) && answers.length < 5_020; round++) await turn()
    assert.equal(answers.filter((answer) => answer === true).length, 5_000)
    assert.equal(clock.now(), new ManualClock().now())
  })

  it('leave nothing behind', async () => {
    const { attempt, guard, clock } = setUp()
    for (let index = 0; index < 300; index++)
      await attempt({ address: `10.0.${index % 250}.${index % 7}`, name: `n${index}`, right: true })
    assert.deepEqual(guard.size, { addresses: 0, names: 0 })
    assert.equal(clock.waiting, 0)
  })

  it('are not counted when the check itself fails', async () => {
    const { attempt, guard } = setUp()
    const away = () => Promise.reject(new Error('store away'))
    for (let index = 0; index < burst * 2; index++) await assert.rejects(attempt({ address, verify: away }))
    assert.equal(await attempt({ address, right: true }), true)
    assert.deepEqual(guard.counts().failures, {})
  })
})

describe('a name that is guessed at', () => {
  async function lock(limits: Partial<typeof defaultLimits> = {}) {
    const all = setUp({ signInFailuresPerAddressMax: 1_000, ...limits })
    await all.fail(perAccount + 20, { address, name: 'ACME' })
    return all
  }

  it('gets 100 answers an hour, and the address goes on with other names', async () => {
    const { answers, attempt, advance, lines } = await lock()
    assert.equal(answers.filter((answer) => answer === false).length, perAccount)
    assert.equal(answers.filter((answer) => answer === 'sign_in_account_locked').length, 20)
    assert.equal(await attempt({ address, name: 'OTHER', right: true }), true)
    assert.equal(lines.filter((line) => line.includes('sign_in_account_locked')).length, 1)
    await advance(HOUR - 1_000, 60_000)
    await attempt({ address, name: 'OTHER' })
    assert.equal(await attempt({ address, name: 'ACME' }), 'sign_in_account_locked')
    await advance(1_000)
    assert.equal(await attempt({ address, name: 'ACME' }), false)
  })

  it('is still served to its owner at an address without failures, as often as it likes', async () => {
    const { attempt } = await lock()
    const owner = { address: '192.0.2.2', name: 'ACME', right: true }
    const verify = async () => {
      await turn()
      return true
    }
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => attempt({ ...owner, verify })))
    assert.deepEqual(outcomes, Array(20).fill(true))
  })

  it('costs another address its one guess, however many it tries at once', async () => {
    const { answers, attempt } = await lock()
    answers.length = 0
    let checked = 0
    const verify = async () => {
      checked++
      await turn()
      return false
    }
    for (let index = 0; index < 200; index++) void attempt({ address: '192.0.2.3', name: 'ACME', verify })
    for (let round = 0; round < 5; round++) await turn()
    assert.equal(checked, 1)
    assert.deepEqual(answers, Array(200).fill('sign_in_account_locked'))
  })

  it('is locked as well if nobody has it, so that answers do not tell which names exist', async () => {
    const { attempt, answers, fail } = setUp({ signInFailuresPerAddressMax: 1_000 })
    for (let index = 0; index < perAccount; index++) await attempt({ address, name: 'x', isKnownName: false })
    await fail(1, { address, name: 'x' })
    assert.equal(answers.at(-1), 'sign_in_account_locked')
  })
})

describe('memory', () => {
  it('holds so many addresses and names and no more, and forgets the oldest first', async () => {
    const { attempt, guard } = setUp({ signInAddressesMax: 100, signInNamesMax: 100 })
    for (let index = 0; index < 1_000; index++) {
      const other = `10.1.${index >> 8}.${index & 255}`
      await attempt({ address: other, name: `known ${index}` })
      await attempt({ address: other, name: `unknown ${index}`, isKnownName: false })
    }
    assert.deepEqual(guard.size, { addresses: 100, names: 200 })
  })

  it('keeps a locked name through any number of made-up ones', async () => {
    const { attempt, answers, fail } = setUp({
      signInFailuresPerAddressMax: 10_000,
      signInHeldPerAddressMax: 0,
      signInNamesMax: 10,
    })
    await fail(perAccount, { address, name: 'ACME' })
    for (let index = 0; index < 100; index++) await attempt({ address, name: `${index}`, isKnownName: false })
    await attempt({ address, name: 'ACME', right: true })
    assert.equal(answers.at(-1), 'sign_in_account_locked')
  })

  it('keeps no name that is longer than names are', async () => {
    const { attempt, guard } = setUp()
    await attempt({ address, name: 'x'.repeat(257) })
    assert.equal(guard.size.names, 0)
    await attempt({ address, name: 'x'.repeat(256) })
    assert.equal(guard.size.names, 1)
  })

  it('lets only so many wait, of all addresses together', async () => {
    const { attempt, fail, guard } = setUp({ signInHeldMax: 10, signInHeldPerAddressMax: 8 })
    for (const other of ['192.0.2.1', '192.0.2.2']) {
      await fail(burst, { address: other })
      for (let index = 0; index < 8; index++) void attempt({ address: other })
    }
    await turn()
    assert.equal(guard.counts().waiting, 10)
    assert.deepEqual(guard.counts().heldBack, { sign_in_rate_exceeded: 6, sign_in_account_locked: 0 })
  })
})

describe('those who can be told to come back', () => {
  it('learn when', async () => {
    const { guard, fail, advance } = setUp()
    assert.equal(guard.holdBack({ address }), undefined)
    await fail(burst, { address })
    assert.equal(guard.holdBack({ address })?.retrySeconds, 1)
    await advance(200)
    assert.equal(guard.holdBack({ address }), undefined)
  })

  it('learn it of a locked name too', async () => {
    const { guard, fail, advance } = setUp({ signInFailuresPerAddressMax: 1_000 })
    await fail(perAccount, { address, name: 'ACME' })
    await advance(60_000, 60_000)
    const held = guard.holdBack({ address, name: 'ACME' })
    assert.deepEqual([held?.reason, held?.retrySeconds], ['sign_in_account_locked', 3_540])
    assert.equal(guard.holdBack({ address: '192.0.2.9', name: 'ACME' }), undefined)
  })
})

describe('who is held back', () => {
  it('is listed, addresses and names, and goes on at once when that is lifted', async () => {
    const { guard, answers, attempt, advance, fail } = setUp({ signInFailuresPerAccountMax: 3 })
    await fail(burst, { address })
    await fail(3, { address: '192.0.2.2', name: 'ACME' })
    void attempt({ address, right: true })
    await turn()
    assert.equal(answers.length, burst + 3)
    assert.deepEqual(guard.listBans(), [
      { kind: 'address', name: address, failures: burst, waitMilliseconds: 200 },
      { kind: 'identity', name: 'ACME', failures: 3, waitMilliseconds: HOUR },
    ])
    assert.equal(guard.liftBan('address', address), true)
    await turn()
    assert.equal(answers.at(-1), true)
    assert.equal(guard.liftBan('address', address), false)
    assert.equal(await attempt({ address: '192.0.2.2', name: 'ACME', right: true }), 'sign_in_account_locked')
    assert.equal(guard.liftBan('identity', 'ACME'), true)
    assert.equal(await attempt({ address: '192.0.2.2', name: 'ACME', right: true }), true)
    assert.deepEqual(guard.listBans(), [])
    await fail(burst, { address })
    assert.equal(guard.listBans().length, 1)
    await advance(1_000)
    assert.deepEqual(guard.listBans(), [])
  })
})

describe('whatever comes in whatever order', () => {
  const limits = {
    signInFailuresPerAddressMax: 4,
    signInFailuresPerSecond: 2,
    signInFailuresPerAccountMax: 6,
    signInWindowSeconds: 60,
    signInHeldPerAddressMax: 3,
    signInHeldMax: 5,
    connectSeconds: 4,
  }
  const sign = fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.nat(400), fc.nat(20_000)),
    address: fc.constantFrom('192.0.2.1', '192.0.2.2', '192.0.2.3'),
    name: fc.constantFrom('A', 'B', undefined),
    right: fc.boolean(),
    checkMs: fc.constantFrom(0, 0, 100, 3_000),
  })
  type Wrong = { at: number; address: string; name: string | undefined }

  it('no address and no name gets more wrong answers than it may, and nobody is forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sign, { minLength: 20, maxLength: 80 }), async (signs) => {
        const { clock, guard, attempt, advance } = setUp(limits)
        const wrong: Wrong[] = []
        let open = 0
        for (const { afterMs, address, name, right, checkMs } of signs) {
          await advance(afterMs, 5_000)
          const verify = () =>
            new Promise<boolean>((resolve) => void clock.after(checkMs, () => resolve(right)))
          open++
          void attempt({ address, name, verify }).then((outcome) => {
            open--
            if (outcome === false) wrong.push({ at: clock.now(), address, name })
          })
          await turn()
        }
        for (let round = 0; open > 0 && round < 100; round++) await advance(500)
        assert.deepEqual([open, guard.counts().waiting, clock.waiting], [0, 0, 0])
        for (const { at, address, name } of wrong) {
          const since = (milliseconds: number) =>
            wrong.filter((each) => each.at >= at && each.at - at < milliseconds)
          for (const seconds of [1, 5, 30]) {
            const ofAddress = since(seconds * 1_000).filter((each) => each.address === address)
            assert.ok(ofAddress.length <= 4 + 2 * seconds)
          }
          const ofName = since(60_000).filter((each) => each.name === name)
          assert.ok(name === undefined || ofName.length <= 6)
        }
      }),
      { numRuns: 150 },
    )
  })
})
