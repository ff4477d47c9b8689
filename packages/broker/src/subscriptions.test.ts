import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { matchTopicFilter } from '@pillion/packet'
import fc from 'fast-check'
import { type Subscription, Subscriptions } from './subscriptions.ts'

describe('Subscriptions', () => {
  const level = fc.constantFrom('a', 'b', '', '$s', 'ü')
  const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
  const filter = fc
    .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([levels, below]) => (below ? [...levels, '#'] : levels).join('/'))

  it('finds exactly what the rules of topic filters say [MQTT-4.7]', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 30 }), fc.nat(), topic, (filters, removed, name) => {
        const subscriptions = new Subscriptions()
        const all = filters.map((each) => subscribe(subscriptions, each))
        const gone = all[removed % Math.max(1, all.length)]
        if (gone !== undefined) subscriptions.remove(gone)
        const expected = all.filter((each) => each !== gone && matchTopicFilter(each.filter, name))
        assert.deepEqual(new Set(subscriptions.match(name)), new Set(expected))
      }),
    )
  })

  it('is as empty as before when everything is removed', () => {
    fc.assert(
      fc.property(fc.array(filter, { maxLength: 30 }), (filters) => {
        const subscriptions = new Subscriptions()
        for (const each of filters.map((text) => subscribe(subscriptions, text))) subscriptions.remove(each)
        assert.equal(subscriptions.nodeCount, 1)
      }),
    )
  })

  it('raises the epoch of every topic that a change concerns', () => {
    const deep = fc.array(level, { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'))
    const deepFilter = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 6 }), fc.boolean())
      .map(([levels, below]) => (below ? [...levels, '#'] : levels).join('/'))
    fc.assert(
      fc.property(deepFilter, deep, (changed, name) => {
        fc.pre(matchTopicFilter(changed, name))
        const subscriptions = new Subscriptions()
        const epoch = () => subscriptions.epochOf(subscriptions.neighbourhoodOf(name))
        const epochs = [epoch()]
        const subscription = subscribe(subscriptions, changed)
        epochs.push(epoch())
        subscriptions.remove(subscription)
        epochs.push(epoch())
        assert.equal(new Set(epochs).size, 3)
      }),
    )
  })

  it('leaves the epoch of other vehicles as it was', () => {
    const subscriptions = new Subscriptions()
    const topics = Array.from({ length: 1_000 }, (_, index) => `fleet/default/vehicle/VIN${index}/U/a`)
    const epochs = () => topics.map((topic) => subscriptions.epochOf(subscriptions.neighbourhoodOf(topic)))
    const before = epochs()
    subscribe(subscriptions, 'fleet/default/vehicle/VIN7/+/#')
    const raised = epochs().filter((epoch, index) => epoch !== before[index]).length
    assert.ok(raised >= 1 && raised < 10, `${raised}`)
  })
})

function subscribe(subscriptions: Subscriptions, filter: string): Subscription {
  const subscription: Subscription = {
    filter,
    receiver: () => {},
    form: '',
    present: undefined,
    noLocal: false,
    identifier: undefined,
    share: undefined,
    retainAsPublished: false,
  }
  subscriptions.add(subscription)
  return subscription
}
