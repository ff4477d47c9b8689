import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AppOffer, defaultVehicleSignals, type VehicleSignals } from '@pillion/schema'
import { findOfferGap, nameIn, type OfferGap } from './offer.ts'
import { alpha, beta, TestHost } from './test-host.ts'

describe('the name on the wall (W 11.2)', () => {
  const names = { de: 'Parken', 'pt-BR': 'Estacionar', 'zh-Hant-TW': '停車' }
  const rows: [language: string, expected: string][] = [
    ['de', 'Parken'],
    ['de-AT', 'Parken'],
    ['DE-de', 'Parken'],
    ['pt-BR', 'Estacionar'],
    ['pt-PT', 'Parking'],
    ['pt', 'Parking'],
    ['zh-Hant-TW', '停車'],
    ['zh-Hant', 'Parking'],
    ['den', 'Parking'],
    ['', 'Parking'],
  ]
  for (const [language, expected] of rows) {
    test(`in ${language || 'no language'} is ${expected}`, () => {
      assert.equal(nameIn(language, { name: 'Parking', names }), expected)
    })
  }

  test('is the master name without translations', () => {
    assert.equal(nameIn('de-DE', { name: 'Parking' }), 'Parking')
  })
})

describe('an app that is offered (W 11.2)', () => {
  const rows: [
    where: string,
    offer: AppOffer,
    vehicle: Partial<VehicleSignals>,
    gap: OfferGap | undefined,
  ][] = [
    ['everywhere', {}, {}, undefined],
    ['in empty lists', { countries: [], brands: [], devices: [] }, { brand: 3, country: '' }, undefined],
    ['in the country', { countries: ['DE', 'FR'] }, { country: 'France' }, undefined],
    ['in the country by its code', { countries: ['DE', 'GB'] }, { country: 'gb' }, undefined],
    ['in other countries', { countries: ['DE', 'GB'] }, { country: 'France' }, 'country'],
    ['somewhere, and the vehicle is nowhere', { countries: ['FR'] }, { country: '' }, 'country'],
    ['in the brand', { brands: ['AP', 'DS'] }, { brand: 2 }, undefined],
    ['in other brands', { brands: ['AP', 'DS'] }, { brand: 1 }, 'brand'],
    [
      'in brands, and the vehicle’s has no code',
      { brands: ['AP', 'AC', 'DS', 'OP', 'VX'] },
      { brand: 3 },
      'brand',
    ],
    ['on w2.1, which this is', { devices: ['w2.1'] }, { wave: 2 }, undefined],
    ['on w3.1 and w4, as this is', { devices: ['w3.1', 'w4'] }, { wave: 4 }, undefined],
    ['on w2.1 and w4, and this is w3.1', { devices: ['w2.1', 'w4'] }, { wave: 3 }, 'device'],
    ['on w2.1, and this is all of them', { devices: ['w2.1'] }, { wave: 'all' }, undefined],
    ['in country and brand', { countries: ['FR'], brands: ['AC'], devices: ['w4'] }, { brand: 1 }, undefined],
  ]
  for (const [where, offer, vehicle, gap] of rows) {
    test(`${where} is ${gap ? `kept away: ${gap}` : 'there'}`, () => {
      assert.equal(findOfferGap(offer, { ...defaultVehicleSignals, ...vehicle }), gap)
    })
  }
})

describe('a wall', () => {
  const french = { ...alpha, names: { fr: 'Alphonse', de: 'Alfons' }, countries: ['FR'] }
  const namesOf = ({ host }: TestHost) => host.view.apps.map(({ name }) => name)

  test('changes its names at once with the language, in popups and notifications as well (W 11.2)', () => {
    const bench = new TestHost({ apps: [french, beta] })
    assert.deepEqual(namesOf(bench), ['Alpha', 'Beta'])
    bench.launchHidden('alpha').post({ type: 'WebPortal.notification.new', id: '1', body: 'New' })
    bench.host.setVehicle({ language: 'fr-FR' })
    assert.deepEqual(namesOf(bench), ['Alphonse', 'Beta'])
    assert.equal(bench.host.view.notifications[0]?.appName, 'Alphonse')
    assert.equal(bench.host.view.popup?.appName, 'Alphonse')
    assert.equal(bench.stateOf('alpha'), 'background')
    bench.host.setVehicle({ language: 'it-IT' })
    assert.deepEqual(namesOf(bench), ['Alpha', 'Beta'])
  })

  test('loses an app that is not offered where the vehicle goes, and has it again back home (W 11.2, 4.2 row 10)', () => {
    const bench = new TestHost({ apps: [french, beta] })
    bench.launch('alpha')
    bench.host.setVehicle({ country: 'Germany' })
    assert.deepEqual(namesOf(bench), ['Beta'])
    assert.deepEqual(bench.host.view.notOffered, [{ idApp: 'alpha', name: 'Alpha', gap: 'country' }])
    bench.clock.advance(1_000)
    bench.host.setVehicle({ country: 'France' })
    assert.deepEqual([namesOf(bench), bench.host.view.notOffered], [['Alpha', 'Beta'], []])
    assert.equal(bench.stateOf('alpha'), 'installed')
  })

  test('takes no message for an app that is not offered, and says so to its partner alone (W 3.1, 11.2)', () => {
    const ofQ = { ...beta, uid: 'Q', brands: ['DS'] as const }
    const bench = new TestHost({ apps: [{ ...alpha, devices: ['w4'] }, ofQ], vehicle: { wave: 2 } })
    bench.send('alpha', 1)
    bench.send('beta', 1)
    assert.deepEqual(bench.reasons('dropped'), ['app_not_offered', 'id_app_unknown'])
  })

  test('takes no message for an app that has no package yet, and says so to its partner alone (W 3.1)', () => {
    const bench = new TestHost({ apps: [alpha], withoutPackage: [{ idApp: 'beta', uid: 'P' }] })
    bench.send('beta', 1)
    bench.host.setApps([alpha], [{ idApp: 'beta', uid: 'Q' }])
    bench.send('beta', 1)
    assert.deepEqual(bench.reasons('dropped'), ['app_without_package', 'id_app_unknown'])
    bench.host.setApps([alpha, beta])
    bench.send('beta', 1)
    assert.equal(bench.pendingOf('beta'), 1)
  })

  test('shows no kept notification of an app that is not offered (W 7.4, 11.2)', () => {
    const entry = { id: '1', body: 'Old', createdAt: 1, isNew: true }
    const notifications = [
      { ...entry, idApp: 'alpha' },
      { ...entry, idApp: 'beta' },
    ]
    const bench = new TestHost({ apps: [french, beta], notifications, vehicle: { country: 'Spain' } })
    assert.deepEqual(
      bench.host.view.notifications.map(({ idApp }) => idApp),
      ['beta'],
    )
  })
})
