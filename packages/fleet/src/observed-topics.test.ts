import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { matchTopicFilter } from '@pillion/packet'
import fc from 'fast-check'
import { downlinkTopic, uplinkTopic } from './canonical-topic.ts'
import { otherUid, otherVin, root, seedFleet, uid, vin } from './fleet.fixture.ts'

const seeded = await seedFleet()
after(() => seeded[Symbol.asyncDispose]())
const { observedTopics } = seeded.access
const environment = 'default'

/** The topic name under which somebody with this filter sees a message; undefined if not at all. */
function seen(filter: string, topic: string): string | undefined {
  const grant = observedTopics.subscribe(filter)
  assert.ok('filter' in grant, `${filter}: ${JSON.stringify(grant)}`)
  return matchTopicFilter(grant.filter, topic) ? grant.present?.(topic) : undefined
}

// filter below the root | a downlink and an uplink without subtopic, then both with subtopic a/b
const views: [string, ...(string | undefined)[]][] = [
  ['#', `to/uid/${uid}/opa/${vin}/`, `from/uid/${uid}/opa/${vin}/`, '…a/b', '…a/b'],
  ['+/#', `to/uid/${uid}/opa/${vin}/`, `from/uid/${uid}/opa/${vin}/`, '…a/b', '…a/b'],
  ['to/#', `to/uid/${uid}/opa/${vin}/`, undefined, '…a/b', undefined],
  ['from/uid/#', undefined, `from/uid/${uid}/opa/${vin}/`, undefined, '…a/b'],
  [`to/uid/${uid}/#`, `to/uid/${uid}/opa/${vin}/`, undefined, '…a/b', undefined],
  [`from/uid/${uid}/opa/#`, undefined, `from/uid/${uid}/opa/${vin}/`, undefined, '…a/b'],
  [`to/uid/+/opa/${vin}`, `to/uid/${uid}/opa/${vin}`, undefined, undefined, undefined],
  [`to/uid/${uid}/opa/+/`, `to/uid/${uid}/opa/${vin}/`, undefined, undefined, undefined],
  [`to/uid/${uid}/opa/+/+`, `to/uid/${uid}/opa/${vin}/`, undefined, undefined, undefined],
  [`+/uid/${uid}/opa/${vin}/a/#`, undefined, undefined, '…a/b', '…a/b'],
  [`+/+/+/+/${vin}/+/b`, undefined, undefined, '…a/b', '…a/b'],
  [`+/uid/${otherUid}/opa/#`, undefined, undefined, undefined, undefined],
  [`+/uid/+/opa/${otherVin}/#`, undefined, undefined, undefined, undefined],
]

for (const [filter, ...expected] of views) {
  test(`shows an observer of ${filter} each direction under its own word (W 2.2)`, () => {
    const topics = ['', 'a/b'].flatMap((subtopic) => [
      downlinkTopic({ environment, uid, vin, subtopic }),
      uplinkTopic({ environment, uid, vin, subtopic }),
    ])
    const full = expected.map((name, index) => {
      const word = index % 2 === 0 ? 'to' : 'from'
      return name && `${root}/${name.replace('…', `${word}/uid/${uid}/opa/${vin}/`)}`
    })
    assert.deepEqual(
      topics.map((topic) => seen(`${root}/${filter}`, topic)),
      full,
    )
  })
}

test('shows a message exactly when the filter matches a spelling of it, under a name that it matches', () => {
  const level = (...literals: string[]) => fc.constantFrom('+', ...literals)
  const filters = fc
    .tuple(
      level('to', 'from'),
      level('uid'),
      level(uid, otherUid),
      level('opa'),
      level(vin, otherVin),
      fc.array(level('a', 'b', ''), { maxLength: 3 }),
      fc.nat(8),
    )
    .map(([word, u, uidLevel, o, vinLevel, subtopic, cut]) => {
      const levels = [word, u, uidLevel, o, vinLevel, ...subtopic]
      return cut < levels.length ? [...levels.slice(0, cut), '#'] : levels
    })
  const messages = fc.record({
    isDownlink: fc.boolean(),
    uid: fc.constantFrom(uid, otherUid),
    vin: fc.constantFrom(vin, otherVin),
    subtopic: fc.constantFrom('', 'a', 'b', 'a/b', 'b/a/b'),
  })
  fc.assert(
    fc.property(filters, messages, (levels, { isDownlink, ...message }) => {
      const filter = `${root}/${levels.join('/')}`
      const topic = (isDownlink ? downlinkTopic : uplinkTopic)({ environment, ...message })
      const name = `${root}/${isDownlink ? 'to' : 'from'}/uid/${message.uid}/opa/${message.vin}`
      const spellings = message.subtopic === '' ? [`${name}/`, name] : [`${name}/${message.subtopic}`]
      assert.equal(
        seen(filter, topic),
        spellings.find((spelling) => matchTopicFilter(filter, spelling)),
      )
    }),
  )
})

// filter | why not
const refusedFilters: [string, string][] = [
  ['#', 'filter_outside_observed'],
  [root, 'filter_outside_observed'],
  [`${root}/to`, 'filter_outside_observed'],
  [`${root}/to/uid/${uid}/opa`, 'filter_outside_observed'],
  [`${root}/into/#`, 'filter_outside_observed'],
  [`${root}/to/gid/#`, 'filter_outside_observed'],
  [`${root}/to/uid/${uid}/apo/#`, 'filter_outside_observed'],
  [`${root}/to/uid/a b/#`, 'filter_outside_observed'],
  [`${root}/to/uid/${uid}/opa/SHORT`, 'filter_outside_observed'],
  [`${root}/#/x`, 'filter_malformed'],
  [`${root}/to/uid/${uid}/opa/#/`, 'filter_malformed'],
  [`${root}/to/uid/a+/#`, 'filter_malformed'],
]

for (const [filter, reason] of refusedFilters) {
  test(`refuses an observer's ${filter} as ${reason}`, () => {
    const decision = observedTopics.subscribe(filter)
    assert.equal('refused' in decision && decision.reason, reason)
  })
}

// topic name below the root | canonical topic or reason
const publications: [string, string][] = [
  [`to/uid/${uid}/opa/${vin}/`, `fleet/default/vehicle/${vin}/${uid}`],
  [`to/uid/${uid}/opa/${vin}/a/b`, `fleet/default/vehicle/${vin}/${uid}/a/b`],
  [`from/uid/${uid}/opa/${vin}`, `fleet/default/partner/${uid}/${vin}`],
  [`to/uid/${otherUid}/opa/${vin}/`, 'vehicle_not_subscribed'],
  [`from/uid/${otherUid}/opa/${vin}/`, 'partner_not_subscribed'],
  [`into/uid/${uid}/opa/${vin}/`, 'topic_outside_portal'],
]

for (const [topicName, expected] of publications) {
  test(`sends what is published to ${topicName} as ${expected}, the word being the direction (W 2.2)`, async () => {
    const decision = await observedTopics.publish(`${root}/${topicName}`)
    if ('refused' in decision) assert.equal(decision.reason, expected)
    else assert.deepEqual(decision, { topic: expected, payloadBytesMax: 131_072, mayRetain: false })
  })
}
