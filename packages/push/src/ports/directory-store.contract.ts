import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DirectoryStore, Scan } from './directory-store.ts'
import {
  addTarget,
  appID,
  installation,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  target,
  thing,
  user,
} from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'
import type { UserRecord } from './user-store.ts'

const all: Scan = { search: '', after: undefined, countMax: 100, rowsMax: 100 }

/** What every `DirectoryStore` does. */
export function testDirectoryStore(name: string, open: OpenPushStore): void {
  describe(`directory store: ${name}`, () => {
    it('gives the users of an app by id, in pieces that join without a gap', async () => {
      await using store = await openWithApps(open)
      for (const id of ['c', 'a', 'B', 'd']) await addUser(store, id)
      await addUser(store, 'z', { appID: otherAppID })
      const ids = async (scan: Partial<Scan>) => {
        const { found, next } = await store.directory.scanUsers(appID, { ...all, ...scan })
        return [found.map(({ userID }) => userID), next]
      }
      assert.deepEqual(await ids({}), [['B', 'a', 'c', 'd'], undefined])
      assert.deepEqual(await ids({ countMax: 2 }), [['B', 'a'], ['a']])
      assert.deepEqual(await ids({ rowsMax: 3 }), [['B', 'a', 'c'], ['c']])
      assert.deepEqual(await ids({ after: ['c'], rowsMax: 3 }), [['d'], undefined])
      assert.deepEqual(await ids({ after: ['d'] }), [[], undefined])
    })

    it('looks at so many rows only, whatever is searched', async () => {
      await using store = await openWithApps(open)
      await addUser(store, 'a')
      await addUser(store, 'b', { emailAddress: 'Mia_1@example.com' })
      await addUser(store, 'c', { loginName: 'mia21' })
      const ids = async (scan: Partial<Scan>) => {
        const { found, next } = await store.directory.scanUsers(appID, { ...all, ...scan })
        return [found.map(({ userID }) => userID), next]
      }
      assert.deepEqual(await ids({ search: 'MIA' }), [['b', 'c'], undefined])
      assert.deepEqual(await ids({ search: 'mia_1' }), [['b'], undefined])
      assert.deepEqual(await ids({ search: 'mia', rowsMax: 1 }), [[], ['a']])
    })

    it('gives things by id, and topics and buckets by scope and name', async () => {
      await using store = await openWithApps(open)
      for (const id of ['th2', 'th1']) await addThing(store, id)
      const things = await store.directory.scanThings(appID, { ...all, search: 'TH' })
      assert.deepEqual(
        things.found.map(({ thingID }) => thingID),
        ['th1', 'th2'],
      )
      const added = [target('b'), target('a', { scope: 'user:u' }), target('a')]
      for (const each of added) await addTarget(store, each)
      await addTarget(store, target('bucket', { kind: 'bucket' }))
      const names = (listed: Awaited<ReturnType<DirectoryStore['scanTargets']>>) =>
        listed.found.map(({ scope, name }) => `${scope}/${name}`)
      assert.deepEqual(names(await store.directory.scanTargets(appID, 'topic', all)), [
        '/a',
        '/b',
        'user:u/a',
      ])
      assert.deepEqual(names(await store.directory.scanTargets(appID, 'bucket', all)), ['/bucket'])
      const first = await store.directory.scanTargets(appID, 'topic', { ...all, countMax: 1 })
      const rest = await store.directory.scanTargets(appID, 'topic', { ...all, after: first.next })
      assert.deepEqual([...names(first), ...names(rest)], ['/a', '/b', 'user:u/a'])
      const own = installation('i-1')
      await store.installations.putInstallation(own, { otherTypesMax: 1 })
      assert.deepEqual(await store.directory.scanInstallations(appID, { ...all, search: 'I-1' }), {
        found: [own],
        next: undefined,
      })
      assert.deepEqual(await store.directory.scanInstallations(otherAppID, all), {
        found: [],
        next: undefined,
      })
    })
  })
}

const max = { principalsMax: 100 }

async function addUser(store: PushStore, id: string, more: Partial<UserRecord> = {}): Promise<void> {
  await store.users.addUser(user(id, more), max)
}

async function addThing(store: PushStore, id: string): Promise<void> {
  await store.things.addThing(thing(id), max)
}
