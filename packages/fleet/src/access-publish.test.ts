import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity, PublishDecision } from '@pillion/broker'
import { FleetAccess } from './access.ts'
import { otherUid, otherVin, partner, root, seedFleet, uid, vehicle, vin } from './fleet.fixture.ts'

const downlink = `fleet/default/vehicle/${vin}/${uid}`
const uplink = `fleet/default/partner/${uid}/${vin}`

async function check(access: FleetAccess, who: Identity, topicName: string): Promise<string> {
  return describeDecision(await access.publish(who, topicName))
}

function describeDecision(decision: PublishDecision): string {
  return 'refused' in decision ? `0x${decision.refused.toString(16)} ${decision.reason}` : decision.topic
}

// Every spelling the documents print for publishing (W 2.4), for both senders.
const spellings: [string, string][] = ['to', 'from'].flatMap((word): [string, string][] => [
  [`${root}/${word}/uid/${uid}/opa/${vin}/`, ''],
  [`${root}/${word}/uid/${uid}/opa/${vin}`, ''],
  [`${root}/${word}/uid/${uid}/opa/${vin}//`, ''],
  [`${root}/${word}/uid/${uid}/opa/${vin}/a/b`, '/a/b'],
  [`${root}/${word}/uid/${uid}/opa/${vin}/a/b/`, '/a/b'],
  [`${root}/${word}/uid/${uid}/opa/${vin}//a/b`, '/a/b'],
])

for (const [topicName, subtopic] of spellings) {
  test(`lets the sender's role decide where ${topicName} goes (W 2.4, 2.5)`, async () => {
    await using seeded = await seedFleet()
    assert.equal(await check(seeded.access, partner, topicName), downlink + subtopic)
    assert.equal(await check(seeded.access, vehicle, topicName), uplink + subtopic)
  })
}

// What a partner publishes | result (W 2.7)
const partnerTopics: [string, string][] = [
  [`${root}/to/uid/${uid}/opa/${vin}/`, downlink],
  [`${root}/to/uid/${uid}/opa/${vin}/${'s'.repeat(256)}`, `${downlink}/${'s'.repeat(256)}`],
  [`${root}/to/uid/${uid}/opa/${vin}/${'s'.repeat(257)}`, '0x90 subtopic_malformed'],
  [`${root}/to/uid/${uid}/opa/${vin}/a//b`, '0x90 subtopic_malformed'],
  [`psa/OVIPPartners-Prod/to/uid/${uid}/opa/${vin}/`, '0x90 topic_outside_portal'],
  [`${root}/into/uid/${uid}/opa/${vin}/`, '0x90 topic_outside_portal'],
  [downlink, '0x90 topic_outside_portal'],
  [`pillion/vehicle/${vin}`, '0x90 topic_outside_portal'],
  [`pillion/vehicle/${vin}/reports`, '0x90 topic_outside_portal'],
  [`${root}/to/uid//opa/${vin}/`, '0x90 uid_malformed'],
  [`${root}/to/uid/${uid}/opa/0123456789ABCDEF/`, '0x90 vin_malformed'],
  [`${root}/to/uid/${uid}/opa/0123456789ABCDEFGH/`, '0x90 vin_malformed'],
  [`${root}/to/uid/${uid}/opa/0123456789ABCDEF-/`, '0x90 vin_malformed'],
  [`${root}/to/uid/${otherUid}/opa/${vin}/`, '0x87 uid_foreign'],
  [`${root}/to/uid/${uid.toLowerCase()}/opa/${vin}/`, '0x87 uid_foreign'],
  [`${root}/to/uid/${uid}/opa/VF399999999999999/`, '0x87 vehicle_not_subscribed'],
  [`${root}/to/uid/${uid}/opa/${otherVin}/`, '0x87 vehicle_not_subscribed'],
  [`${root}/to/uid/${uid}/opa/${vin.toLowerCase()}/`, '0x87 vehicle_not_subscribed'],
]

for (const [topicName, expected] of partnerTopics) {
  test(`answers a partner's message to ${topicName.slice(0, 80)} with ${expected.slice(0, 60)} (W 2.7)`, async () => {
    await using seeded = await seedFleet()
    assert.equal(await check(seeded.access, partner, topicName), expected)
    assert.equal(await check(seeded.access, partner, topicName), expected, 'the remembered answer')
  })
}

const vehicleTopics: [string, string][] = [
  [`${root}/from/uid/${uid}/opa/${vin}/`, uplink],
  [`${root}/from/uid/${uid}/opa/${otherVin}/`, '0x87 vin_foreign'],
  [`${root}/from/uid/${otherUid}/opa/${vin}/`, '0x87 partner_not_subscribed'],
  [`${root}/from/uid/NOBODY/opa/${vin}/`, '0x87 partner_not_subscribed'],
  [`pillion/vehicle/${vin}`, '0x90 topic_outside_portal'],
  [`pillion/vehicle/${vin}/reports`, `pillion/vehicle/${vin}/reports`],
  [`pillion/vehicle/${otherVin}/reports`, '0x90 topic_outside_portal'],
]

for (const [topicName, expected] of vehicleTopics) {
  test(`answers a head unit's message to ${topicName} with ${expected} (W 2.6, 2.7)`, async () => {
    await using seeded = await seedFleet()
    assert.equal(await check(seeded.access, vehicle, topicName), expected)
  })
}

test('grants 128 KiB and no retaining (W 2.8, 2.9)', async () => {
  await using seeded = await seedFleet()
  const decision = await seeded.access.publish(partner, `${root}/to/uid/${uid}/opa/${vin}/`)
  assert.deepEqual(decision, { topic: downlink, payloadBytesMax: 131_072, mayRetain: false })
})

test('uses another root and environment when told so (W 2.1, 2.3)', async () => {
  await using seeded = await seedFleet()
  const { fleet, store } = seeded
  const access = new FleetAccess({ fleet, store, root: 'acme', environment: 'test' })
  const topicName = `acme/to/uid/${uid}/opa/${vin}`
  assert.equal(await check(access, partner, topicName), `fleet/test/vehicle/${vin}/${uid}`)
  assert.equal(await check(access, partner, `${root}/to/uid/${uid}/opa/${vin}`), '0x90 topic_outside_portal')
  const grant = await access.subscribe(partner, `acme/to/uid/${uid}/opa/#`)
  assert.ok('filter' in grant)
  assert.equal(grant.filter, `fleet/test/partner/${uid}/#`)
  assert.equal(grant.present?.(`fleet/test/partner/${uid}/${vin}`), `acme/to/uid/${uid}/opa/${vin}/`)
})

test('answers without a promise once it knows', async () => {
  await using seeded = await seedFleet()
  const topicName = `${root}/to/uid/${uid}/opa/${vin}/`
  assert.ok(seeded.access.publish(partner, topicName) instanceof Promise)
  await seeded.access.publish(partner, topicName)
  const decision = seeded.access.publish(partner, `${topicName}another/subtopic`)
  assert.ok(!(decision instanceof Promise))
  assert.equal(describeDecision(decision), `${downlink}/another/subtopic`)
})

test('follows subscriptions, and tells by its epoch that older answers are stale (W 12)', async () => {
  await using seeded = await seedFleet()
  const { access, fleet } = seeded
  const topicName = `${root}/to/uid/${uid}/opa/${vin}/`
  const refused = '0x87 vehicle_not_subscribed'
  assert.equal(await check(access, partner, topicName), downlink)
  const before = access.epoch
  await fleet.unsubscribeVehicles('news', [vin])
  assert.ok(access.epoch > before)
  assert.equal(await check(access, partner, topicName), refused)
  const between = access.epoch
  await fleet.subscribeVehicles('news', [vin])
  assert.ok(access.epoch > between)
  assert.equal(await check(access, partner, topicName), downlink)
})

test('refuses everything to an identity that is neither partner nor vehicle', async () => {
  await using seeded = await seedFleet()
  const stranger = { ...partner, role: 'installation' }
  const topicName = `${root}/to/uid/${uid}/opa/${vin}/`
  assert.equal(await check(seeded.access, stranger, topicName), '0x87 role_unknown')
})
