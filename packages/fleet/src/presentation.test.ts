import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubscribeGrant } from '@pillion/broker'
import { matchTopicFilter } from '@pillion/packet'
import fc from 'fast-check'
import { downlinkTopic, uplinkTopic } from './canonical-topic.ts'
import { parsePortalFilter } from './filter.ts'
import { otherUid, root, uid, vin } from './fleet.fixture.ts'
import { presentDownlink, presentUplink } from './presentation.ts'

const place = { root, environment: 'default' }
const U = uid
const V = vin

/** The topic name the subscriber sees, as the broker finds it: first the canonical filter, then `present`. */
function seen(grant: SubscribeGrant, topic: string): string | undefined {
  return matchTopicFilter(grant.filter, topic) ? grant.present?.(topic) : undefined
}

function grantUplink(text: string): SubscribeGrant {
  const filter = parsePortalFilter(text, root)
  assert.ok(typeof filter !== 'string', `${text}: ${String(filter)}`)
  return presentUplink(place, uid, filter)
}

function grantDownlink(text: string): SubscribeGrant {
  const filter = parsePortalFilter(text, root)
  assert.ok(typeof filter !== 'string', `${text}: ${String(filter)}`)
  return presentDownlink(place, vin, filter)
}

// filter | form | topic of the copy without subtopic | with subtopic a/b
const copies: [string, string, string | undefined, string | undefined][] = [
  // The table of W 2.5.
  [`from/uid/${U}/opa/${V}/`, 'from', `from/uid/${U}/opa/${V}/`, undefined],
  [`from/uid/${U}/opa/${V}`, 'from', `from/uid/${U}/opa/${V}`, undefined],
  [`to/uid/${U}/opa/#`, 'to', `to/uid/${U}/opa/${V}/`, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/+`, 'to', `to/uid/${U}/opa/${V}`, undefined],
  [`from/uid/${U}/opa/${V}/#`, 'from', `from/uid/${U}/opa/${V}/`, `from/uid/${U}/opa/${V}/a/b`],
  [`+/uid/${U}/opa/#`, 'from', `from/uid/${U}/opa/${V}/`, `from/uid/${U}/opa/${V}/a/b`],
  // And what follows from point 4.
  [`to/uid/${U}/opa/#/`, 'to', `to/uid/${U}/opa/${V}/`, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/+/`, 'to', `to/uid/${U}/opa/${V}/`, undefined],
  [`to/uid/${U}/opa/+/#`, 'to', `to/uid/${U}/opa/${V}/`, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/${V}/+`, 'to', `to/uid/${U}/opa/${V}/`, undefined],
  [`to/uid/${U}/opa/+/+`, 'to', `to/uid/${U}/opa/${V}/`, undefined],
  [`to/uid/${U}/opa/${V}/+/b`, 'to', undefined, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/${V}/a/#`, 'to', undefined, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/${V}/a/b/#`, 'to', undefined, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/+/a/+`, 'to', undefined, `to/uid/${U}/opa/${V}/a/b`],
  [`to/uid/${U}/opa/${V}/a`, 'to', undefined, undefined],
  [`to/uid/${U}/opa/${otherUid.padEnd(17, '0')}/#`, 'to', undefined, undefined],
]

for (const [filter, form, plain, withSubtopic] of copies) {
  test(`spells copies for ${filter} so that it matches them (W 2.5 points 3 and 4)`, () => {
    const grant = grantUplink(`${root}/${filter}`)
    const environment = 'default'
    const full = (topic: string | undefined) => topic && `${root}/${topic}`
    assert.equal(grant.form, form)
    assert.equal(seen(grant, uplinkTopic({ environment, uid, vin, subtopic: '' })), full(plain))
    assert.equal(seen(grant, uplinkTopic({ environment, uid, vin, subtopic: 'a/b' })), full(withSubtopic))
  })
}

for (const [filter, , plain, withSubtopic] of copies.filter(([filter]) => filter.includes(V))) {
  test(`spells downlinks for a head unit's ${filter} alike`, () => {
    const grant = grantDownlink(`${root}/${filter}`)
    const environment = 'default'
    const full = (topic: string | undefined) => topic && `${root}/${topic}`
    assert.equal(seen(grant, downlinkTopic({ environment, uid, vin, subtopic: '' })), full(plain))
    assert.equal(seen(grant, downlinkTopic({ environment, uid, vin, subtopic: 'a/b' })), full(withSubtopic))
    assert.equal(seen(grant, downlinkTopic({ environment, uid: otherUid, vin, subtopic: '' })), undefined)
  })
}

test('gives a head unit that names no UID the messages of every partner', () => {
  const grant = grantDownlink(`${root}/to/uid/+/opa/${V}/#`)
  for (const sender of [uid, otherUid]) {
    const topic = downlinkTopic({ environment: 'default', uid: sender, vin, subtopic: '' })
    assert.equal(seen(grant, topic), `${root}/to/uid/${sender}/opa/${V}/`)
  }
})

test('gives both words when both are held, one copy each (W 2.5)', () => {
  const grants = ['to', 'from'].map((word) => grantUplink(`${root}/${word}/uid/${U}/opa/#`))
  const topic = uplinkTopic({ environment: 'default', uid, vin, subtopic: '' })
  assert.deepEqual(
    grants.map(({ form }) => form),
    ['to', 'from'],
  )
  assert.deepEqual(
    grants.map((grant) => seen(grant, topic)),
    [`${root}/to/uid/${U}/opa/${V}/`, `${root}/from/uid/${U}/opa/${V}/`],
  )
})

test('presents exactly what the subscriber asked for, whatever the filter (W 2.5 point 4)', () => {
  const level = fc.constantFrom('', '+', 'a', 'b')
  const below = fc
    .tuple(fc.constantFrom('+', vin), fc.array(level, { maxLength: 4 }), fc.constantFrom([], ['#']))
    .map(([first, levels, end]) => [first, ...levels, ...end].join('/'))
  const subtopic = fc.array(fc.constantFrom('a', 'b'), { maxLength: 4 }).map((levels) => levels.join('/'))
  fc.assert(
    fc.property(fc.constantFrom('to', 'from', '+'), below, subtopic, (word, below, subtopic) => {
      const filter = `${root}/${word}/uid/${uid}/opa/${below}`
      const prefix = `${root}/${word === '+' ? 'from' : word}/uid/${uid}/opa/${vin}`
      const spellings = subtopic === '' ? [`${prefix}/`, prefix] : [`${prefix}/${subtopic}`]
      const expected = spellings.find((spelling) => matchTopicFilter(filter, spelling))
      const topic = uplinkTopic({ environment: 'default', uid, vin, subtopic })
      assert.equal(seen(grantUplink(filter), topic), expected)
    }),
    { numRuns: 2_000 },
  )
})
