import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IdApp } from '@pillion/schema'
import { hash } from '../../../push/src/ports/push-store.fixture.ts'
import type { OpenStore } from '../open-store.ts'
import { PART_BYTES } from './app-packages.ts'

/** What nodes have in common. */
export function testNodeStores(name: string, open: () => Promise<OpenStore>): void {
  describe(`what nodes have in common: ${name}`, () => {
    it('keeps one answer for each key, for as long as it is asked for, and of a caller the newest', async () => {
      const { answers, close } = await open()
      const asked = (n: number, createdAt: number, caller = 'a') => {
        return { keyHash: hash(n), caller, requestHash: hash(9), madeID: `${n}`, createdAt }
      }
      assert.equal(await answers.begin(asked(1, 10), 0), undefined)
      assert.deepEqual(await answers.begin({ ...asked(1, 11), madeID: 'other' }, 10), {
        ...asked(1, 10),
        answer: undefined,
      })
      await answers.finish(hash(1), hash(5))
      await answers.finish(hash(1), hash(6))
      assert.deepEqual((await answers.find(hash(1)))?.answer, hash(5))
      assert.equal(await answers.begin(asked(1, 20), 11), undefined)
      assert.deepEqual(await answers.find(hash(1)), { ...asked(1, 20), answer: undefined })
      const firsts = await Promise.all([2, 2, 2].map((n) => answers.begin(asked(n, 21), 0)))
      assert.equal(firsts.filter((each) => each === undefined).length, 1)
      await answers.begin(asked(3, 22), 0)
      await answers.begin(asked(4, 5), 0)
      await answers.begin(asked(6, 6, 'b'), 0)
      await answers.tidy('a', { since: 6, perCallerMax: 2 })
      const left = await Promise.all([1, 2, 3, 4, 6].map((n) => answers.find(hash(n))))
      assert.deepEqual(
        left.map((each) => each?.madeID),
        [undefined, '2', '3', undefined, '6'],
      )
      await close()
    })

    it('keeps the first value of a secret, and makes no second', async () => {
      const { secrets, close } = await open()
      assert.deepEqual(await secrets.getOrAdd('ca', async () => hash(1)), hash(1))
      const refuse = () => Promise.reject(new Error('made twice'))
      assert.deepEqual(await secrets.getOrAdd('ca', refuse), hash(1))
      await assert.rejects(secrets.getOrAdd('other', refuse), /made twice/)
      await close()
    })

    it('keeps one package of an app, in parts that none sees before they are all there', async () => {
      const { packages, close } = await open()
      const [news, radio] = ['news' as IdApp, 'radio' as IdApp]
      const archive = new Uint8Array(2 * PART_BYTES + 1).map((_, at) => at * 31)
      const one = { idApp: news, installation: 'a', version: '1', sha256: hash(1), createdAt: 1 }
      const foreign = { ...one, idApp: radio, installation: 'b' }
      assert.equal(await packages.find(news), undefined)
      await packages.put(one, archive)
      await packages.put(foreign, hash(9))
      assert.deepEqual(await packages.find(news), one)
      assert.deepEqual(Buffer.compare(await packages.read('a'), archive), 0)
      // The same version again: another installation.
      const again = { ...one, installation: 'c', sha256: hash(3), createdAt: 3 }
      await packages.put(again, hash(3))
      assert.deepEqual(await packages.list(), [again, foreign])
      assert.deepEqual(new Uint8Array(await packages.read('c')), hash(3))
      assert.equal((await packages.read('a')).length, 0)
      assert.deepEqual(new Uint8Array(await packages.read('b')), hash(9))
      await close()
    })

    it('lets a node that brings a package along change none that is there', async () => {
      const { packages, close } = await open()
      const first = {
        idApp: 'news' as IdApp,
        installation: 'a',
        version: '1',
        sha256: hash(1),
        createdAt: 1,
      }
      assert.equal(await packages.putFirst(first, hash(1)), true)
      assert.equal(await packages.putFirst({ ...first, installation: 'b' }, hash(2)), false)
      assert.deepEqual(await packages.find(first.idApp), first)
      assert.equal((await packages.read('b')).length, 0)
      await close()
    })

    it('removes after an hour what a killed node has put in, and nothing that belongs to a package', async () => {
      const { packages, close } = await open()
      const old = { idApp: 'news' as IdApp, installation: 'a', version: '1', sha256: hash(1), createdAt: 1 }
      await packages.put(old, hash(1))
      const killed = {
        ...old,
        installation: 'k',
        get version(): string {
          throw new Error('killed')
        },
      }
      await assert.rejects(packages.put(killed, hash(2)), /killed/)
      const put = (createdAt: number) =>
        packages.put({ ...old, idApp: 'radio' as IdApp, installation: String(createdAt), createdAt }, hash(3))
      await put(3_600_001)
      assert.equal((await packages.read('k')).length, 32)
      await put(3_600_002)
      assert.equal((await packages.read('k')).length, 0)
      assert.equal((await packages.read('a')).length, 32)
      await close()
    })
  })
}
