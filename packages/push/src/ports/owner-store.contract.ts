import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { appID, type OpenPushStore, openWithApps, otherAppID } from './push-store.fixture.ts'

const thingID = 'th.lamp'

/** What every `OwnerStore` does. */
export function testOwnerStore(name: string, open: OpenPushStore): void {
  describe(`owner store: ${name}`, () => {
    it('keeps owners, users and groups, in the order of their keys (P 4.4)', async () => {
      await using store = await openWithApps(open)
      const max = { ownersMax: 9 }
      for (const owner of ['user:b', 'group:b', 'user:B'] as const)
        assert.equal(await store.owners.addOwner(appID, thingID, owner, max), 'added')
      assert.deepEqual(await store.owners.listOwners(appID, thingID), ['group:b', 'user:B', 'user:b'])
      assert.deepEqual(await store.owners.listOwners(otherAppID, thingID), [])
      assert.deepEqual(await store.owners.listOwners(appID, 'th.other'), [])
    })

    it('adds an owner once, and as many as may be', async () => {
      await using store = await openWithApps(open)
      const max = { ownersMax: 2 }
      assert.equal(await store.owners.addOwner(appID, thingID, 'user:a', max), 'added')
      assert.equal(await store.owners.addOwner(appID, thingID, 'user:b', max), 'added')
      assert.equal(await store.owners.addOwner(appID, thingID, 'user:c', max), 'full')
      assert.equal(await store.owners.addOwner(appID, thingID, 'user:b', max), 'exists')
      assert.equal(await store.owners.addOwner(appID, 'th.other', 'user:c', max), 'added')
      assert.equal(await store.owners.addOwner(otherAppID, thingID, 'user:c', max), 'added')
      assert.deepEqual(await store.owners.listOwners(appID, thingID), ['user:a', 'user:b'])
    })

    it('tells what somebody owns, page by page', async () => {
      await using store = await openWithApps(open)
      const max = { ownersMax: 9 }
      for (const thing of ['th.c', 'th.a', 'th.b']) await store.owners.addOwner(appID, thing, 'user:a', max)
      await store.owners.addOwner(appID, 'th.d', 'group:a', max)
      await store.owners.addOwner(otherAppID, 'th.e', 'user:a', max)
      assert.deepEqual(await store.owners.pageOwned(appID, 'user:a', '', 2), ['th.a', 'th.b'])
      assert.deepEqual(await store.owners.pageOwned(appID, 'user:a', 'th.b', 2), ['th.c'])
      assert.deepEqual(await store.owners.pageOwned(appID, 'user:b', '', 2), [])
    })

    it('removes an owner once', async () => {
      await using store = await openWithApps(open)
      const max = { ownersMax: 2 }
      await store.owners.addOwner(appID, thingID, 'user:a', max)
      await store.owners.addOwner(appID, thingID, 'group:a', max)
      assert.equal(await store.owners.removeOwner(otherAppID, thingID, 'user:a'), false)
      assert.equal(await store.owners.removeOwner(appID, 'th.other', 'user:a'), false)
      assert.equal(await store.owners.removeOwner(appID, thingID, 'user:a'), true)
      assert.equal(await store.owners.removeOwner(appID, thingID, 'user:a'), false)
      assert.deepEqual(await store.owners.listOwners(appID, thingID), ['group:a'])
    })
  })
}
