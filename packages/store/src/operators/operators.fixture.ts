import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { hash } from '../../../push/src/ports/push-store.fixture.ts'
import type { OpenStore } from '../open-store.ts'
import type { NewAuditEntry } from './audit-store.ts'
import type { StoredOperator } from './operator-store.ts'

const max = 10

function operator(name: string, rest: Partial<StoredOperator> = {}): StoredOperator {
  const plain = { role: 'admin', passwordHash: `hash of ${name}`, isDisabled: false, createdAt: 1 } as const
  return { name, ...plain, lastSignInAt: undefined, factor: undefined, ...rest }
}

function session(n: number, of: string, createdAt: number) {
  const expiresAt = createdAt + 100
  return { hash: hash(n), operator: of, createdAt, usedAt: createdAt, expiresAt, address: '::1' }
}

const act: NewAuditEntry = {
  at: 10,
  node: 'a',
  actor: 'operator:anna',
  address: '::1',
  action: 'partner.add',
  target: 'partner:ACME',
  details: '{"uid":"ACME"}',
}

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

/** Operators, their sessions, and what they did. `openOther` gives another way into what `open` has opened. */
export function testOperatorStores(
  name: string,
  open: () => Promise<OpenStore>,
  openOther: (store: OpenStore) => OpenStore = (store) => store,
): void {
  describe(`operators: ${name}`, () => {
    it('keeps operators by name, no more than there may be, and no name twice', async () => {
      const { operators, close } = await open()
      assert.equal(await operators.add(operator('mia', { role: 'viewer' }), 2), 'added')
      assert.equal(await operators.add(operator('anna'), 2), 'added')
      assert.equal(await operators.add(operator('anna'), 2), 'exists')
      assert.equal(await operators.add(operator('zoe'), 2), 'too_many')
      assert.deepEqual(await operators.list(), [operator('anna'), operator('mia', { role: 'viewer' })])
      assert.deepEqual(await operators.find('mia'), operator('mia', { role: 'viewer' }))
      assert.equal(await operators.find('zoe'), undefined)
      await close()
    })

    it('leaves an admin who can sign in, whatever is changed, and by however many at once', async () => {
      const store = await open()
      const [{ operators }, other] = [store, openOther(store).operators]
      await operators.add(operator('anna'), max)
      await operators.add(operator('mia'), max)
      await operators.add(operator('off', { isDisabled: true }), max)
      const changes = await Promise.all([
        operators.change('anna', { role: 'operator' }),
        other.change('mia', { isDisabled: true }),
      ])
      assert.equal(changes.filter((each) => each === 'last_admin').length, 1)
      const [left = ''] = (await operators.list())
        .filter(({ role, isDisabled }) => role === 'admin' && !isDisabled)
        .map((each) => each.name)
      assert.equal(await operators.remove(left), 'last_admin')
      assert.equal(typeof (await operators.change(left, { passwordHash: 'new' })), 'object')
      assert.equal(await operators.change('nobody', { role: 'viewer' }), 'unknown')
      assert.equal(await operators.remove('nobody'), 'unknown')
      await operators.change('off', { isDisabled: false })
      assert.equal(((await operators.remove(left)) as StoredOperator).passwordHash, 'new')
      await store.close()
    })

    it('adds one operator by a link, by however many it is used at once, and ends all links with it', async () => {
      const store = await open()
      const { operators, close } = store
      for (const n of [1, 2, 3])
        await operators.addLink({ hash: hash(n), createdAt: n, expiresAt: 100 + n }, 2)
      assert.deepEqual(await Promise.all([1, 2, 3].map((n) => operators.isLink(hash(n), 50))), [
        false,
        true,
        true,
      ])
      const use = (n: number, now: number, by = operators, as = 'anna') =>
        by.addByLink(operator(as), { hash: hash(n), now }, max)
      assert.equal(await use(2, 102), 'link_refused')
      assert.equal(await use(4, 50), 'link_refused')
      const uses = await Promise.all([use(3, 50), use(3, 50, openOther(store).operators, 'mia')])
      assert.deepEqual(uses.toSorted(), ['added', 'link_refused'])
      assert.equal(await use(2, 50, operators, 'zoe'), 'link_refused')
      await operators.addLink({ hash: hash(5), createdAt: 1, expiresAt: 100 }, 2)
      await operators.add(operator('zoe'), max)
      assert.equal(await operators.isLink(hash(5), 50), false)
      await close()
    })

    it('keeps a session until it expires, idles, is ended, or its operator is changed in any way', async () => {
      const { operators, sessions, close } = await open()
      const anna = operator('anna')
      await operators.add(anna, max)
      await operators.add(operator('mia'), max)
      const bounds = { now: 10, usedSince: 0 }
      const begin = (n: number, of = 'anna', at = 10) =>
        sessions.begin(session(n, of, at), operator(of), { now: at, usedSince: 0 }, 3)
      const isOpen = async (n: number, at = bounds) => (await sessions.find(hash(n), at)) !== undefined
      assert.equal(await begin(1), true)
      const found = await sessions.find(hash(1), bounds)
      assert.deepEqual(
        { ...found, session: { ...found?.session, hash: undefined } },
        {
          session: { ...session(1, 'anna', 10), hash: undefined },
          operator: { ...anna, lastSignInAt: 10 },
        },
      )
      assert.equal(await isOpen(1, { now: 109, usedSince: 10 }), true)
      assert.equal(await isOpen(1, { now: 110, usedSince: 10 }), false)
      assert.equal(await isOpen(1, { now: 50, usedSince: 11 }), false)
      await sessions.use(hash(1), 40)
      await sessions.use(hash(1), 30)
      assert.equal(await isOpen(1, { now: 50, usedSince: 40 }), true)
      await sessions.end(hash(1))
      assert.equal(await isOpen(1), false)

      for (const change of [{ role: 'viewer' }, { isDisabled: true }, { isDisabled: false }] as const) {
        const wasDisabled = (await operators.find('anna'))?.isDisabled
        assert.equal(await begin(2), !wasDisabled)
        await operators.change('anna', change)
        assert.equal(await isOpen(2), false)
      }
      await begin(3)
      await operators.change('anna', { passwordHash: 'other' })
      assert.equal(await isOpen(3), false)
      assert.equal(await begin(3), false)
      await begin(4, 'mia')
      await operators.change('anna', { role: 'admin' })
      assert.equal(await isOpen(4), true)
      await operators.remove('mia')
      assert.equal(await isOpen(4), false)
      assert.equal(await begin(4, 'mia'), false)
      await close()
    })

    it('keeps the newest sessions of an operator, and forgets those that are over', async () => {
      const { operators, sessions, close } = await open()
      await operators.add(operator('anna'), max)
      await operators.add(operator('mia'), max)
      const begin = (n: number, of: string, at: number, usedSince = 0) =>
        sessions.begin(session(n, of, at), operator(of), { now: at, usedSince }, 2)
      const listOpen = async () => {
        const ever = { now: 0, usedSince: 0 }
        const found = await Promise.all([1, 2, 3, 4, 5].map((n) => sessions.find(hash(n), ever)))
        return found.flatMap((each, index) => (each === undefined ? [] : [index + 1]))
      }
      await begin(1, 'anna', 10)
      await begin(2, 'anna', 20)
      await begin(3, 'mia', 21)
      await begin(4, 'anna', 30)
      assert.deepEqual(await listOpen(), [2, 3, 4])
      await begin(5, 'mia', 40, 25)
      assert.deepEqual(await listOpen(), [4, 5])
      await begin(1, 'anna', 50)
      const list = async () =>
        (await sessions.list('anna', { now: 60, usedSince: 0 })).map(({ createdAt }) => createdAt)
      assert.deepEqual(await list(), [50, 30])
      await sessions.endOthers('anna', hash(4))
      assert.deepEqual(await list(), [30])
      assert.deepEqual(await listOpen(), [4, 5])
      await close()
    })

    it('turns a second factor on once it is confirmed, which ends sessions, and off with its recovery codes', async () => {
      const { operators, factors, sessions, close } = await open()
      const anna = operator('anna')
      await operators.add(anna, max)
      const begin = (as = anna) => sessions.begin(session(9, 'anna', 1), as, { now: 1, usedSince: 0 }, max)
      const confirm = (secret: number) =>
        factors.turnOn('anna', {
          secret: hash(secret),
          since: 5,
          step: 7,
          recoveryHashes: [hash(1), hash(2)],
        })
      assert.equal(await factors.propose('nobody', hash(3)), false)
      assert.equal(await factors.propose('anna', hash(3)), true)
      assert.equal(await factors.propose('anna', hash(4)), true)
      assert.equal((await operators.find('anna'))?.factor, undefined)
      assert.deepEqual(hexOf(await factors.findProposed('anna')), hexOf(hash(4)))
      assert.equal(await begin(), true)
      assert.equal(await confirm(3), false)
      assert.equal(await confirm(4), true)
      assert.equal(await confirm(4), false)
      assert.equal(await sessions.find(hash(9), { now: 1, usedSince: 0 }), undefined)
      const on = (await operators.find('anna')) ?? assert.fail()
      assert.deepEqual([on.factor?.since, hexOf(on.factor?.secret)], [5, hexOf(hash(4))])
      // Who was checked before it was turned on gets no session, nor afterwards who was checked with another.
      assert.equal(await begin(), false)
      assert.equal(await begin({ ...on, factor: { secret: hash(4), since: 4 } }), false)
      assert.equal(await begin(on), true)
      assert.equal(await factors.propose('anna', hash(3)), false)
      assert.equal(await factors.findProposed('anna'), undefined)

      await operators.change('anna', { secondFactor: 'off' })
      assert.equal((await operators.find('anna'))?.factor, undefined)
      assert.equal(await factors.findProposed('anna'), undefined)
      assert.equal(await factors.countRecoveryCodes('anna'), 0)
      assert.equal(await begin(on), false)
      await close()
    })

    it('takes each step and each recovery code of a second factor once, by however many at once', async () => {
      const store = await open()
      const { operators, factors, close } = store
      const others = [factors, openOther(store).factors]
      await operators.add(operator('anna'), max)
      await operators.add(operator('mia'), max)
      for (const name of ['anna', 'mia']) {
        await factors.propose(name, hash(4))
        const recoveryHashes = [hash(1), hash(2)]
        await factors.turnOn(name, { secret: hash(4), since: 5, step: 7, recoveryHashes })
      }
      const steps = await Promise.all([0, 1, 0, 1].map((n) => others[n]?.useStep('anna', 5, 8)))
      assert.deepEqual(steps.toSorted(), [false, false, false, true])
      assert.deepEqual(
        [
          await factors.useStep('anna', 5, 7),
          await factors.useStep('anna', 6, 9),
          await factors.useStep('anna', 5, 9),
        ],
        [false, false, true],
      )
      const codes = await Promise.all([0, 1, 0].map((n) => others[n]?.useRecoveryCode('anna', hash(1))))
      assert.deepEqual(codes.toSorted(), [false, false, true])
      assert.equal(await factors.countRecoveryCodes('anna'), 1)
      assert.equal(await factors.countRecoveryCodes('mia'), 2)
      assert.equal(await factors.replaceRecoveryCodes('anna', 4, [hash(5)]), false)
      assert.equal(await factors.replaceRecoveryCodes('anna', 5, [hash(5), hash(6), hash(7)]), true)
      assert.equal(await factors.useRecoveryCode('anna', hash(2)), false)
      assert.equal(await factors.countRecoveryCodes('anna'), 3)
      await operators.remove('anna')
      assert.equal(await factors.countRecoveryCodes('anna'), 0)
      await close()
    })
  })

  describe(`audit log: ${name}`, () => {
    it('adds one entry after another, without a gap, by however many at once', async () => {
      const store = await open()
      const audits = [store.audit, openOther(store).audit]
      const seal = ({ number, previousHash }: { number: number; previousHash: string }) =>
        `${number}<${previousHash.slice(0, 8)}`
      const added = await Promise.all(
        Array.from({ length: 12 }, (_, n) => audits[n % 2]?.append({ ...act, at: n }, seal)),
      )
      const numbers = added.map((each) => each?.number ?? 0)
      assert.deepEqual(
        numbers.toSorted((a, b) => a - b),
        Array.from({ length: 12 }, (_, n) => n + 1),
      )
      const entries = await store.audit.listAfter(0, 100)
      for (const [index, { number, previousHash, hash }] of entries.entries()) {
        assert.equal(previousHash, entries[index - 1]?.hash ?? '')
        assert.equal(hash, seal({ number, previousHash }))
      }
      await assert.rejects(
        store.audit.append(act, () => {
          throw new Error('not sealed')
        }),
      )
      assert.equal((await store.audit.append(act, seal)).number, 13)
      await store.close()
    })

    it('removes the oldest as long as they are old, a few at a time, and adds what they were followed by, or does neither', async () => {
      const { audit, close } = await open()
      const seal = ({ number }: { number: number }) => `hash ${number}`
      for (const at of [10, 20, 30, 15, 40]) await audit.append({ ...act, at }, seal)
      const removal = ({ number, hash }: { number: number; hash: string }) => ({
        ...act,
        at: 50,
        details: JSON.stringify({ number, hash }),
      })
      const remove = (before: number, countMax: number) =>
        audit.removeOldest({ before, countMax }, removal, seal)
      const list = async () => (await audit.listAfter(0, 10)).map(({ number }) => number)
      assert.equal(await remove(10, 10), 0)
      assert.deepEqual(await list(), [1, 2, 3, 4, 5])
      assert.equal(await remove(30, 1), 1)
      // Behind one that is young, an old one stays: the rest is a chain.
      assert.equal(await remove(30, 10), 1)
      assert.deepEqual(await list(), [3, 4, 5, 6, 7])
      const failing = () => {
        throw new Error('not sealed')
      }
      await assert.rejects(audit.removeOldest({ before: 99, countMax: 10 }, removal, failing))
      assert.deepEqual(await list(), [3, 4, 5, 6, 7])
      assert.equal(await remove(99, 10), 5)
      const [only, ...others] = await audit.listAfter(0, 10)
      assert.deepEqual(
        [only?.number, only?.previousHash, only?.details, others],
        [8, 'hash 7', JSON.stringify({ number: 7, hash: 'hash 7' }), []],
      )
      await close()
    })

    it('finds entries by who, what, to what and since when, newest first, page by page', async () => {
      const { audit, close } = await open()
      const seal = ({ number }: { number: number }) => String(number)
      const { address: _address, target: _target, ...bare } = act
      await audit.append({ ...bare, address: undefined, target: undefined }, seal)
      await audit.append({ ...act, actor: 'server', at: 20 }, seal)
      await audit.append({ ...act, action: 'app.add', at: 30 }, seal)
      await audit.append({ ...act, target: 'partner:B', at: 40 }, seal)
      const search = async (query: object) =>
        (await audit.search({ count: 10, ...query })).map(({ number }) => number)
      assert.deepEqual(await search({}), [4, 3, 2, 1])
      assert.deepEqual(await search({ count: 2 }), [4, 3])
      assert.deepEqual(await search({ count: 2, before: 3 }), [2, 1])
      assert.deepEqual(await search({ actor: 'server' }), [2])
      assert.deepEqual(await search({ action: 'partner.add', actor: 'operator:anna' }), [4, 1])
      assert.deepEqual(await search({ target: 'partner:ACME' }), [3, 2])
      assert.deepEqual(await search({ since: 20 }), [4, 3, 2])
      assert.deepEqual(await search({ since: 21, target: 'partner:ACME' }), [3])
      assert.deepEqual(await search({ since: 41 }), [])
      assert.deepEqual(await audit.listAfter(2, 1), [
        { ...act, action: 'app.add', at: 30, number: 3, previousHash: '2', hash: '3' },
      ])
      const [first] = await audit.listAfter(0, 1)
      assert.deepEqual(first, {
        ...bare,
        address: undefined,
        target: undefined,
        number: 1,
        previousHash: '',
        hash: '1',
      })
      await close()
    })
  })
}
