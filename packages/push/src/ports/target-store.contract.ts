import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import {
  addTarget,
  appID,
  group,
  type OpenPushStore,
  object,
  openWithApps,
  otherAppID,
  target,
} from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'
import type { Target } from './target-store.ts'

const max = { perScopeMax: 100 }

/** What every `TargetStore` does. */
export function testTargetStore(name: string, open: OpenPushStore): void {
  describe(`target store: ${name}`, () => {
    it('finds a target as it was added, by app, scope, kind and name', async () => {
      await using store = await openWithApps(open)
      const accessList = { SUBSCRIBE_TO_TOPIC: ['UserID:mia', 'GroupID:crew'] } as const
      const added = target('news', { scope: 'group:crew', creator: 'UserID:mia', accessList })
      const { key } = await addTarget(store, added)
      assert.deepEqual(await store.targets.findTarget(added), { ...added, key })
      for (const other of [
        { appID: otherAppID },
        { scope: '' },
        { scope: 'user:crew' },
        { kind: 'bucket' },
        { name: 'News' },
      ] as const)
        assert.equal(await store.targets.findTarget({ ...added, ...other }), undefined)
    })

    it('gives the one that is there when it is added again', async () => {
      await using store = await openWithApps(open)
      const first = await addTarget(store, target('news', { creator: 'UserID:mia' }))
      const again = await store.targets.addTarget(target('news', { createdAt: 9 }), max)
      assert.deepEqual(again, { state: 'exists', target: first })
    })

    it('takes as many of a kind in a scope as may be', async () => {
      await using store = await openWithApps(open)
      const two = { perScopeMax: 2 }
      const add = async (name: string, more: Partial<Target> = {}) =>
        (await store.targets.addTarget(target(name, more), two)).state
      assert.equal(await add('b'), 'added')
      const states = await Promise.all([add('a'), add('d'), add('c'), add('b')])
      assert.deepEqual(states.toSorted(), ['added', 'exists', 'full', 'full'])
      assert.equal(await add('c', { kind: 'bucket' }), 'added')
      assert.equal(await add('c', { scope: 'user:mia' }), 'added')
      assert.equal(await add('c', { appID: otherAppID }), 'added')
      const [first] = await store.targets.listTargets(target(''), '', 1)
      await store.targets.removeTarget((first as Target).key)
      // Not one of those that were added at once: any of them may be the one that is there.
      assert.equal(await add('e'), 'added')
    })

    it('lists targets of a kind in a scope by name, page by page (P 7.2)', async () => {
      await using store = await openWithApps(open)
      for (const name of ['b', 'a', 'B', '_']) await addTarget(store, target(name))
      await addTarget(store, target('box', { kind: 'bucket' }))
      await addTarget(store, target('own', { scope: 'user:mia' }))
      await addTarget(store, target('other', { appID: otherAppID }))
      const page = async (after: string, limit: number) =>
        (await store.targets.listTargets(target(''), after, limit)).map(({ name }) => name)
      assert.deepEqual(await page('', 3), ['B', '_', 'a'])
      assert.deepEqual(await page('a', 3), ['b'])
      assert.deepEqual(await page('A', 1), ['B'], 'after a name that is gone')
    })

    it('changes an access list as one: of two at once neither is lost', async () => {
      await using store = await openWithApps(open)
      const { key } = await addTarget(store, target('news'))
      const subscribers = (id: string) =>
        store.targets.changeAccessList(key, (list) => ({
          ...list,
          SUBSCRIBE_TO_TOPIC: [...(list.SUBSCRIBE_TO_TOPIC ?? []), `UserID:${id}`],
        }))
      await Promise.all([subscribers('a'), subscribers('b')])
      const expected = (await store.targets.findTarget(target('news')))?.accessList
      assert.deepEqual(expected?.SUBSCRIBE_TO_TOPIC?.toSorted(), ['UserID:a', 'UserID:b'])
      const refuse = () => {
        throw new Error('too many')
      }
      await assert.rejects(store.targets.changeAccessList(key, refuse), /too many/)
      assert.deepEqual((await store.targets.findTarget(target('news')))?.accessList, expected)
      assert.equal(await store.targets.changeAccessList(key + 1, (list) => list), undefined)
    })

    it('removes a target at once, whose key is never used again', async () => {
      await using store = await openWithApps(open)
      const { key } = await addTarget(store, target('news'))
      assert.equal(await store.targets.removeTarget(key), true)
      assert.equal(await store.targets.findTarget(target('news')), undefined)
      assert.equal(await store.targets.removeTarget(key), false)
      const again = await addTarget(store, target('news'))
      assert.ok(again.key > key, `${again.key} after ${key}`)
    })

    it('removes everything in a target after it, and nothing of another', async () => {
      await using store = await openWithApps(open)
      const gone = await filled(store, 'gone')
      const kept = await filled(store, 'kept')
      await store.targets.removeTarget(gone.key)
      await store.targets.sweep()
      assert.deepEqual(await left(store, gone), [0, 0])
      assert.deepEqual(await left(store, kept), [230, 120])
    })

    it('lets one of several tell that a target is removed, while its subscriptions are there', async () => {
      await using store = await openWithApps(open)
      const gone = await filled(store, 'gone')
      const other = await filled(store, 'other')
      let told = 0
      const tell = async () => {
        told++
        assert.equal(await store.targets.findTarget(gone), undefined)
        // What it leaves is removed, and with it whatever else may go.
        await store.targets.removeTarget(other.key)
        await empty(store, other)
        assert.deepEqual(await left(store, gone), [230, 120])
      }
      const remove = () => store.targets.removeTarget(gone.key, tell)
      assert.deepEqual((await Promise.all([remove(), remove(), remove()])).toSorted(), [false, false, true])
      assert.equal(told, 1)
      await empty(store, gone)
    })

    it('removes what is left of one when who told of it has not come to the end', async () => {
      await using store = await openWithApps(open)
      const gone = await filled(store, 'gone')
      await new Promise<void>((begun) => {
        void store.targets.removeTarget(gone.key, () => new Promise(() => begun()))
      })
      await store.targets.sweep()
      assert.deepEqual(await left(store, gone), [0, 0])
    })

    it('removes very many targets of a scope together with it', async () => {
      await using store = await openWithApps(open)
      await store.groups.addGroup(group('crew'), [])
      const add = (index: number) => addTarget(store, target(`news-${index}`, { scope: 'group:crew' }))
      await Promise.all(Array.from({ length: 230 }, (_, index) => add(index)))
      const filledOne = await filled(store, 'zzz', { scope: 'group:crew' })
      assert.equal(await store.groups.removeGroup(appID, 'crew'), true)
      assert.deepEqual(await store.targets.listTargets(target('', { scope: 'group:crew' }), '', 10), [])
      await store.targets.sweep()
      assert.deepEqual(await left(store, filledOne), [0, 0])
    })

    it('takes nothing more into a target that was removed', async () => {
      await using store = await openWithApps(open)
      const gone = await addTarget(store, target('gone', { kind: 'bucket' }))
      await store.targets.removeTarget(gone.key)
      await store.targets.sweep()
      const subscription = { target: gone, subject: 'user:mia', restsOnRight: true } as const
      await store.subscriptions.addSubscription(subscription, { perSubjectMax: 9 })
      await store.objects.addObject(gone.key, object('late'), { perBucketMax: 9 })
      assert.deepEqual(await left(store, gone), [0, 0])
    })
  })
}

/** With 230 subscriptions and 120 objects, several batches of them. */
async function filled(store: PushStore, name: string, more: Partial<Target> = {}): Promise<Target> {
  const added = await addTarget(store, target(name, { kind: 'bucket', ...more }))
  const subscribe = (index: number) => {
    const subscription = { target: added, subject: `user:${index}`, restsOnRight: true } as const
    return store.subscriptions.addSubscription(subscription, { perSubjectMax: 9 })
  }
  const add = (index: number) =>
    store.objects.addObject(added.key, object(`object-${index}`), { perBucketMax: 1_000 })
  await Promise.all(Array.from({ length: 230 }, (_, index) => subscribe(index)))
  await Promise.all(Array.from({ length: 120 }, (_, index) => add(index)))
  return added
}

/** Resolves when nothing is left in it. */
async function empty(store: PushStore, of: Target): Promise<void> {
  while ((await left(store, of)).some((count) => count > 0)) await setImmediate()
}

/** How many subscriptions and objects. */
async function left(store: PushStore, { key }: Target): Promise<[number, number]> {
  const subscriptions = await store.subscriptions.pageSubscriptions(key, 0, 1_000)
  const objects = await store.objects.pageObjects(key, '', 1_000)
  return [subscriptions.length, objects.length]
}
