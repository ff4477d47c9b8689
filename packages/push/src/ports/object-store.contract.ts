import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addTarget, type OpenPushStore, object, openWithApps, target } from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'

const max = { perBucketMax: 1_000 }

/** What every `ObjectStore` does. */
export function testObjectStore(name: string, open: OpenPushStore): void {
  describe(`object store: ${name}`, () => {
    it('finds an object as it was added, in its bucket alone', async () => {
      await using store = await openWithApps(open)
      const [box, other] = [await bucket(store, 'box'), await bucket(store, 'other')]
      const added = object('o-1', {
        fields: { score: 1.5, text: 'ü%\u0000"', nested: { list: [null, true] } },
        dataType: 'reading',
        creator: 'ThingID:th.1',
        version: 3,
        createdAt: Date.UTC(2026, 0, 1),
        modifiedAt: Date.UTC(2026, 0, 2),
        accessList: { READ_EXISTING_OBJECT: ['UserID:ANY_AUTHENTICATED_USER'] },
      })
      assert.equal(await store.objects.addObject(box, added, max), 'added')
      assert.deepEqual(await store.objects.findObject(box, 'o-1'), added)
      assert.equal(await store.objects.findObject(other, 'o-1'), undefined)
      assert.equal(await store.objects.findObject(box, 'O-1'), undefined)
    })

    it('adds an id once: of two at once, one', async () => {
      await using store = await openWithApps(open)
      const box = await bucket(store, 'box')
      const both = await Promise.all([
        store.objects.addObject(box, object('same', { fields: { by: 'first' } }), max),
        store.objects.addObject(box, object('same', { fields: { by: 'second' } }), max),
      ])
      assert.deepEqual(both.toSorted(), ['added', 'exists'])
      const by = both[0] === 'added' ? 'first' : 'second'
      assert.deepEqual((await store.objects.findObject(box, 'same'))?.fields, { by })
    })

    it('takes as many in a bucket as may be', async () => {
      await using store = await openWithApps(open)
      const [box, other] = [await bucket(store, 'box'), await bucket(store, 'other')]
      const two = { perBucketMax: 2 }
      assert.equal(await store.objects.addObject(box, object('a'), two), 'added')
      assert.equal(await store.objects.addObject(box, object('a'), two), 'exists')
      assert.equal(await store.objects.addObject(box, object('b'), two), 'added')
      assert.equal(await store.objects.addObject(box, object('c'), two), 'full')
      assert.equal(await store.objects.addObject(box, object('c'), two), 'full')
      assert.equal(await store.objects.addObject(other, object('c'), two), 'added')
      assert.equal(await store.objects.removeObject(box, 'b'), true)
      assert.equal(await store.objects.removeObject(box, 'b'), false)
      assert.equal(await store.objects.addObject(box, object('c'), two), 'added')
      assert.equal(await store.objects.addObject(box, object('d'), two), 'full')
    })

    it('replaces an object, but its access list, only while it has the version that was read (P 10.1)', async () => {
      await using store = await openWithApps(open)
      const box = await bucket(store, 'box')
      await store.objects.addObject(box, object('a'), max)
      await store.objects.addObject(box, object('b'), max)
      const accessList = { WRITE_EXISTING_OBJECT: ['UserID:mia'] } as const
      const next = object('a', { fields: { b: 2 }, dataType: 'x', version: 2, modifiedAt: 9, accessList })
      assert.equal(await store.objects.replaceObject(box, next, 2), false)
      assert.deepEqual(await store.objects.findObject(box, 'a'), object('a'))
      const both = await Promise.all([
        store.objects.replaceObject(box, next, 1),
        store.objects.replaceObject(box, { ...next, fields: {} }, 1),
      ])
      assert.deepEqual(both.toSorted(), [false, true])
      const { accessList: kept } = object('a')
      const fields = both[0] ? next.fields : {}
      assert.deepEqual(await store.objects.findObject(box, 'a'), { ...next, fields, accessList: kept })
      assert.deepEqual(await store.objects.findObject(box, 'b'), object('b'))
      assert.equal(await store.objects.replaceObject(box, object('gone'), 1), false)
    })

    it('removes an object whatever its version, unless one is given', async () => {
      await using store = await openWithApps(open)
      const [box, other] = [await bucket(store, 'box'), await bucket(store, 'other')]
      for (const id of ['a', 'b']) await store.objects.addObject(box, object(id, { version: 4 }), max)
      assert.equal(await store.objects.removeObject(other, 'a'), false)
      assert.equal(await store.objects.removeObject(box, 'a', 3), false)
      assert.equal(await store.objects.removeObject(box, 'a', 4), true)
      assert.equal(await store.objects.removeObject(box, 'b'), true)
      assert.deepEqual(await store.objects.pageObjects(box, '', 10), [])
    })

    it('changes an access list as one, and neither version nor anything else', async () => {
      await using store = await openWithApps(open)
      const box = await bucket(store, 'box')
      await store.objects.addObject(box, object('a'), max)
      const read = (id: string) =>
        store.objects.changeAccessList(box, 'a', (list) => ({
          READ_EXISTING_OBJECT: [...(list.READ_EXISTING_OBJECT ?? []), `UserID:${id}`],
        }))
      await read('x')
      const accessList = { READ_EXISTING_OBJECT: ['UserID:x', 'UserID:y'] } as const
      assert.deepEqual(await read('y'), accessList)
      assert.deepEqual(await store.objects.findObject(box, 'a'), object('a', { accessList }))
      assert.equal(await store.objects.changeAccessList(box, 'gone', (list) => list), undefined)
    })

    it('pages through a bucket in the order of code points', async () => {
      await using store = await openWithApps(open)
      const box = await bucket(store, 'box')
      for (const id of ['b', 'a', '_', 'B', '.'])
        await store.objects.addObject(box, object(id, { fields: { id } }), max)
      await store.objects.addObject(await bucket(store, 'other'), object('c'), max)
      const page = async (after: string, limit: number) =>
        (await store.objects.pageObjects(box, after, limit)).map(({ fields }) => fields.id)
      assert.deepEqual(await page('', 3), ['.', 'B', '_'])
      assert.deepEqual(await page('_', 3), ['a', 'b'])
      assert.deepEqual(await page('b', 3), [])
    })
  })
}

/** Its key. */
async function bucket(store: PushStore, name: string): Promise<number> {
  return (await addTarget(store, target(name, { kind: 'bucket' }))).key
}
