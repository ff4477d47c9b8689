import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  appID,
  installation,
  type OpenPushStore,
  openWithApps,
  otherAppID,
  thing,
  user,
} from './push-store.fixture.ts'
import type { PushStore } from './push-store.ts'

const max = { otherTypesMax: 20 }

/** What every `InstallationStore` does. */
export function testInstallationStore(name: string, open: OpenPushStore): void {
  describe(`installation store: ${name}`, () => {
    it('finds an installation as it was put, by each of its ids, in its app alone (P 6.2)', async () => {
      await using store = await opened()
      const mqtt = installation('i-1')
      const phone = installation('i-2', { deviceType: 'IOS', endpoint: undefined, isDevelopment: true })
      for (const added of [mqtt, phone]) {
        const { installationID, deviceType, registrationID } = added
        assert.deepEqual(await store.installations.putInstallation(added, max), added)
        for (const key of [{ installationID }, { deviceType, registrationID }]) {
          assert.deepEqual(await store.installations.findInstallation(appID, key), added)
          assert.equal(await store.installations.findInstallation(otherAppID, key), undefined)
        }
      }
      const other = { deviceType: 'IOS', registrationID: mqtt.registrationID } as const
      assert.equal(await store.installations.findInstallation(appID, other), undefined)
    })

    it('keeps one of type MQTT for each subject: again, only its stage changes (P 6.1)', async () => {
      await using store = await opened()
      const first = installation('i-1')
      await store.installations.putInstallation(first, max)
      const again = await store.installations.putInstallation(
        installation('i-2', { isDevelopment: true }),
        max,
      )
      assert.deepEqual(again, { ...first, isDevelopment: true })
      const list = await store.installations.listInstallations(appID, 'user:mia')
      assert.deepEqual(list, [again])
      const thingsOwn = installation('i-3', { subject: 'thing:mia' })
      assert.deepEqual(await store.installations.putInstallation(thingsOwn, max), thingsOwn)
      const elsewhere = installation('i-4', { appID: otherAppID })
      assert.deepEqual(await store.installations.putInstallation(elsewhere, max), elsewhere)
    })

    it('gives a subject one of type MQTT even if it asks twice at once', async () => {
      await using store = await opened()
      const [one, two] = await Promise.all([
        store.installations.putInstallation(installation('i-1'), max),
        store.installations.putInstallation(installation('i-2'), max),
      ])
      assert.deepEqual(one, two)
    })

    it('moves one of another type to whoever brings its registration id (P 6.1)', async () => {
      await using store = await opened()
      const phone = { deviceType: 'ANDROID', registrationID: 'token', endpoint: undefined } as const
      await store.installations.putInstallation(installation('i-1', phone), max)
      const moved = { ...phone, subject: 'user:ben', isDevelopment: true } as const
      assert.deepEqual(
        await store.installations.putInstallation(installation('i-2', moved), max),
        installation('i-1', moved),
      )
      assert.deepEqual(await store.installations.listInstallations(appID, 'user:mia'), [])
      const elsewhere = installation('i-3', { ...phone, appID: otherAppID })
      assert.deepEqual(await store.installations.putInstallation(elsewhere, max), elsewhere)
      const otherType = installation('i-4', { ...phone, deviceType: 'JPUSH' })
      assert.deepEqual(await store.installations.putInstallation(otherType, max), otherType)
    })

    it('takes as many of other types as may be, that of type MQTT not among them', async () => {
      await using store = await opened()
      const two = { otherTypesMax: 2 }
      const put = (id: string, more = {}) =>
        store.installations.putInstallation(
          installation(id, { deviceType: 'IOS', endpoint: undefined, ...more }),
          two,
        )
      await store.installations.putInstallation(installation('mqtt'), two)
      await put('a')
      await put('b')
      assert.equal(await put('c'), 'full')
      assert.notEqual(await put('a', { isDevelopment: true }), 'full', 'it has that one already')
      await put('d', { subject: 'user:ben' })
      const moved = await put('e', { registrationID: 'registration-d' })
      assert.equal(moved, 'full')
      const [still] = await store.installations.listInstallations(appID, 'user:ben')
      assert.equal(still?.installationID, 'd')
      const again = await store.installations.putInstallation(installation('mqtt'), two)
      assert.notEqual(again, 'full')
    })

    it('lists the installations of one subject by id', async () => {
      await using store = await opened()
      const phone = { deviceType: 'IOS', endpoint: undefined } as const
      for (const id of ['b', 'B', 'a'])
        await store.installations.putInstallation(installation(id, phone), max)
      await store.installations.putInstallation(installation('c', { subject: 'user:ben' }), max)
      const list = await store.installations.listInstallations(appID, 'user:mia')
      assert.deepEqual(
        list.map(({ installationID }) => installationID),
        ['B', 'a', 'b'],
      )
      assert.deepEqual(await store.installations.listInstallations(otherAppID, 'user:mia'), [])
    })

    it('finds who signs in by its MQTT topic', async () => {
      await using store = await opened()
      const lamp = installation('i-1', { subject: 'thing:th.lamp' })
      for (const added of [installation('i-2'), lamp]) {
        await store.installations.putInstallation(added, max)
        const topic = added.endpoint?.mqttTopic as string
        assert.deepEqual(await store.installations.findByMqttTopic(topic), { ...added, isDisabled: false })
      }
      assert.equal(await store.installations.findByMqttTopic('topic-I-1'), undefined)
    })

    it('knows whether app, user or thing are disabled when somebody signs in (P 13.3)', async () => {
      await using store = await opened()
      await store.installations.putInstallation(installation('user'), max)
      await store.installations.putInstallation(installation('thing', { subject: 'thing:th.lamp' }), max)
      await store.installations.putInstallation(installation('ghost', { subject: 'user:ghost' }), max)
      const disabled = async (id: string) =>
        (await store.installations.findByMqttTopic(`topic-${id}`))?.isDisabled
      assert.equal(await disabled('ghost'), true, 'nobody of that name')
      await store.users.changeUser(appID, 'mia', { isDisabled: true })
      assert.deepEqual([await disabled('user'), await disabled('thing')], [true, false])
      await store.users.changeUser(appID, 'mia', { isDisabled: false })
      await store.things.changeThing(appID, 'th.lamp', () => ({ isDisabled: true }))
      assert.deepEqual([await disabled('user'), await disabled('thing')], [false, true])
      await store.apps.changeApp(appID, { isDisabled: true })
      assert.deepEqual([await disabled('user'), await disabled('thing')], [true, true])
    })

    it('removes an installation once, and the subject may install again (P 6.2)', async () => {
      await using store = await opened()
      await store.installations.putInstallation(installation('i-1'), max)
      assert.equal(await store.installations.removeInstallation(otherAppID, 'i-1'), false)
      assert.equal(await store.installations.removeInstallation(appID, 'i-1'), true)
      assert.equal(await store.installations.removeInstallation(appID, 'i-1'), false)
      assert.equal(await store.installations.findByMqttTopic('topic-i-1'), undefined)
      const next = installation('i-2')
      assert.deepEqual(await store.installations.putInstallation(next, max), next)
    })

    it('replaces an endpoint once: of two that renew at once, both get the same (P 6.3)', async () => {
      await using store = await opened()
      const first = installation('i-1')
      await store.installations.putInstallation(first, max)
      const renewed = { mqttTopic: 'renewed', readyAt: 7, expiresAt: 8 }
      const both = await Promise.all([
        store.installations.replaceEndpoint('i-1', 'topic-i-1', renewed),
        store.installations.replaceEndpoint('i-1', 'topic-i-1', { ...renewed, mqttTopic: 'second' }),
      ])
      // Either may be first.
      const kept = both[0]?.endpoint?.mqttTopic === 'second' ? { ...renewed, mqttTopic: 'second' } : renewed
      assert.deepEqual(both, [
        { ...first, endpoint: kept },
        { ...first, endpoint: kept },
      ])
      assert.equal(await store.installations.findByMqttTopic('topic-i-1'), undefined)
      assert.equal((await store.installations.findByMqttTopic(kept.mqttTopic))?.installationID, 'i-1')
      assert.equal(await store.installations.replaceEndpoint('gone', 'x', renewed), undefined)
    })
  })

  async function opened(): Promise<PushStore & AsyncDisposable> {
    const store = await openWithApps(open)
    await store.users.addUser(user('mia'), { principalsMax: 9 })
    await store.users.addUser(user('ben'), { principalsMax: 9 })
    await store.things.addThing(thing('th.lamp'), { principalsMax: 9 })
    return store
  }
}
