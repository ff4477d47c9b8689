import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Subject } from '../principal.ts'
import {
  addTarget,
  appID,
  installation,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  target,
} from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'
import type { ReceiverPage } from './subscription-store.ts'
import type { Target } from './target-store.ts'

const max = { perSubjectMax: 1_000 }
const everybody = { development: true, production: true, after: 0, limit: 100 }

/** What every `SubscriptionStore` does. */
export function testSubscriptionStore(name: string, open: OpenPushStore): void {
  describe(`subscription store: ${name}`, () => {
    it('subscribes once, and unsubscribes once, users and things (P 7.3)', async () => {
      await using store = await openWithApps(open)
      const news = await addTarget(store, target('news'))
      const other = await addTarget(store, target('other'))
      for (const subject of ['user:x', 'thing:x'] as const) {
        assert.equal(await subscribe(store, news, subject), 'added')
        assert.equal(await subscribe(store, news, subject), 'exists')
        assert.equal(await store.subscriptions.hasSubscription(news.key, subject), true)
        assert.equal(await store.subscriptions.hasSubscription(other.key, subject), false)
      }
      assert.equal(await store.subscriptions.removeSubscription(other.key, 'user:x'), false)
      assert.equal(await store.subscriptions.removeSubscription(news.key, 'user:x'), true)
      assert.equal(await store.subscriptions.removeSubscription(news.key, 'user:x'), false)
      assert.equal(await store.subscriptions.hasSubscription(news.key, 'user:x'), false)
      assert.equal(await store.subscriptions.hasSubscription(news.key, 'thing:x'), true)
    })

    it('takes as many of one subject as may be, without those of targets that are gone', async () => {
      await using store = await openWithApps(open)
      const two = { perSubjectMax: 2 }
      const [a, b, c] = [
        await addTarget(store, target('a')),
        await addTarget(store, target('b')),
        await addTarget(store, target('c')),
      ]
      const elsewhere = await addTarget(store, target('a', { appID: otherAppID }))
      assert.equal(await subscribe(store, a, 'user:mia', two), 'added')
      assert.equal(await subscribe(store, b, 'user:mia', two), 'added')
      assert.equal(await subscribe(store, c, 'user:mia', two), 'full')
      assert.equal(await subscribe(store, b, 'user:mia', two), 'exists')
      assert.equal(await subscribe(store, c, 'user:ben', two), 'added')
      assert.equal(await subscribe(store, elsewhere, 'user:mia', two), 'added')
      await store.targets.removeTarget(a.key)
      assert.equal(await subscribe(store, c, 'user:mia', two), 'added')
    })

    it('pages through receivers in the order of their subscriptions, up to the last one of then', async () => {
      await using store = await openWithApps(open)
      const news = await addTarget(store, target('news'))
      assert.equal(await store.subscriptions.lastPosition(news.key), 0)
      const subjects = Array.from({ length: 7 }, (_, index) => `user:${6 - index}` as const)
      for (const subject of subjects) {
        await subscribe(store, news, subject)
        await install(store, subject)
      }
      await subscribe(store, await addTarget(store, target('other')), 'user:0')
      const upTo = await store.subscriptions.lastPosition(news.key)
      await subscribe(store, news, 'user:late')
      await install(store, 'user:late')
      const { pages, receivers } = await readAll(store, news, { ...everybody, upTo, limit: 3 })
      assert.equal(pages, 3)
      assert.deepEqual(
        receivers.map(({ subject }) => subject),
        subjects,
      )
      assert.deepEqual(
        receivers.map(({ installationID, mqttTopic }) => [installationID, mqttTopic]),
        subjects.map((subject) => [subject, `topic-${subject}`]),
      )
      const positions = receivers.map(({ position }) => position)
      assert.deepEqual(
        positions,
        positions.toSorted((a, b) => a - b),
      )
    })

    it('knows the last page even if it is a whole one', async () => {
      await using store = await openWithApps(open)
      const news = await addTarget(store, target('news'))
      for (const subject of ['user:a', 'user:b'] as const) await subscribe(store, news, subject)
      const upTo = await store.subscriptions.lastPosition(news.key)
      await subscribe(store, news, 'user:c')
      assert.equal((await readAll(store, news, { ...everybody, upTo, limit: 2 })).pages, 1)
      assert.equal((await readAll(store, news, { ...everybody, upTo, limit: 1 })).pages, 2)
      assert.equal((await readAll(store, news, { ...everybody, upTo: 0 })).pages, 1)
    })

    it('finds MQTT installations of development, of production, of both or of none (P 8.1)', async () => {
      await using store = await openWithApps(open)
      const news = await addTarget(store, target('news'))
      for (const subject of ['user:dev', 'user:prod', 'user:nothing', 'user:phone'] as const)
        await subscribe(store, news, subject)
      await install(store, 'user:dev', { isDevelopment: true })
      await install(store, 'user:prod')
      await install(store, 'user:phone', { deviceType: 'IOS', endpoint: undefined })
      await install(store, 'user:nothing', { appID: otherAppID })
      const upTo = await store.subscriptions.lastPosition(news.key)
      const receive = async (development: boolean, production: boolean) => {
        const { receivers, pages } = await readAll(store, news, {
          ...{ after: 0, upTo, limit: 2 },
          development,
          production,
        })
        assert.equal(pages, 2, 'pages count subscriptions, not receivers')
        return receivers.map(({ subject }) => subject)
      }
      assert.deepEqual(await receive(true, true), ['user:dev', 'user:prod'])
      assert.deepEqual(await receive(true, false), ['user:dev'])
      assert.deepEqual(await receive(false, true), ['user:prod'])
      assert.deepEqual(await receive(false, false), [])
    })

    it('pages through the subscriptions of a target, with what each rests on', async () => {
      await using store = await openWithApps(open)
      const news = await addTarget(store, target('news'))
      for (const [subject, restsOnRight] of [
        ['user:b', true],
        ['user:a', false],
        ['thing:c', true],
      ] as const)
        await store.subscriptions.addSubscription({ target: news, subject, restsOnRight }, max)
      const [first, second] = await store.subscriptions.pageSubscriptions(news.key, 0, 2)
      assert.deepEqual([first?.subject, first?.restsOnRight], ['user:b', true])
      assert.deepEqual([second?.subject, second?.restsOnRight], ['user:a', false])
      const rest = await store.subscriptions.pageSubscriptions(news.key, second?.position ?? 0, 2)
      assert.deepEqual(
        rest.map(({ subject }) => subject),
        ['thing:c'],
      )
    })

    it('lists what a subject is subscribed to, with the targets, without those that are gone', async () => {
      await using store = await openWithApps(open)
      const accessList = { SUBSCRIBE_TO_TOPIC: ['UserID:mia'] } as const
      const news = await addTarget(store, target('news', { accessList, creator: 'UserID:mia' }))
      const gone = await addTarget(store, target('gone'))
      const box = await addTarget(store, target('box', { kind: 'bucket', scope: 'group:crew' }))
      for (const each of [news, gone, box]) await subscribe(store, each, 'user:mia')
      await subscribe(store, news, 'user:ben')
      await store.targets.removeTarget(gone.key)
      const listed = await store.subscriptions.listSubscriptions(appID, 'user:mia')
      assert.deepEqual(
        listed.map(({ target }) => target),
        [news, box],
      )
      assert.equal(listed[0]?.restsOnRight, true)
      assert.deepEqual(await store.subscriptions.listSubscriptions(otherAppID, 'user:mia'), [])
    })

    it('removes subscriptions by their positions, which are never used again', async () => {
      await using store = await openWithApps(open)
      const news = await addTarget(store, target('news'))
      for (let index = 0; index < 5; index++) await subscribe(store, news, `user:${index}`)
      const records = await store.subscriptions.pageSubscriptions(news.key, 0, 10)
      const positions = records.map(({ position }) => position)
      const [first = 0] = positions
      await store.subscriptions.removeAt(positions.slice(1))
      await store.subscriptions.removeAt([])
      assert.equal(await store.subscriptions.lastPosition(news.key), first)
      await subscribe(store, news, 'user:1')
      const last = await store.subscriptions.lastPosition(news.key)
      assert.ok(last > Math.max(...positions), `${last} after ${positions.join()}`)
    })
  })
}

function subscribe(store: PushStore, target: Target, subject: Subject, limits = max) {
  return store.subscriptions.addSubscription({ target, subject, restsOnRight: true }, limits)
}

function install(store: PushStore, subject: Subject, more: Parameters<typeof installation>[1] = {}) {
  return store.installations.putInstallation(installation(subject, { subject, ...more }), {
    otherTypesMax: 9,
  })
}

async function readAll(store: PushStore, { key }: Target, page: ReceiverPage) {
  const receivers = []
  let pages = 0
  for (let after: number | undefined = page.after; after !== undefined; pages++) {
    const read = await store.subscriptions.pageReceivers(key, { ...page, after })
    receivers.push(...read.receivers)
    after = read.next
  }
  return { receivers, pages }
}
