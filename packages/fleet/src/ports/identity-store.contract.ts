import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IdApp, Uid, Vin } from '@pillion/schema'
import type { FleetStore } from './fleet-store.ts'
import type { StoredIdentity } from './identity-store.ts'

/** What every `IdentityStore` does. `open` gives an empty store. */
export function testIdentityStore(
  name: string,
  open: () => Promise<{ fleet: FleetStore; close(): Promise<void> }>,
): void {
  describe(`identity store: ${name}`, () => {
    it('finds an identity as it was added, by its exact name', async () => {
      await using store = await opened()
      const partner = identity('partner', 'MYUID', { label: 'Ünïcode & Co.' })
      assert.equal(await store.identities.addIdentities([partner]), undefined)
      assert.deepEqual(plain(await store.identities.findIdentity('MYUID')), partner)
      assert.equal(await store.identities.findIdentity('myuid'), undefined)
      assert.equal(await store.identities.findIdentity('MYUI'), undefined)
      assert.equal(await store.identities.findIdentity('MYUID\0'), undefined)
    })

    it('lists one role by name, without password hashes', async () => {
      await using store = await opened()
      for (const name of ['b', 'B', 'a']) await store.identities.addIdentities([identity('partner', name)])
      await store.identities.addIdentities([identity('vehicle', 'V'.repeat(17))])
      const partners = await store.identities.listIdentities('partner')
      assert.deepEqual(
        partners.map(({ name }) => name),
        ['B', 'a', 'b'],
      )
      assert.deepEqual(Object.keys(partners[0] ?? {}).sort(), ['createdAt', 'label', 'name', 'role'])
      assert.equal((await store.identities.listIdentities('vehicle')).length, 1)
    })

    it('finds which of thousands of names have a role', async () => {
      await using store = await opened()
      await store.identities.addIdentities([identity('partner', 'P')])
      await store.identities.addIdentities(['V1', 'V2', 'V3'].map((name) => identity('vehicle', name)))
      const asked = ['V3', ...Array.from({ length: 2_000 }, (_, index) => `X${index}`), 'P', 'v1', 'V1', 'V3']
      assert.deepEqual((await store.identities.findNames('vehicle', asked)).sort(), ['V1', 'V3'])
      assert.deepEqual(await store.identities.findNames('vehicle', []), [])
    })

    it('gives pages of a role in the order of names, of those that have a text in them whatever the case', async () => {
      await using store = await opened()
      await store.identities.addIdentities(
        ['Va1', 'vA2', 'vb3', 'V_4'].map((name) => identity('vehicle', name)),
      )
      await store.identities.addIdentities([identity('partner', 'VA')])
      const page = async (search: string, after: string, countMax: number) => {
        const { identities, total } = await store.identities.pageIdentities('vehicle', {
          search,
          after,
          countMax,
        })
        return [identities.map(({ name }) => name), total]
      }
      assert.deepEqual(await page('', '', 2), [['V_4', 'Va1'], 4])
      assert.deepEqual(await page('', 'Va1', 9), [['vA2', 'vb3'], 4])
      assert.deepEqual(await page('va', '', 9), [['Va1', 'vA2'], 2])
      assert.deepEqual(await page('V_', '', 9), [['V_4'], 1])
      assert.deepEqual(await page('%', '', 9), [[], 0])
    })

    it('replaces passwords, and gives back the replaced one with its end', async () => {
      await using store = await opened()
      await store.identities.addIdentities([identity('partner', 'P')])
      const [first, second] = [new Uint8Array([1]), new Uint8Array([2])]
      const replaced = { passwordHash: first, endsAt: 7 }
      const passwords = { passwordHash: second, replaced }
      assert.equal(await store.identities.changePassword('vehicle', 'P', passwords), false)
      assert.equal(await store.identities.changePassword('partner', 'P', passwords), true)
      assert.deepEqual(plain((await store.identities.findIdentities(['P', 'X']))[0]), {
        ...identity('partner', 'P'),
        ...passwords,
      })
      await store.identities.changePassword('partner', 'P', { passwordHash: first })
      const found = plain(await store.identities.findIdentity('P'))
      assert.deepEqual(found, { ...identity('partner', 'P'), passwordHash: first })
    })

    it('removes a partner with its apps, and a vehicle with its subscriptions; their names are free again', async () => {
      await using store = await opened()
      const [vinA, vinB] = ['A'.repeat(17), 'B'.repeat(17)] as [Vin, Vin]
      const names = [identity('partner', 'P'), identity('vehicle', vinA), identity('vehicle', vinB)]
      await store.identities.addIdentities(names)
      for (const idApp of ['one', 'two'] as IdApp[]) {
        const app = {
          idApp,
          uid: 'P' as Uid,
          name: idApp,
          drivingMode: false,
          version: undefined,
          createdAt: 1,
        }
        await store.apps.addApp(app)
        await store.apps.subscribeVehicles(idApp, [vinA, vinB])
      }
      assert.equal(await store.identities.removeIdentity('partner', vinA), undefined)
      assert.deepEqual(await store.identities.removeIdentity('vehicle', vinA), { idApps: [], vins: [vinA] })
      assert.deepEqual(await store.apps.listSubscribers('one' as IdApp), [vinB])
      assert.deepEqual(await store.identities.removeIdentity('partner', 'P'), {
        idApps: ['one', 'two'],
        vins: [vinB],
      })
      assert.deepEqual(await store.apps.listApps(), [])
      assert.deepEqual(await store.apps.listVehicleApps(vinB), [])
      assert.equal(await store.identities.addIdentities(names.slice(0, 2)), undefined)
    })

    it('adds nothing when one name is taken, and says by whom', async () => {
      await using store = await opened()
      await store.identities.addIdentities([identity('partner', 'taken')])
      const wanted = ['one', 'taken', 'two'].map((name) => identity('vehicle', name))
      assert.deepEqual(
        { ...(await store.identities.addIdentities(wanted)) },
        { name: 'taken', by: 'partner' },
      )
      assert.deepEqual(await store.identities.listIdentities('vehicle'), [])
    })

    it('adds ten thousand at once, and none of them when the last one is taken', async () => {
      await using store = await opened()
      const many = Array.from({ length: 10_000 }, (_, index) => identity('vehicle', `VIN${index}`))
      await store.identities.addIdentities([identity('vehicle', 'VIN9999')])
      assert.deepEqual(
        { ...(await store.identities.addIdentities(many)) },
        { name: 'VIN9999', by: 'vehicle' },
      )
      assert.equal((await store.identities.listIdentities('vehicle')).length, 1)
      assert.equal(await store.identities.addIdentities(many.slice(0, -1)), undefined)
      assert.equal((await store.identities.listIdentities('vehicle')).length, 10_000)
    })

    it('lets one of two overlapping calls that share a name add everything, the other nothing', async () => {
      await using store = await opened()
      const [first, second] = await Promise.all([
        store.identities.addIdentities([identity('vehicle', 'x'), identity('vehicle', 'shared')]),
        store.identities.addIdentities([identity('partner', 'shared'), identity('partner', 'y')]),
      ])
      assert.equal([first, second].filter((taken) => taken === undefined).length, 1)
      const names = [
        ...(await store.identities.listIdentities('vehicle')),
        ...(await store.identities.listIdentities('partner')),
      ].map(({ name }) => name)
      assert.deepEqual(names, first === undefined ? ['shared', 'x'] : ['shared', 'y'])
    })
  })

  async function opened(): Promise<FleetStore & AsyncDisposable> {
    const { fleet, close } = await open()
    const { identities, apps, certificates, mailbox } = fleet
    return { identities, apps, certificates, mailbox, [Symbol.asyncDispose]: close }
  }
}

function identity(
  role: StoredIdentity['role'],
  name: string,
  more: Partial<StoredIdentity> = {},
): StoredIdentity {
  return {
    role,
    name,
    label: '',
    createdAt: Date.UTC(2026, 0, 31, 12, 30, 15, 123),
    passwordHash: Uint8Array.from({ length: 32 }, (_, index) => 255 - index),
    ...more,
  }
}

/** Databases may hand out their own kinds of objects and byte arrays. */
function plain(found: StoredIdentity | undefined): StoredIdentity | undefined {
  const replaced = found?.replaced && {
    ...found.replaced,
    passwordHash: Uint8Array.from(found.replaced.passwordHash),
  }
  return (
    found && { ...found, passwordHash: Uint8Array.from(found.passwordHash), ...(replaced && { replaced }) }
  )
}
