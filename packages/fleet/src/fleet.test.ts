import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { type IdApp, limits } from '@pillion/schema'
import { appLabel } from './app-label.ts'
import { CertificateAuthority } from './certificate-authority.ts'
import { accountName, otherUid, otherVin, seedFleet, uid, vin } from './fleet.fixture.ts'
import { Fleet, type FleetChange } from './fleet.ts'
import { FleetError, fleetErrors } from './fleet-error.ts'

test('issues a partner password, certificate and key, and stores only the hash of the password', async () => {
  await using seeded = await seedFleet()
  const issued = await seeded.fleet.addPartner({ uid: 'a.b-c_d', name: 'Ackermann & Böhm' })
  assert.match(issued.password, /^[A-Za-z0-9_-]{43}$/)
  assert.equal(issued.partner.name, 'Ackermann & Böhm')
  assert.match(
    issued.certificatePem,
    /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----\n$/,
  )
  assert.equal(new X509Certificate(issued.certificatePem).subject, 'CN=a.b-c_d')
  const stored = await seeded.store.identities.findIdentity('a.b-c_d')
  assert.doesNotMatch(JSON.stringify(stored), new RegExp(issued.password))
  assert.deepEqual(await seeded.fleet.findPartner(issued.partner.uid), issued.partner)
  assert.equal((await seeded.fleet.listPartners()).length, 3)
})

test('finds a partner by its UID, never a vehicle', async () => {
  await using seeded = await seedFleet()
  assert.equal((await seeded.fleet.findPartner(uid))?.uid, uid)
  assert.equal(await seeded.fleet.findPartner(vin as string as typeof uid), undefined)
})

test('gives each vehicle a password of its own, and verifies it', async () => {
  await using seeded = await seedFleet()
  const { fleet, vehiclePassword, partnerPassword } = seeded
  assert.equal((await fleet.verifyVehicle(vin, vehiclePassword))?.vin, vin)
  assert.equal((await fleet.verifyVehicle(vin, Buffer.from(vehiclePassword)))?.vin, vin)
  assert.equal(await fleet.verifyVehicle(otherVin, vehiclePassword), undefined)
  assert.equal(await fleet.verifyVehicle('VF399999999999999', vehiclePassword), undefined)
  assert.equal(await fleet.verifyVehicle('\0', vehiclePassword), undefined)
  assert.equal(await fleet.verifyVehicle(uid, partnerPassword), undefined, 'a partner is no vehicle')
})

const manyNames = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`de-x-${at}`, 'Name']))

test('keeps names of an app in as many languages as there may be, and each country once (W 11.2)', async () => {
  await using seeded = await seedFleet()
  const countries = ['FR', 'DE', 'FR']
  const changed = await seeded.fleet.changeApp('news', { names: manyNames(limits.appNamesMax), countries })
  assert.deepEqual([Object.keys(changed.names ?? {}).length, changed.countries], [100, ['DE', 'FR']])
  const offer = { names: {}, countries: [], brands: [], devices: [] }
  const bare = await seeded.fleet.addApp({ idApp: 'bare', uid, ...offer })
  assert.deepEqual(bare, await seeded.fleet.findApp('bare'))
})

test('describes apps, with defaults', async () => {
  await using seeded = await seedFleet()
  const { store, authority } = seeded
  const fleet = new Fleet({ store, authority, now: () => 42 })
  const added = await fleet.addApp({ idApp: 'weather', uid, name: 'Wetter', drivingMode: true })
  assert.deepEqual(added, {
    idApp: 'weather',
    uid,
    name: 'Wetter',
    drivingMode: true,
    version: undefined,
    createdAt: 42,
  })
  assert.deepEqual(await fleet.findApp('weather'), added)
  assert.equal(await fleet.findApp('no such app'), undefined)
  assert.deepEqual(await fleet.setAppVersion('weather', '1.0.0'), { ...added, version: '1.0.0' })
  const renamed = await fleet.setAppVersion('weather', '1.1.0', 'Weather')
  assert.deepEqual(renamed, { ...added, version: '1.1.0', name: 'Weather' })
  const { name, drivingMode } = (await fleet.findApp('news')) ?? {}
  assert.deepEqual({ name, drivingMode }, { name: 'news', drivingMode: false })
  assert.deepEqual(
    (await fleet.listApps()).map(({ idApp }) => idApp),
    ['news', 'radio', 'weather'],
  )
})

test('subscribes, lists and unsubscribes vehicles; again changes nothing (W 12)', async () => {
  await using seeded = await seedFleet()
  const { fleet } = seeded
  await fleet.subscribeVehicles('news', [otherVin, vin, otherVin])
  assert.deepEqual(await fleet.listSubscribers('news'), [vin, otherVin])
  assert.deepEqual(
    (await fleet.listVehicleApps(otherVin)).map(({ idApp }) => idApp),
    ['news', 'radio'],
  )
  await fleet.unsubscribeVehicles('news', [vin])
  await fleet.unsubscribeVehicles('news', [vin])
  assert.deepEqual(await fleet.listSubscribers('news'), [otherVin])
  assert.deepEqual(await fleet.listVehicleApps(vin), [])
})

test('tells whose wall or rights changed, until the listener is taken back', async () => {
  await using seeded = await seedFleet()
  const { fleet } = seeded
  const changes: FleetChange[] = []
  const end = fleet.onChange((change) => changes.push(change))
  await fleet.subscribeVehicles('news', [otherVin])
  await fleet.setAppVersion('news', '1.0.0')
  await fleet.unsubscribeVehicles('news', [vin])
  end()
  await fleet.subscribeVehicles('news', [vin])
  assert.deepEqual(changes, [{ vins: [otherVin] }, { vins: [vin, otherVin], idApp: 'news' }, { vins: [vin] }])
})

test('has changed the store by the time it tells', async () => {
  await using seeded = await seedFleet()
  const { fleet, store } = seeded
  let subscribed: Promise<boolean> | undefined
  fleet.onChange(() => {
    subscribed = store.apps.isSubscribed(otherVin, uid)
  })
  await fleet.subscribeVehicles('news', [otherVin])
  assert.equal(await subscribed, true)
})

const newVin = 'VF300000000000099'
const vinUid = 'UIDLIKEAVIN000000'
// What an operator asks | code | what the detail names
const mistakes: [string, (fleet: Fleet) => Promise<unknown>, keyof typeof fleetErrors, string][] = [
  ['a UID with a space', (fleet) => fleet.addPartner({ uid: 'a b' }), 'UID_MALFORMED', '"a b"'],
  ['an empty UID', (fleet) => fleet.addPartner({ uid: '' }), 'UID_MALFORMED', '""'],
  ['a UID of 65', (fleet) => fleet.addPartner({ uid: 'u'.repeat(65) }), 'UID_MALFORMED', 'uuu'],
  ['a partner again', (fleet) => fleet.addPartner({ uid }), 'PARTNER_ALREADY_EXISTS', uid],
  ['a partner named like a vehicle', (fleet) => fleet.addPartner({ uid: vin }), 'NAME_TAKEN_BY_VEHICLE', vin],
  [
    'a partner named like an account',
    (fleet) => fleet.addPartner({ uid: accountName }),
    'NAME_TAKEN_BY_ACCOUNT',
    accountName,
  ],
  ['an empty name', (fleet) => fleet.addPartner({ uid: 'new', name: '' }), 'NAME_MALFORMED', '""'],
  [
    'a name of 101',
    (fleet) => fleet.addPartner({ uid: 'new', name: 'n'.repeat(101) }),
    'NAME_MALFORMED',
    'n',
  ],
  [
    'a name with an escape',
    (fleet) => fleet.addPartner({ uid: 'new', name: '\x1b[2J' }),
    'NAME_MALFORMED',
    '\\u001b',
  ],
  [
    'a VIN of 16',
    (fleet) => fleet.addVehicles([newVin, '0123456789ABCDEF']),
    'VIN_MALFORMED',
    '0123456789ABCDEF',
  ],
  ['a vehicle again', (fleet) => fleet.addVehicles([newVin, vin]), 'VEHICLE_ALREADY_EXISTS', vin],
  ['a VIN twice', (fleet) => fleet.addVehicles([newVin, newVin]), 'VIN_REPEATED', newVin],
  [
    'a vehicle named like a partner',
    (fleet) => fleet.addVehicles([newVin, vinUid]),
    'NAME_TAKEN_BY_PARTNER',
    vinUid,
  ],
  ['an app id with a slash', (fleet) => fleet.addApp({ idApp: '../x', uid }), 'ID_APP_MALFORMED', '../x'],
  ['an app again', (fleet) => fleet.addApp({ idApp: 'news', uid }), 'APP_ALREADY_EXISTS', 'news'],
  [
    'an app whose label is that of another',
    async (fleet) => {
      await fleet.addApp({ idApp: 'My.App', uid })
      const label = appLabel('My.App' as IdApp)
      await fleet.addApp({ idApp: label, uid: otherUid }).finally(() => fleet.removeApp('My.App'))
    },
    'APP_LABEL_TAKEN',
    'My.App',
  ],
  [
    'an app for nobody',
    (fleet) => fleet.addApp({ idApp: 'x', uid: 'NOBODY' }),
    'PARTNER_NOT_FOUND',
    'NOBODY',
  ],
  ['an app for a vehicle', (fleet) => fleet.addApp({ idApp: 'x', uid: vin }), 'PARTNER_NOT_FOUND', vin],
  ['a version for no app', (fleet) => fleet.setAppVersion('none', '1'), 'APP_NOT_FOUND', 'none'],
  [
    'a name that cannot be, with a version',
    (fleet) => fleet.setAppVersion('news', '1', 'a\nb'),
    'NAME_MALFORMED',
    'a',
  ],
  ['subscribing to no app', (fleet) => fleet.subscribeVehicles('none', [vin]), 'APP_NOT_FOUND', 'none'],
  [
    'subscribing an unknown vehicle',
    (fleet) => fleet.subscribeVehicles('news', [otherVin, newVin]),
    'VEHICLE_NOT_FOUND',
    newVin,
  ],
  [
    'subscribing a malformed VIN',
    (fleet) => fleet.subscribeVehicles('news', [otherVin, 'x']),
    'VIN_MALFORMED',
    '"x"',
  ],
  ['unsubscribing from no app', (fleet) => fleet.unsubscribeVehicles('none', [vin]), 'APP_NOT_FOUND', 'none'],
  [
    'unsubscribing a malformed VIN',
    (fleet) => fleet.unsubscribeVehicles('news', [vin, 'x']),
    'VIN_MALFORMED',
    '"x"',
  ],
  ['subscribers of no app', (fleet) => fleet.listSubscribers('none'), 'APP_NOT_FOUND', 'none'],
  ['changing no app', (fleet) => fleet.changeApp('none', { drivingMode: true }), 'APP_NOT_FOUND', 'none'],
  [
    'names of an app in no language',
    (fleet) => fleet.changeApp('news', { names: { 'd e': 'x' } }),
    'LANGUAGE_MALFORMED',
    'd e',
  ],
  [
    'more names of an app than there may be',
    (fleet) => fleet.changeApp('news', { names: manyNames(limits.appNamesMax + 1) }),
    'APP_NAMES_TOO_MANY',
    '101',
  ],
  [
    'a country that is none',
    (fleet) => fleet.changeApp('news', { countries: ['XX'] }),
    'COUNTRY_UNKNOWN',
    'XX',
  ],
  ['changing an app to no name', (fleet) => fleet.changeApp('news', { name: '' }), 'NAME_MALFORMED', '""'],
  ['removing no app', (fleet) => fleet.removeApp('none'), 'APP_NOT_FOUND', 'none'],
  ['removing a vehicle as a partner', (fleet) => fleet.removePartner(vin), 'PARTNER_NOT_FOUND', vin],
  ['removing a partner as a vehicle', (fleet) => fleet.removeVehicle(vinUid), 'VEHICLE_NOT_FOUND', vinUid],
  [
    'an overlap of more than may be',
    (fleet) => fleet.credentials.rotate('partner', uid, { overlapSeconds: 2_592_001, certificate: true }),
    'OVERLAP_OUT_OF_RANGE',
    '2592001',
  ],
  [
    'revoking a certificate by a part of its fingerprint',
    (fleet) => fleet.credentials.revoke('partner', uid, { what: 'certificate', fingerprint: 'ab' }),
    'FINGERPRINT_MALFORMED',
    'ab',
  ],
  [
    'revoking the certificate of another',
    async (fleet) => {
      const [other] = await fleet.credentials.listCertificates('partner', otherUid)
      const fingerprint = other?.fingerprint
      await fleet.credentials.revoke('partner', uid, { what: 'certificate', fingerprint })
    },
    'CERTIFICATE_NOT_FOUND',
    uid,
  ],
]

for (const [name, ask, code, named] of mistakes) {
  test(`refuses ${name} with ${code}, and changes nothing`, async () => {
    await using seeded = await seedFleet()
    const { fleet } = seeded
    await fleet.addPartner({ uid: vinUid })
    const before = await snapshot(fleet)
    await assert.rejects(ask(fleet), (error) => {
      assert.ok(error instanceof FleetError)
      assert.equal(error.code, code)
      assert.ok(error.detail.includes(named), error.detail)
      return true
    })
    assert.deepEqual(await snapshot(fleet), before)
  })
}

test('has a mistake in this table for every code', () => {
  const tried = new Set(mistakes.map(([, , code]) => code))
  assert.deepEqual([...tried].sort(), Object.keys(fleetErrors).sort())
})

test('cuts what it repeats of malformed input', async () => {
  const { authority } = await CertificateAuthority.create()
  await using seeded = await seedFleet()
  const fleet = new Fleet({ store: seeded.store, authority })
  await assert.rejects(fleet.addVehicles(['x'.repeat(1_000_000)]), (error: FleetError) => {
    return error.message.length < 200
  })
})

async function snapshot(fleet: Fleet): Promise<unknown> {
  return {
    partners: await fleet.listPartners(),
    vehicles: await fleet.listVehicles(),
    apps: await fleet.listApps(),
    subscribers: await fleet.listSubscribers('news'),
  }
}
