import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addTarget,
  appID,
  hash,
  installation,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  target,
  thing,
  token,
} from './push-store.fixture.ts'

const max = { principalsMax: 10_000 }

/** What every `ThingStore` does. */
export function testThingStore(name: string, open: OpenPushStore): void {
  describe(`thing store: ${name}`, () => {
    it('finds a thing as it was added, by each of its names, in its app alone', async () => {
      await using store = await openWithApps(open)
      const fields = { _thingType: 'lamp', _numberField1: 1.5, nested: { list: [null, 'ü'] } }
      const online = { isOnline: true, modifiedAt: 7 }
      const added = thing('th.1', { fields, online, isDisabled: true })
      assert.equal(await store.things.addThing(added, max), 'added')
      for (const key of [{ thingID: 'th.1' }, { vendorThingID: 'vendor.th.1' }]) {
        assert.deepEqual(await store.things.findThing(appID, key), added)
        assert.equal(await store.things.findThing(otherAppID, key), undefined)
      }
      assert.equal(await store.things.findThing(appID, { vendorThingID: 'th.1' }), undefined)
    })

    it('adds no thing whose vendor id is taken in the app (P 4.1)', async () => {
      await using store = await openWithApps(open)
      const vendorThingID = 'lamp'
      assert.equal(await store.things.addThing(thing('th.1', { vendorThingID }), max), 'added')
      assert.equal(await store.things.addThing(thing('th.2', { vendorThingID }), max), 'taken')
      assert.equal(await store.things.findThing(appID, { thingID: 'th.2' }), undefined)
      const elsewhere = thing('th.3', { vendorThingID, appID: otherAppID })
      assert.equal(await store.things.addThing(elsewhere, max), 'added')
    })

    it('changes what it is told to, of that thing alone', async () => {
      await using store = await openWithApps(open)
      await store.things.addThing(thing('th.1'), max)
      await store.things.addThing(thing('th.2'), max)
      const changed = thing('th.1', { fields: { a: null }, passwordHash: 'new', isDisabled: true })
      const { fields, passwordHash, isDisabled } = changed
      await store.things.changeThing(appID, 'th.1', () => ({ fields }))
      await store.things.changeThing(appID, 'th.1', () => ({ passwordHash }))
      assert.deepEqual(await store.things.changeThing(appID, 'th.1', () => ({ isDisabled })), changed)
      assert.deepEqual(await store.things.changeThing(appID, 'th.1', () => ({})), changed)
      assert.deepEqual(await store.things.findThing(appID, { thingID: 'th.1' }), changed)
      assert.deepEqual(await store.things.findThing(appID, { thingID: 'th.2' }), thing('th.2'))
      assert.equal(await store.things.changeThing(otherAppID, 'th.1', () => ({ fields })), undefined)
    })

    it('changes a thing as one: of two at once neither is lost, and nothing if one throws', async () => {
      await using store = await openWithApps(open)
      await store.things.addThing(thing('th.1'), max)
      const give = (name: string) =>
        store.things.changeThing(appID, 'th.1', ({ fields }) => ({ fields: { ...fields, [name]: 1 } }))
      await Promise.all([give('a'), give('b')])
      const refuse = () => {
        throw new Error('too many')
      }
      await assert.rejects(store.things.changeThing(appID, 'th.1', refuse), /too many/)
      const { fields } = (await store.things.findThing(appID, { thingID: 'th.1' })) ?? {}
      assert.deepEqual(fields, { a: 1, b: 1 })
    })

    it('keeps who is online, in its last state, and passes over things that are gone (P 4.3)', async () => {
      await using store = await openWithApps(open)
      await store.things.addThing(thing('th.1'), max)
      await store.things.addThing(thing('th.2'), max)
      const online = async (thingID: string) => (await store.things.findThing(appID, { thingID }))?.online
      await store.things.setOnline([], 'one')
      const changes = [
        { thingID: 'th.1', isOnline: true, at: 5 },
        { thingID: 'th.gone', isOnline: true, at: 5 },
        { thingID: 'th.1', isOnline: false, at: Date.UTC(2026, 0, 1) },
      ]
      await store.things.setOnline(changes, 'one')
      assert.deepEqual(await online('th.1'), { isOnline: false, modifiedAt: Date.UTC(2026, 0, 1) })
      assert.equal(await online('th.2'), undefined, 'before its first connection')
    })

    it('sets very many online and offline, those offline and those never online left as they are', async () => {
      await using store = await openWithApps(open)
      const ids = Array.from({ length: 1_201 }, (_, index) => `th.${index}`)
      await Promise.all(ids.map((id) => store.things.addThing(thing(id), max)))
      const changes = ids.slice(1).map((thingID) => ({ thingID, isOnline: thingID !== 'th.1', at: 5 }))
      await store.things.setOnline(changes, 'one')
      await store.things.setAllOffline(9)
      const states = await Promise.all(ids.map((thingID) => store.things.findThing(appID, { thingID })))
      const [never, offline, ...others] = states.map((state) => state?.online)
      assert.equal(never, undefined)
      assert.deepEqual(offline, { isOnline: false, modifiedAt: 5 })
      assert.equal(others.length, 1_199)
      for (const online of others) assert.deepEqual(online, { isOnline: false, modifiedAt: 9 })
    })

    it('keeps a thing online that has moved to another node, whatever the old one says of it (P 4.3)', async () => {
      await using store = await openWithApps(open)
      const ids = ['th.1', 'th.2', 'th.3']
      for (const id of ids) await store.things.addThing(thing(id), max)
      const set = (node: string, isOnline: boolean, ...things: string[]) =>
        store.things.setOnline(
          things.map((thingID) => ({ thingID, isOnline, at: 5 })),
          node,
        )
      const online = async () => {
        const things = await Promise.all(ids.map((thingID) => store.things.findThing(appID, { thingID })))
        return things.filter((each) => each?.online?.isOnline).map((each) => each?.thingID)
      }
      await set('one', true, ...ids)
      await set('two', true, 'th.1')
      await set('one', false, 'th.1', 'th.2')
      assert.deepEqual(await online(), ['th.1', 'th.3'])
      await store.things.setAllOffline(9, 'one')
      assert.deepEqual(await online(), ['th.1'])
      await set('two', false, 'th.1')
      await set('one', true, 'th.2')
      await set('two', false, 'th.2')
      assert.deepEqual(await online(), ['th.2'])
    })

    it('removes a thing with all that was its own (P 4.3)', async () => {
      await using store = await openWithApps(open)
      for (const id of ['th.1', 'th.2']) {
        const subject = `thing:${id}` as const
        const principal = { kind: 'thing', id } as const
        await store.things.addThing(thing(id), max)
        await store.tokens.addToken(token(id.charCodeAt(3), { principal }), { tokensMax: 9 })
        await store.installations.putInstallation(installation(id, { subject }), { otherTypesMax: 9 })
        await addTarget(store, target('own', { scope: subject, kind: 'bucket' }))
        const subscription = { target: await addTarget(store, target(id)), subject, restsOnRight: true }
        await store.subscriptions.addSubscription(subscription, { perSubjectMax: 9 })
        await store.owners.addOwner(appID, id, 'user:mia', { ownersMax: 9 })
      }
      assert.equal(await store.things.removeThing(otherAppID, 'th.1'), false)
      assert.equal(await store.things.removeThing(appID, 'th.1'), true)
      assert.equal(await store.things.removeThing(appID, 'th.1'), false)
      const own = { kind: 'bucket' } as const
      assert.equal(await store.things.findThing(appID, { vendorThingID: 'vendor.th.1' }), undefined)
      assert.notEqual(await store.things.findThing(appID, { vendorThingID: 'vendor.th.2' }), undefined)
      assert.equal(await store.tokens.findToken(appID, hash('1'.charCodeAt(0))), undefined)
      assert.notEqual(await store.tokens.findToken(appID, hash('2'.charCodeAt(0))), undefined)
      assert.equal(await store.installations.findByMqttTopic('topic-th.1'), undefined)
      assert.notEqual(await store.installations.findByMqttTopic('topic-th.2'), undefined)
      assert.equal(await store.targets.findTarget(target('own', { ...own, scope: 'thing:th.1' })), undefined)
      assert.notEqual(
        await store.targets.findTarget(target('own', { ...own, scope: 'thing:th.2' })),
        undefined,
      )
      assert.deepEqual(await store.subscriptions.listSubscriptions(appID, 'thing:th.1'), [])
      assert.equal((await store.subscriptions.listSubscriptions(appID, 'thing:th.2')).length, 1)
      assert.deepEqual(await store.owners.listOwners(appID, 'th.1'), [])
      assert.deepEqual(await store.owners.listOwners(appID, 'th.2'), ['user:mia'])
    })
  })
}
