import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  addTarget,
  appID,
  group,
  hash,
  installation,
  type OpenPushStore,
  object,
  openWithApps,
  otherAppID,
  pushApp,
  target,
  thing,
  token,
  user,
} from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'

const many = { principalsMax: 10, tokensMax: 10, otherTypesMax: 10, perBucketMax: 10, perSubjectMax: 10 }

/** What every `PushAppStore` does. */
export function testPushAppStore(name: string, open: OpenPushStore): void {
  describe(`push app store: ${name}`, () => {
    it('finds an app as it was added, and lists apps by appID', async () => {
      const { store, close } = await open()
      const first = pushApp({ appID: 'b', replacedSecret: { hash: hash(2), endsAt: 9 } })
      const second = pushApp({ appID: 'B', clientID: 'second', isDisabled: true })
      assert.equal(await store.apps.addApp(first), undefined)
      assert.equal(await store.apps.addApp(second), undefined)
      assert.deepEqual(await store.apps.findApp('b'), first)
      assert.deepEqual(await store.apps.listApps(), [second, first])
      assert.equal(await store.apps.findApp('c'), undefined)
      await close()
    })

    it('adds no app whose appID or clientID is taken, and says which', async () => {
      await using store = await openWithApps(open)
      assert.equal(await store.apps.addApp(pushApp({ clientID: 'new' })), 'appID')
      assert.equal(await store.apps.addApp(pushApp({ clientID: 'other-client' })), 'appID')
      assert.equal(await store.apps.addApp(pushApp({ appID: 'new' })), 'clientID')
      assert.equal((await store.apps.listApps()).length, 2)
    })

    it('changes what it is told to, of that app alone', async () => {
      await using store = await openWithApps(open)
      const other = await store.apps.findApp(otherAppID)
      const rotated = { clientSecretHash: hash(7), replacedSecret: { hash: hash(1), endsAt: 5 } }
      assert.deepEqual(await store.apps.changeApp(appID, rotated), pushApp(rotated))
      const settings = { ...pushApp().settings, exposesUsers: true }
      const more = { appKey: 'new', isDisabled: true, settings }
      assert.deepEqual(await store.apps.changeApp(appID, more), pushApp({ ...rotated, ...more }))
      const ended = pushApp({ ...rotated, ...more, replacedSecret: undefined })
      assert.deepEqual(await store.apps.changeApp(appID, { replacedSecret: undefined }), ended)
      assert.deepEqual(await store.apps.changeApp(appID, {}), ended)
      assert.deepEqual(await store.apps.findApp(appID), ended)
      assert.deepEqual(await store.apps.findApp(otherAppID), other)
      assert.equal(await store.apps.changeApp('nobody', more), undefined)
    })

    it('removes an app with everything in it, and leaves every other as it is', async () => {
      await using store = await openWithApps(open)
      await fill(store, appID)
      await fill(store, otherAppID)
      assert.equal(await store.apps.removeApp(appID), true)
      assert.equal(await store.apps.removeApp(appID), false)
      assert.equal(await store.apps.findApp(appID), undefined)
      await store.apps.addApp(pushApp())
      assert.deepEqual(await found(store, appID), [])
      assert.deepEqual(await found(store, otherAppID), [...kinds].sort())
    })
  })
}

const kinds = [
  ...['user', 'thing', 'token', 'owner', 'group', 'member', 'installation', 'mqtt topic'],
  ...['target', 'subscription', 'object'],
]

/** One of each kind. */
async function fill(store: PushStore, appID: string): Promise<void> {
  const subject = 'user:mia'
  const mqttTopic = `topic-${appID}`
  await store.users.addUser(user('mia', { appID }), many)
  await store.things.addThing(thing(`th.${appID}`, { appID }), many)
  await store.tokens.addToken(token(appID.charCodeAt(2), { appID }), many)
  await store.owners.addOwner(appID, `th.${appID}`, subject, { ownersMax: 1 })
  await store.groups.addGroup(group('crew', { appID }), ['mia'])
  const endpoint = { mqttTopic, readyAt: 1, expiresAt: undefined }
  await store.installations.putInstallation(installation(`i-${appID}`, { appID, endpoint }), many)
  const bucket = await addTarget(store, target('box', { appID, kind: 'bucket', scope: 'group:crew' }))
  await store.subscriptions.addSubscription({ target: bucket, subject, restsOnRight: true }, many)
  await store.objects.addObject(bucket.key, object('o'), many)
  keys.set(store, { ...keys.get(store), [appID]: bucket.key })
}

/** Of the buckets that `fill` made. */
const keys = new WeakMap<PushStore, Record<string, number>>()

/** Which kinds of what `fill` added are still there, sorted. */
async function found(store: PushStore, appID: string): Promise<string[]> {
  const name = { appID, kind: 'bucket', scope: 'group:crew', name: 'box' } as const
  const key = keys.get(store)?.[appID] ?? 0
  const answers: Record<string, unknown> = {
    user: await store.users.findUser(appID, { userID: 'mia' }),
    thing: await store.things.findThing(appID, { thingID: `th.${appID}` }),
    token: await store.tokens.findToken(appID, hash(appID.charCodeAt(2))),
    owner: (await store.owners.listOwners(appID, `th.${appID}`))[0],
    group: await store.groups.findGroup(appID, 'crew'),
    member: (await store.groups.listMembers(appID, 'crew'))[0],
    installation: (await store.installations.listInstallations(appID, 'user:mia'))[0],
    'mqtt topic': await store.installations.findByMqttTopic(`topic-${appID}`),
    target: await store.targets.findTarget(name),
    subscription: (await store.subscriptions.pageSubscriptions(key, 0, 10))[0],
    object: await store.objects.findObject(key, 'o'),
  }
  return kinds.filter((kind) => answers[kind] !== undefined).sort()
}
