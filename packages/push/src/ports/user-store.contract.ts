import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addTarget,
  appID,
  group,
  hash,
  installation,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  target,
  thing,
  token,
  user,
} from './push-store.fixture.ts'
import type { UserRecord } from './user-store.ts'

const max = { principalsMax: 100 }

/** What every `UserStore` does. */
export function testUserStore(name: string, open: OpenPushStore): void {
  describe(`user store: ${name}`, () => {
    it('finds a user as it was added, by each of its names, in its app alone', async () => {
      await using store = await openWithApps(open)
      const added = user('mia', {
        loginName: 'Mia',
        emailAddress: 'Mia@Example.org',
        phoneNumber: '+819012345678',
        displayName: 'Mïa',
        country: 'JP',
        locale: 'ja-JP',
        fields: { colour: 'blue', nested: { list: [1, null, 'x'] } },
        passwordHash: 'scrypt',
      })
      const { number, ...rest } = (await store.users.addUser(added, max)) as UserRecord
      assert.deepEqual(rest, added)
      for (const key of [
        { userID: 'mia' },
        { loginName: 'Mia' },
        { emailAddress: 'mia@eXample.org' },
        { phoneNumber: '+819012345678' },
      ]) {
        assert.deepEqual(await store.users.findUser(appID, key), { ...added, number }, Object.keys(key)[0])
        assert.equal(await store.users.findUser(otherAppID, key), undefined)
      }
      assert.equal(await store.users.findUser(appID, { loginName: 'mia' }), undefined)
    })

    it('counts users from 1, each number once', async () => {
      await using store = await openWithApps(open)
      const numbers: unknown[] = []
      const add = async (id: string, more = {}) => {
        const added = await store.users.addUser(user(id, more), max)
        numbers.push((added as UserRecord).number)
      }
      await add('a')
      await add('b')
      await store.users.removeUser(appID, 'b')
      await add('c')
      await add('other', { appID: otherAppID })
      assert.deepEqual(numbers, [1, 2, 3, 1])
    })

    it('says which name another user of the app has (P 3.1)', async () => {
      await using store = await openWithApps(open)
      const names = { loginName: 'mia', emailAddress: 'mia@example.org', phoneNumber: '+4912345678' }
      await store.users.addUser(user('mia', names), max)
      for (const [taken, value] of [
        ['loginName', 'mia'],
        ['emailAddress', 'MIA@example.org'],
        ['phoneNumber', '+4912345678'],
      ] as const) {
        assert.deepEqual(await store.users.addUser(user('other', { [taken]: value }), max), { taken })
        assert.equal(await store.users.findUser(appID, { userID: 'other' }), undefined)
      }
      await store.users.addUser(user('pseudo'), max)
      await store.users.addUser(user('another'), max)
      await store.users.addUser(user('mia', { ...names, appID: otherAppID }), max)
    })

    it('changes what it is told to, of that user alone', async () => {
      await using store = await openWithApps(open)
      const base = user('mia', { loginName: 'mia', fields: { a: 1 } })
      const added = (await store.users.addUser(base, max)) as UserRecord
      await store.users.addUser(user('ben', { loginName: 'ben' }), max)
      await store.users.addUser({ ...base, appID: otherAppID }, max)
      const change = {
        ...{ loginName: undefined, emailAddress: 'M@x', phoneNumber: '+4911111111', displayName: 'M' },
        ...{ country: 'DE', locale: 'de', fields: { b: [2] }, passwordHash: 'new', isDisabled: true },
        modifiedAt: 99,
      }
      assert.deepEqual(await store.users.changeUser(appID, 'mia', change), { ...added, ...change })
      assert.deepEqual(await store.users.findUser(appID, { emailAddress: 'm@X' }), { ...added, ...change })
      assert.deepEqual(await store.users.changeUser(appID, 'mia', {}), { ...added, ...change })
      assert.equal((await store.users.findUser(appID, { userID: 'ben' }))?.loginName, 'ben')
      assert.equal((await store.users.findUser(otherAppID, { userID: 'mia' }))?.loginName, 'mia')
      assert.equal(await store.users.changeUser(appID, 'nobody', { displayName: 'N' }), undefined)
    })

    it('changes nothing if a name is another user’s; its own it may have again', async () => {
      await using store = await openWithApps(open)
      await store.users.addUser(user('mia', { loginName: 'mia', emailAddress: 'm@x' }), max)
      await store.users.addUser(user('ben', { loginName: 'ben' }), max)
      const change = { displayName: 'B', emailAddress: 'M@X' }
      assert.deepEqual(await store.users.changeUser(appID, 'ben', change), { taken: 'emailAddress' })
      assert.equal((await store.users.findUser(appID, { userID: 'ben' }))?.displayName, undefined)
      const own = await store.users.changeUser(appID, 'mia', { loginName: 'mia', emailAddress: 'M@x' })
      assert.equal((own as UserRecord).emailAddress, 'M@x')
    })

    it('takes as many users and things together as may be', async () => {
      await using store = await openWithApps(open)
      const two = { principalsMax: 2 }
      await store.users.addUser(user('a'), two)
      assert.equal(await store.things.addThing(thing('th.b'), two), 'added')
      assert.equal(await store.users.addUser(user('c'), two), 'full')
      assert.equal(await store.things.addThing(thing('th.d'), two), 'full')
      assert.equal(await store.users.findUser(appID, { userID: 'c' }), undefined)
      await store.users.addUser(user('c', { appID: otherAppID }), two)
      await store.users.removeUser(appID, 'a')
      await store.things.removeThing(appID, 'th.b')
      assert.equal(await store.things.addThing(thing('th.d'), two), 'added')
      assert.notEqual(await store.users.addUser(user('c'), two), 'full')
    })

    it('removes a user with all that was its own (P 3.4)', async () => {
      await using store = await openWithApps(open)
      for (const id of ['mia', 'ben']) {
        const subject = `user:${id}` as const
        await store.users.addUser(user(id, { loginName: id }), max)
        const principal = { kind: 'user', id } as const
        await store.tokens.addToken(token(id.length + id.charCodeAt(0), { principal }), { tokensMax: 9 })
        await store.installations.putInstallation(installation(id, { subject }), { otherTypesMax: 9 })
        await addTarget(store, target('own', { scope: subject }))
        const news = await addTarget(store, target(`news-${id}`))
        const subscription = { target: news, subject, restsOnRight: true }
        await store.subscriptions.addSubscription(subscription, { perSubjectMax: 9 })
        await store.owners.addOwner(appID, 'th.lamp', subject, { ownersMax: 9 })
      }
      await store.groups.addGroup(group('crew'), ['mia', 'ben'])
      assert.equal(await store.users.removeUser(otherAppID, 'mia'), false)
      assert.equal(await store.users.removeUser(appID, 'mia'), true)
      assert.equal(await store.users.removeUser(appID, 'mia'), false)
      assert.equal(await store.users.findUser(appID, { loginName: 'mia' }), undefined)
      assert.equal(await store.tokens.findToken(appID, hash(3 + 'm'.charCodeAt(0))), undefined)
      assert.notEqual(await store.tokens.findToken(appID, hash(3 + 'b'.charCodeAt(0))), undefined)
      assert.equal(await store.installations.findByMqttTopic('topic-mia'), undefined)
      assert.notEqual(await store.installations.findByMqttTopic('topic-ben'), undefined)
      assert.equal(await store.targets.findTarget(target('own', { scope: 'user:mia' })), undefined)
      assert.notEqual(await store.targets.findTarget(target('own', { scope: 'user:ben' })), undefined)
      assert.notEqual(await store.targets.findTarget(target('news-mia')), undefined)
      assert.deepEqual(await store.subscriptions.listSubscriptions(appID, 'user:mia'), [])
      assert.equal((await store.subscriptions.listSubscriptions(appID, 'user:ben')).length, 1)
      assert.deepEqual(await store.owners.listOwners(appID, 'th.lamp'), ['user:ben'])
      assert.deepEqual(await store.groups.listMembers(appID, 'crew'), ['ben'])
    })
  })
}
