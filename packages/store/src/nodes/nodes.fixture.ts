import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IdApp } from '@pillion/schema'
import { hash } from '../../../push/src/ports/push-store.fixture.ts'
import type { OpenStore } from '../open-store.ts'

/** What nodes have in common. */
export function testNodeStores(name: string, open: () => Promise<OpenStore>): void {
  describe(`shared secrets and app packages: ${name}`, () => {
    it('keeps the first value of a secret, and makes no second', async () => {
      const { secrets, close } = await open()
      assert.deepEqual(await secrets.getOrAdd('ca', async () => hash(1)), hash(1))
      const refuse = () => Promise.reject(new Error('made twice'))
      assert.deepEqual(await secrets.getOrAdd('ca', refuse), hash(1))
      await assert.rejects(secrets.getOrAdd('other', refuse), /made twice/)
      await close()
    })

    it('keeps the packages of an app by version, until older ones are removed', async () => {
      const { packages, close } = await open()
      const [news, radio] = ['news' as IdApp, 'radio' as IdApp]
      const archive = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256)
      const one = { idApp: news, version: '1', archive, sha256: hash(1), createdAt: 1 }
      const two = { ...one, version: '2', archive: hash(2), createdAt: 2 }
      const foreign = { ...one, idApp: radio }
      for (const each of [one, two, foreign]) await packages.put(each)
      assert.deepEqual(await packages.find(news, '1'), one)
      await packages.removeOlder(news, 2)
      assert.equal(await packages.find(news, '1'), undefined)
      assert.deepEqual(await packages.find(news, '2'), two)
      assert.deepEqual(await packages.find(radio, '1'), foreign)
      const again = { ...two, archive: hash(3), sha256: hash(3), createdAt: 3 }
      await packages.put(again)
      assert.deepEqual(await packages.find(news, '2'), again)
      await close()
    })
  })
}
