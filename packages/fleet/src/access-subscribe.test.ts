import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Identity } from '@pillion/broker'
import { otherUid, otherVin, partner, root, seedFleet, uid, vehicle, vin } from './fleet.fixture.ts'

const seeded = await seedFleet()
after(() => seeded[Symbol.asyncDispose]())

async function check(who: Identity, filter: string): Promise<string> {
  const decision = await seeded.access.subscribe(who, filter)
  return 'refused' in decision ? `0x${decision.refused.toString(16)} ${decision.reason}` : 'granted'
}

// The table of W 2.6: filter of a partner | SUBACK
const partnerFilters: [string, string][] = [
  [`${root}/to/uid/${uid}/opa/${vin}/`, 'granted'],
  [`${root}/from/uid/${uid}/opa/${vin}`, 'granted'],
  [`${root}/+/uid/${uid}/opa/${vin}`, 'granted'],
  [`${root}/to/uid/${uid}/opa/+`, 'granted'],
  [`${root}/to/uid/${uid}/opa/${vin}/a/+/b`, 'granted'],
  [`${root}/to/uid/${uid}/opa/${vin}/a/#`, 'granted'],
  [`${root}/to/uid/${uid}/opa/+/#`, 'granted'],
  [`${root}/to/uid/${uid}/opa/#`, 'granted'],
  [`${root}/to/uid/${uid}/opa/#/`, 'granted'],
  [`${root}/to/uid/${uid}/opa/VF399999999999999/`, 'granted'],
  [`${root}/to/uid/${otherUid}/opa/#`, '0x87 uid_foreign'],
  [`${root}/to/uid/+/opa/#`, '0x87 uid_foreign'],
  [`${root}/to/uid/${uid.toLowerCase()}/opa/#`, '0x87 uid_foreign'],
  [`${root}/to/uid/${uid}/#`, '0x87 filter_outside_portal'],
  [`${root}/to/uid/#`, '0x87 filter_outside_portal'],
  [`${root}/#`, '0x87 filter_outside_portal'],
  ['#', '0x87 filter_outside_portal'],
  [`psa/OVIPPartners-Prod/to/uid/${uid}/opa/#`, '0x87 filter_outside_portal'],
  [`${root}x/to/uid/${uid}/opa/#`, '0x87 filter_outside_portal'],
  [`+/OVIPPartners-Dev/to/uid/${uid}/opa/#`, '0x87 filter_outside_portal'],
  [`$share/group/${root}/to/uid/${uid}/opa/#`, '0x87 filter_outside_portal'],
  ['$SYS/#', '0x87 filter_outside_portal'],
  [`${root}/into/uid/${uid}/opa/#`, '0x87 filter_outside_portal'],
  [`${root}/to/uid/${uid}/opa/`, '0x87 filter_outside_portal'],
  [`${root}/to/uid/${uid}/opa`, '0x87 filter_outside_portal'],
  [`${root}/to/uid/${uid}/opa/TOOSHORT`, '0x87 filter_outside_portal'],
  [`${root}/to/uid/${uid}/opa/#/x`, '0x8f filter_malformed'],
  [`${root}/to/uid/${uid}/opa/${vin}/#/`, '0x8f filter_malformed'],
  [`${root}/to/uid/${uid}/opa/${vin}/a+`, '0x8f filter_malformed'],
  [`fleet/default/partner/${uid}/#`, '0x87 filter_outside_portal'],
  [`pillion/vehicle/${vin}`, '0x87 filter_outside_portal'],
  [`pillion/vehicle/${vin}/mailbox`, '0x87 filter_outside_portal'],
]

for (const [filter, expected] of partnerFilters) {
  test(`answers a partner's ${filter} with ${expected} (W 2.6)`, async () => {
    assert.equal(await check(partner, filter), expected)
  })
}

const vehicleFilters: [string, string][] = [
  [`${root}/to/uid/+/opa/${vin}`, 'granted'],
  [`${root}/from/uid/+/opa/${vin}/`, 'granted'],
  [`${root}/+/uid/+/opa/${vin}/#`, 'granted'],
  [`${root}/to/uid/+/opa/${vin}/a/+`, 'granted'],
  [`${root}/to/uid/${uid}/opa/${vin}/#`, 'granted'],
  [`pillion/vehicle/${vin}`, 'granted'],
  [`pillion/vehicle/${vin}/mailbox`, 'granted'],
  [`${root}/to/uid/+/opa/${otherVin}/#`, '0x87 vin_foreign'],
  [`${root}/to/uid/+/opa/${vin.toLowerCase()}/#`, '0x87 vin_foreign'],
  [`${root}/to/uid/+/opa/+`, '0x87 vin_foreign'],
  [`${root}/to/uid/+/opa/#`, '0x87 vin_foreign'],
  [`${root}/to/uid/+/opa/#/`, '0x87 vin_foreign'],
  [`${root}/#`, '0x87 filter_outside_portal'],
  ['#', '0x87 filter_outside_portal'],
  [`pillion/vehicle/${otherVin}`, '0x87 filter_outside_portal'],
  ['pillion/vehicle/+', '0x87 filter_outside_portal'],
  [`pillion/vehicle/${otherVin}/mailbox`, '0x87 filter_outside_portal'],
  ['pillion/vehicle/+/mailbox', '0x87 filter_outside_portal'],
  [`pillion/vehicle/${vin}/#`, '0x87 filter_outside_portal'],
  [`pillion/vehicle/${vin}/mailbox/taken`, '0x87 filter_outside_portal'],
  [`pillion/vehicle/${vin}/reports`, '0x87 filter_outside_portal'],
  [`fleet/default/vehicle/${vin}/#`, '0x87 filter_outside_portal'],
]

for (const [filter, expected] of vehicleFilters) {
  test(`answers a head unit's ${filter} with ${expected} (W 2.6)`, async () => {
    assert.equal(await check(vehicle, filter), expected)
  })
}

test('shows the notice topic as it is', async () => {
  const grant = await seeded.access.subscribe(vehicle, `pillion/vehicle/${vin}`)
  assert.deepEqual(grant, { filter: `pillion/vehicle/${vin}`, form: '' })
})

test('never lets the filters of one direction match the other: no echo (W 2.5 points 1 and 2)', async () => {
  const grants = await Promise.all([
    seeded.access.subscribe(partner, `${root}/+/uid/${uid}/opa/#`),
    seeded.access.subscribe(vehicle, `${root}/+/uid/+/opa/${vin}/#`),
  ])
  assert.deepEqual(
    grants.map((grant) => 'filter' in grant && grant.filter),
    [`fleet/default/partner/${uid}/#`, `fleet/default/vehicle/${vin}/+/#`],
  )
})

test('refuses everything to an identity that is neither partner nor vehicle', async () => {
  const stranger = { ...partner, role: 'installation' }
  assert.equal(await check(stranger, `${root}/to/uid/${uid}/opa/#`), '0x87 role_unknown')
})
