import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchTopicFilter } from '@pillion/packet'
import {
  downlinkTopic,
  parseDownlinkTopic,
  parseUplinkTopic,
  uplinkFilter,
  uplinkTopic,
} from './canonical-topic.ts'
import { uid, vin } from './fleet.fixture.ts'

for (const subtopic of ['', 'a', 'a/b']) {
  test(`reads the addresses it makes, subtopic '${subtopic}'`, () => {
    const topic = { environment: 'default', uid, vin, subtopic }
    assert.deepEqual(parseDownlinkTopic(downlinkTopic(topic)), topic)
    assert.deepEqual(parseUplinkTopic(uplinkTopic(topic)), topic)
    assert.equal(parseUplinkTopic(downlinkTopic(topic)), undefined)
    assert.equal(parseDownlinkTopic(uplinkTopic(topic)), undefined)
    assert.equal(matchTopicFilter(uplinkFilter('default', uid), uplinkTopic(topic)), true)
    assert.equal(matchTopicFilter(uplinkFilter('default', uid), downlinkTopic(topic)), false)
  })
}

test('puts the receiver first', () => {
  const topic = { environment: 'e', uid, vin, subtopic: 's' }
  assert.equal(downlinkTopic(topic), 'fleet/e/vehicle/0123456789ABCDEFG/MYUID/s')
  assert.equal(uplinkTopic(topic), 'fleet/e/partner/MYUID/0123456789ABCDEFG/s')
})

test('reads nothing else', () => {
  for (const topic of ['', 'fleet', 'fleet/e/partner/MYUID', 'fleet/e/partner/MYUID/short', 'push/x']) {
    assert.equal(parseUplinkTopic(topic), undefined, topic)
    assert.equal(parseDownlinkTopic(topic), undefined, topic)
  }
})
