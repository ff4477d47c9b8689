import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FleetStore } from '@pillion/fleet'
import { parseUid, type Uid } from '@pillion/schema'
import type { AccountStore, StoredAccount } from './account-store.ts'

interface Opened {
  readonly accounts: AccountStore
  readonly fleet: FleetStore
  close(): Promise<void>
}

const gateway = parseUid('gateway') as Uid
const dashboard = parseUid('Dashboard') as Uid
const hash = (fill: number) => new Uint8Array(32).fill(fill)

/** What every `AccountStore` does. `open` gives an empty store, with the identities that share its names. */
export function testAccountStore(name: string, open: () => Promise<Opened>): void {
  describe(`account store: ${name}`, () => {
    it('lists accounts as they were added, by name', async () => {
      await using store = await opened()
      const added = [
        account(gateway, { replaced: { passwordHash: hash(1), endsAt: Date.UTC(2026, 0, 31) } }),
        account(dashboard, { grants: { publish: [], subscribe: ['ü/"\'/#', '\n'] } }),
      ]
      for (const each of added) assert.equal(await store.accounts.addAccount(each), undefined)
      assert.deepEqual((await store.accounts.listAccounts()).map(plain), added.toReversed())
    })

    it('adds no account whose name an account, a partner or a vehicle has, and says which', async () => {
      await using store = await opened()
      const common = { label: '', createdAt: 0, passwordHash: hash(0) }
      await store.fleet.identities.addIdentities([
        { role: 'partner', name: 'acme', ...common },
        { role: 'vehicle', name: 'V'.repeat(17), ...common },
      ])
      await store.accounts.addAccount(account(gateway))
      const other = { createdAt: 9 }
      assert.equal(await store.accounts.addAccount(account(gateway, other)), 'account')
      assert.equal(await store.accounts.addAccount(account('acme' as Uid, other)), 'partner')
      assert.equal(await store.accounts.addAccount(account('V'.repeat(17) as Uid, other)), 'vehicle')
      assert.deepEqual((await store.accounts.listAccounts()).map(plain), [account(gateway)])
    })

    it('keeps partners and vehicles from taking the name of an account', async () => {
      await using store = await opened()
      await store.accounts.addAccount(account(gateway))
      const common = { label: '', createdAt: 0, passwordHash: hash(0) }
      for (const role of ['partner', 'vehicle'] as const) {
        const wanted = ['one', gateway, 'two'].map((name) => ({ role, name, ...common }))
        const taken = await store.fleet.identities.addIdentities(wanted)
        assert.deepEqual({ ...taken }, { name: gateway, by: 'account' })
        assert.deepEqual(await store.fleet.identities.listIdentities(role), [])
      }
      assert.equal(await store.fleet.identities.findIdentity(gateway), undefined)
    })

    it('lets one of two overlapping calls have a name', async () => {
      await using store = await opened()
      const [byAccount, byPartner] = await Promise.all([
        store.accounts.addAccount(account(gateway)),
        store.fleet.identities.addIdentities([
          { role: 'partner', name: gateway, label: '', createdAt: 0, passwordHash: hash(0) },
        ]),
      ])
      const accounts = await store.accounts.listAccounts()
      const partners = await store.fleet.identities.listIdentities('partner')
      assert.equal(accounts.length + partners.length, 1)
      assert.equal([byAccount, byPartner].filter((taken) => taken === undefined).length, 1)
    })

    it('changes what it is told to, of that account alone', async () => {
      await using store = await opened()
      await store.accounts.addAccount(account(gateway))
      await store.accounts.addAccount(account(dashboard))
      const grants = { publish: ['x'], subscribe: [] }
      const granted = account(gateway, { grants })
      assert.deepEqual(plain(await store.accounts.changeAccount(gateway, { grants })), granted)
      const passwords = { passwordHash: hash(2), replaced: { passwordHash: hash(1), endsAt: 5 } }
      const rotated = { ...granted, ...passwords }
      assert.deepEqual(plain(await store.accounts.changeAccount(gateway, passwords)), rotated)
      assert.deepEqual((await store.accounts.listAccounts()).map(plain), [account(dashboard), rotated])
      const ended = { passwordHash: hash(3), replaced: undefined }
      assert.deepEqual(plain(await store.accounts.changeAccount(gateway, ended)), { ...rotated, ...ended })
      assert.equal(await store.accounts.changeAccount('nobody' as Uid, { grants }), undefined)
    })

    it('frees the name of an account that is removed', async () => {
      await using store = await opened()
      await store.accounts.addAccount(account(gateway))
      assert.equal(await store.accounts.removeAccount(gateway), true)
      assert.equal(await store.accounts.removeAccount(gateway), false)
      assert.deepEqual(await store.accounts.listAccounts(), [])
      assert.equal(await store.accounts.addAccount(account(gateway)), undefined)
    })
  })

  async function opened(): Promise<Omit<Opened, 'close'> & AsyncDisposable> {
    const { accounts, fleet, close } = await open()
    return { accounts, fleet, [Symbol.asyncDispose]: close }
  }
}

function account(name: Uid, more: Partial<StoredAccount> = {}): StoredAccount {
  const grants = { publish: ['a/#', 'b/+'], subscribe: ['$SYS/#'] }
  return { name, grants, createdAt: 1, passwordHash: hash(7), replaced: undefined, ...more }
}

/** Databases may hand out their own kinds of byte arrays. */
function plain(found: StoredAccount | undefined): StoredAccount | undefined {
  if (found === undefined) return undefined
  const { replaced } = found
  return {
    ...found,
    passwordHash: Uint8Array.from(found.passwordHash),
    replaced: replaced && { ...replaced, passwordHash: Uint8Array.from(replaced.passwordHash) },
  }
}
