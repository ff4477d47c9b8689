import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type IdApp, parseIdApp, parseUid, parseVin, type Uid, type Vin } from '@pillion/schema'
import type { AppRecord } from '../records.ts'
import type { FleetStore } from './fleet-store.ts'

const uid = parseUid('MYUID') as Uid
const otherUid = parseUid('OTHER') as Uid
const vinA = parseVin('0123456789ABCDEFG') as Vin
const vinB = parseVin('0123456789abcdefg') as Vin
const unknownVin = parseVin('99999999999999999') as Vin
const news = parseIdApp('news') as IdApp
const radio = parseIdApp('radio') as IdApp

/** What every `AppStore` does. `open` gives an empty store. */
export function testAppStore(
  name: string,
  open: () => Promise<{ fleet: FleetStore; close(): Promise<void> }>,
): void {
  describe(`app store: ${name}`, () => {
    it('finds an app as it was added, and refuses its id to another', async () => {
      await using store = await opened()
      const added = app(news, { name: 'Nëws', drivingMode: true, version: '1.2.3' })
      assert.equal(await store.apps.addApp(added), undefined)
      assert.equal(await store.apps.addApp(app(news, { uid: otherUid })), news)
      assert.deepEqual(await store.apps.findApp(news), added)
      assert.equal(await store.apps.findApp(radio), undefined)
    })

    it('adds no two apps that clash, not even at once, and another when the first is gone', async () => {
      await using store = await opened()
      const ids = ['News', 'news', 'nEws', 'NEWS'] as IdApp[]
      const clashWith = (idApp: IdApp) => (other: IdApp) => other.toLowerCase() === idApp.toLowerCase()
      const add = (idApp: IdApp) => store.apps.addApp(app(idApp), clashWith(idApp))
      const inTheWay = await Promise.all(ids.map(add))
      const [added, ...more] = await store.apps.listApps()
      assert.deepEqual([added?.idApp, more], [ids[inTheWay.indexOf(undefined)], []])
      assert.equal(inTheWay.filter((idApp) => idApp === added?.idApp).length, ids.length - 1)
      assert.equal(await add(radio), undefined)
      await store.apps.removeApp(added?.idApp ?? news)
      assert.equal(await add(news), undefined)
    })

    it('sets the version of an app that exists', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news))
      assert.equal((await store.apps.findApp(news))?.version, undefined)
      assert.deepEqual(await store.apps.setAppVersion(news, '2.0.0'), app(news, { version: '2.0.0' }))
      assert.deepEqual(await store.apps.findApp(news), app(news, { version: '2.0.0' }))
      assert.equal(await store.apps.setAppVersion(radio, '2.0.0'), undefined)
    })

    it('sets version and name of an app at once, and leaves every other as it is', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news))
      await store.apps.addApp(app(radio))
      const named = app(news, { version: '2.0.0', name: 'Nëws' })
      assert.deepEqual(await store.apps.setAppVersion(news, '2.0.0', 'Nëws'), named)
      assert.deepEqual(await store.apps.findApp(news), named)
      assert.deepEqual(await store.apps.findApp(radio), app(radio))
    })

    it('changes what is given of an app, and removes it with its subscriptions', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news))
      await store.apps.addApp(app(radio))
      assert.deepEqual(
        await store.apps.changeApp(news, { drivingMode: true }),
        app(news, { drivingMode: true }),
      )
      assert.deepEqual(
        await store.apps.changeApp(news, { name: 'N' }),
        app(news, { drivingMode: true, name: 'N' }),
      )
      assert.equal(await store.apps.changeApp('none' as IdApp, { name: 'N' }), undefined)
      await store.apps.subscribeVehicles(news, [vinA])
      assert.deepEqual(await store.apps.removeApp(news), [vinA])
      assert.equal(await store.apps.removeApp(news), undefined)
      assert.deepEqual(await store.apps.listVehicleApps(vinA), [])
      assert.deepEqual(await store.apps.listApps(), [app(radio)])
    })

    it('keeps where an app is offered and what it is called there, until it is taken away (W 11.2)', async () => {
      await using store = await opened()
      const offer = {
        names: { de: 'Neuës' },
        countries: ['DE', 'FR'],
        brands: ['AP'],
        devices: ['w4'],
      } as const
      await store.apps.addApp(app(news, offer))
      await store.apps.addApp(app(radio))
      assert.deepEqual(await store.apps.findApp(news), app(news, offer))
      const { countries: _, ...elsewhere } = offer
      assert.deepEqual(await store.apps.changeApp(news, { countries: [] }), app(news, elsewhere))
      await store.apps.changeApp(news, { names: {}, brands: [], devices: [] })
      assert.deepEqual(await store.apps.changeApp(radio, offer), app(radio, offer))
      assert.deepEqual(await store.apps.listApps(), [app(news), app(radio, offer)])
    })

    it('lists apps by id', async () => {
      await using store = await opened()
      for (const id of ['b', 'a', 'B']) await store.apps.addApp(app(parseIdApp(id) as IdApp))
      assert.deepEqual(
        (await store.apps.listApps()).map(({ idApp }) => idApp),
        ['B', 'a', 'b'],
      )
    })

    it('subscribes and unsubscribes any number of times with the same result', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news))
      assert.equal(await store.apps.subscribeVehicles(news, [vinB]), undefined)
      assert.equal(await store.apps.subscribeVehicles(news, [vinA, vinB, vinA]), undefined)
      assert.deepEqual(await store.apps.listSubscribers(news), [vinA, vinB])
      await store.apps.unsubscribeVehicles(news, [vinA, unknownVin])
      await store.apps.unsubscribeVehicles(news, [vinA])
      assert.deepEqual(await store.apps.listSubscribers(news), [vinB])
    })

    it('subscribes nobody when one VIN is unknown or the name of a partner', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news))
      assert.equal(await store.apps.subscribeVehicles(news, [vinA, unknownVin, vinB]), unknownVin)
      assert.equal(await store.apps.subscribeVehicles(news, [vinA, uid as string as Vin]), uid)
      assert.deepEqual(await store.apps.listSubscribers(news), [])
    })

    it('lists what a vehicle is subscribed to, oldest app first', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news, { createdAt: 2 }))
      await store.apps.addApp(app(radio, { createdAt: 1, uid: otherUid }))
      for (const idApp of [news, radio]) await store.apps.subscribeVehicles(idApp, [vinA])
      assert.deepEqual(
        (await store.apps.listVehicleApps(vinA)).map(({ idApp }) => idApp),
        [radio, news],
      )
      assert.deepEqual(await store.apps.listVehicleApps(vinB), [])
    })

    it('knows whether a vehicle is subscribed to any app of a partner (W 2.7)', async () => {
      await using store = await opened()
      await store.apps.addApp(app(news))
      await store.apps.addApp(app(radio))
      assert.equal(await store.apps.isSubscribed(vinA, uid), false)
      await store.apps.subscribeVehicles(radio, [vinA])
      assert.equal(await store.apps.isSubscribed(vinA, uid), true)
      assert.equal(await store.apps.isSubscribed(vinA, otherUid), false)
      assert.equal(await store.apps.isSubscribed(vinB, uid), false)
    })
  })

  /** With two partners and two vehicles. */
  async function opened(): Promise<FleetStore & AsyncDisposable> {
    const { fleet, close } = await open()
    const common = { label: '', createdAt: 0, passwordHash: new Uint8Array(32) }
    await fleet.identities.addIdentities([
      { role: 'partner', name: uid, ...common },
      { role: 'partner', name: otherUid, ...common },
      { role: 'vehicle', name: vinA, ...common },
      { role: 'vehicle', name: vinB, ...common },
    ])
    const { identities, apps, certificates, mailbox } = fleet
    return { identities, apps, certificates, mailbox, [Symbol.asyncDispose]: close }
  }
}

function app(idApp: IdApp, more: Partial<AppRecord> = {}): AppRecord {
  return { idApp, uid, name: idApp, drivingMode: false, version: undefined, createdAt: 1, ...more }
}
