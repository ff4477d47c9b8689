import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CertificateRecord } from './certificate-store.ts'
import type { FleetStore } from './fleet-store.ts'

/** What every `CertificateStore` does. `open` gives an empty store. */
export function testCertificateStore(
  name: string,
  open: () => Promise<{ fleet: FleetStore; close(): Promise<void> }>,
): void {
  describe(`certificate store: ${name}`, () => {
    it('finds certificates as they were added, lists those of an owner newest first, and adds none twice', async () => {
      await using store = await opened()
      const [older, newer] = [certificate('a', { issuedAt: 1 }), certificate('b', { issuedAt: 2 })]
      const other = certificate('c', { owner: 'vehicle:V', endsAt: 7 })
      await store.addCertificates([older, newer, other])
      await store.addCertificates([certificate('a', { owner: 'partner:THIEF', endsAt: 1 })])
      assert.deepEqual(await store.findCertificates(['c', 'unknown']), [other])
      assert.deepEqual(await store.findCertificates([]), [])
      assert.deepEqual(await store.listCertificates('partner:P'), [newer, older])
    })

    it('ends some of an owner, never later than before, and says which it were', async () => {
      await using store = await opened()
      await store.addCertificates([
        certificate('a'),
        certificate('b', { endsAt: 5 }),
        certificate('c', { owner: 'partner:OTHER' }),
      ])
      assert.deepEqual(await store.endCertificates('partner:P', 10, { only: ['a', 'b', 'c'] }), ['a'])
      assert.deepEqual(await store.endCertificates('partner:P', 4, { only: ['b'] }), ['b'])
      assert.deepEqual(await store.endCertificates('partner:P', 1, { only: [] }), [])
      assert.deepEqual(await store.ends(), { a: 10, b: 4, c: undefined })
      assert.deepEqual((await store.findUnlistedEnds(['partner:P'])).get('partner:P'), undefined)
    })

    it('ends all of an owner but one, those that are not in the list, too', async () => {
      await using store = await opened()
      await store.addCertificates([
        certificate('a'),
        certificate('b'),
        certificate('c', { owner: 'partner:Q' }),
      ])
      assert.deepEqual(await store.endCertificates('partner:P', 10, { allBut: ['b'] }), ['a'])
      assert.deepEqual(await store.endCertificates('partner:P', 5, { allBut: [] }), ['a', 'b'])
      assert.deepEqual(await store.ends(), { a: 5, b: 5, c: undefined })
      const ends = await store.findUnlistedEnds(['partner:P', 'partner:Q'])
      assert.deepEqual([...ends.keys()], ['partner:P'])
      assert.deepEqual([...(ends.get('partner:P') ?? [])].sort(), [10, 5])
    })

    it('tells which have ended and are still valid, and forgets those that are not, a few at a time', async () => {
      await using store = await opened()
      await store.addCertificates([
        certificate('a', { endsAt: 10 }),
        certificate('b', { endsAt: 11 }),
        certificate('c', { endsAt: 1, expiresAt: 10 }),
        certificate('d', { expiresAt: 9 }),
        certificate('e'),
      ])
      assert.deepEqual(
        (await store.listEnded(10)).map(({ fingerprint }) => fingerprint),
        ['a'],
      )
      assert.equal(await store.removeExpired(10, 1), 1)
      assert.equal(await store.removeExpired(10, 5), 1)
      assert.deepEqual(Object.keys(await store.ends()), ['a', 'b', 'e'])
    })

    it('pages through the last certificates of their owners that expire within bounds, the first to expire first', async () => {
      await using store = await opened()
      const owner = (name: string) => `vehicle:${name}`
      await store.addCertificates([
        certificate('a', { owner: owner('1'), expiresAt: 20 }),
        // It has another that lasts longer, and one of the same time.
        certificate('b', { owner: owner('2'), expiresAt: 20 }),
        certificate('c', { owner: owner('2'), expiresAt: 99 }),
        certificate('d', { owner: owner('3'), expiresAt: 20 }),
        certificate('e', { owner: owner('3'), expiresAt: 20 }),
        // Its other one is revoked, and so is all that the next has.
        certificate('f', { owner: owner('4'), expiresAt: 10 }),
        certificate('g', { owner: owner('4'), expiresAt: 99, endsAt: 5 }),
        certificate('h', { owner: owner('5'), expiresAt: 20, endsAt: 50 }),
        certificate('i', { owner: owner('6'), expiresAt: 9 }),
        certificate('j', { owner: owner('7'), expiresAt: 21 }),
      ])
      const found: string[] = []
      let after: { expiresAt: number; fingerprint: string } | undefined
      let pages = 0
      do {
        const page = await store.pageExpiring({ from: 10, until: 20, after, countMax: 2 })
        found.push(...page.certificates.map(({ fingerprint }) => fingerprint))
        after = page.next
        pages++
      } while (after !== undefined)
      assert.deepEqual(found, ['f', 'a', 'e'])
      assert.equal(pages, 4)
    })
  })

  async function opened() {
    const { fleet, close } = await open()
    const { certificates: store } = fleet
    return {
      addCertificates: (added: readonly CertificateRecord[]) => store.addCertificates(added),
      findCertificates: (fingerprints: readonly string[]) => store.findCertificates(fingerprints),
      listCertificates: (owner: string) => store.listCertificates(owner),
      findUnlistedEnds: (owners: readonly string[]) => store.findUnlistedEnds(owners),
      listEnded: (now: number) => store.listEnded(now),
      pageExpiring: (asked: Parameters<typeof store.pageExpiring>[0]) => store.pageExpiring(asked),
      removeExpired: (now: number, countMax: number) => store.removeExpired(now, countMax),
      endCertificates: async (...ended: Parameters<typeof store.endCertificates>) =>
        (await store.endCertificates(...ended)).sort(),
      async ends() {
        const found = await store.findCertificates(['a', 'b', 'c', 'd', 'e'])
        found.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1))
        return Object.fromEntries(found.map(({ fingerprint, endsAt }) => [fingerprint, endsAt]))
      },
      [Symbol.asyncDispose]: close,
    }
  }
}

function certificate(fingerprint: string, more: Partial<CertificateRecord> = {}): CertificateRecord {
  const times = { issuedAt: 1, expiresAt: 1_000, endsAt: undefined }
  return { fingerprint, owner: 'partner:P', serialNumber: '0a', ...times, ...more }
}
