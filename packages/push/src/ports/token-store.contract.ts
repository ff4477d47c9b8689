import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Principal } from '../principal.ts'
import {
  appID,
  hash,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  thing,
  token,
  user,
} from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'

const mia: Principal = { kind: 'user', id: 'mia' }
const lamp: Principal = { kind: 'thing', id: 'th.lamp' }
const max = { tokensMax: 3 }

/** What every `TokenStore` does. */
export function testTokenStore(name: string, open: OpenPushStore): void {
  describe(`token store: ${name}`, () => {
    it('finds a token as it was added, in its app alone (P 2.3)', async () => {
      await using store = await opened()
      const principals: Principal[] = [mia, lamp, { kind: 'admin' }, { kind: 'anonymous' }]
      for (const [index, principal] of principals.entries()) {
        const refreshHash = index % 2 === 0 ? hash(index + 100) : undefined
        const added = token(index, { principal, expiresAt: index === 0 ? 9 : undefined, refreshHash })
        await store.tokens.addToken(added, max)
        assert.deepEqual(await store.tokens.findToken(appID, hash(index)), { ...added, isDisabled: false })
        assert.equal(await store.tokens.findToken(otherAppID, hash(index)), undefined)
      }
      assert.equal(await store.tokens.findToken(appID, hash(99)), undefined)
    })

    it('tells whether its user or thing is disabled, and finds no token of one that is gone (P 2.3)', async () => {
      await using store = await opened()
      await store.tokens.addToken(token(1, { principal: mia }), max)
      await store.tokens.addToken(token(2, { principal: lamp, refreshHash: hash(22) }), max)
      await store.tokens.addToken(token(3, { principal: { kind: 'user', id: 'th.lamp' } }), max)
      assert.equal(await store.tokens.findToken(appID, hash(3)), undefined, 'a thing is no user')
      await store.users.changeUser(appID, 'mia', { isDisabled: true })
      await store.things.changeThing(appID, 'th.lamp', () => ({ isDisabled: true }))
      assert.equal((await store.tokens.findToken(appID, hash(1)))?.isDisabled, true)
      assert.equal((await store.tokens.findToken(appID, hash(2)))?.isDisabled, true)
      await store.users.removeUser(appID, 'mia')
      await store.things.removeThing(appID, 'th.lamp')
      assert.equal(await store.tokens.findToken(appID, hash(1)), undefined)
      assert.equal(await store.tokens.findToken(appID, hash(2)), undefined)
      assert.equal(await store.tokens.replaceToken(appID, hash(22), () => token(4)), undefined)
    })

    it('ends the oldest token of a principal beyond its bound, and nobody else’s', async () => {
      await using store = await opened()
      await store.tokens.addToken(token(10, { principal: lamp }), max)
      await store.tokens.addToken(token(11, { principal: mia, appID: otherAppID }), max)
      // One time for all: the order is that in which they came.
      for (const fill of [5, 4, 3, 2])
        await store.tokens.addToken(token(fill, { principal: mia, createdAt: 1 }), max)
      assert.deepEqual(await found(store, [5, 4, 3, 2, 10]), [4, 3, 2, 10])
      assert.notEqual(await store.tokens.findToken(otherAppID, hash(11)), undefined)
    })

    it('replaces a token once, by its refresh token (P 2.2)', async () => {
      await using store = await opened()
      const first = token(1, { principal: mia, refreshHash: hash(101) })
      await store.tokens.addToken(first, max)
      const next = { ...first, hash: hash(2), refreshHash: hash(102) }
      assert.equal(await store.tokens.replaceToken(otherAppID, hash(101), () => next), undefined)
      const both = await Promise.all([
        store.tokens.replaceToken(appID, hash(101), () => next),
        store.tokens.replaceToken(appID, hash(101), () => ({ ...next, hash: hash(3) })),
      ])
      const isFirst = both[0] !== undefined
      assert.deepEqual(both[isFirst ? 0 : 1], { ...first, isDisabled: false })
      assert.equal(both[isFirst ? 1 : 0], undefined)
      const kept = isFirst ? 2 : 3
      assert.deepEqual(await found(store, [1, 2, 3]), [kept])
      const expected = { ...next, hash: hash(kept), isDisabled: false }
      assert.deepEqual(await store.tokens.findToken(appID, hash(kept)), expected)
    })

    it('leaves the token as it is if the new one cannot be made', async () => {
      await using store = await opened()
      await store.tokens.addToken(token(1, { principal: mia, refreshHash: hash(101) }), max)
      const disabled = () => {
        throw new Error('disabled')
      }
      await assert.rejects(store.tokens.replaceToken(appID, hash(101), disabled), /disabled/)
      assert.deepEqual(await found(store, [1]), [1])
    })

    it('removes all tokens of a principal, but one (P 3.4)', async () => {
      await using store = await opened()
      for (const fill of [1, 2, 3]) await store.tokens.addToken(token(fill, { principal: mia }), max)
      await store.tokens.addToken(token(4, { principal: lamp }), max)
      await store.tokens.removeTokens(otherAppID, mia)
      assert.deepEqual(await found(store, [1, 2, 3, 4]), [1, 2, 3, 4])
      await store.tokens.removeTokens(appID, mia, hash(2))
      assert.deepEqual(await found(store, [1, 2, 3, 4]), [2, 4])
      await store.tokens.removeTokens(appID, mia)
      assert.deepEqual(await found(store, [1, 2, 3, 4]), [4])
    })

    it('removes what has expired, so many at a time', async () => {
      await using store = await opened()
      for (const [fill, expiresAt] of [
        [1, 10],
        [2, 20],
        [3, undefined],
        [4, 11],
        [5, 12],
      ] as const)
        await store.tokens.addToken(token(fill, { expiresAt }), { tokensMax: 10 })
      assert.equal(await store.tokens.removeExpired(20, 2), 2)
      assert.equal(await store.tokens.removeExpired(20, 2), 1)
      assert.equal(await store.tokens.removeExpired(20, 2), 0)
      assert.deepEqual(await found(store, [1, 2, 3, 4, 5]), [2, 3])
    })
  })

  async function opened(): Promise<PushStore & AsyncDisposable> {
    const store = await openWithApps(open)
    await store.users.addUser(user('mia'), { principalsMax: 10 })
    await store.users.addUser(user('mia', { appID: otherAppID }), { principalsMax: 10 })
    await store.things.addThing(thing('th.lamp'), { principalsMax: 10 })
    return store
  }
}

/** Those of the tokens that are there. */
async function found(store: PushStore, fills: readonly number[]): Promise<number[]> {
  const tokens = await Promise.all(fills.map((fill) => store.tokens.findToken(appID, hash(fill))))
  return fills.filter((_, index) => tokens[index] !== undefined)
}
