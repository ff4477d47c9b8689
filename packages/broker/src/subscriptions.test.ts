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

  it('raises its epoch with every change', () => {
    const subscriptions = new Subscriptions()
    const epochs = [subscriptions.epoch]
    const subscription = subscribe(subscriptions, 'a')
    epochs.push(subscriptions.epoch)
    subscriptions.remove(subscription)
    epochs.push(subscriptions.epoch)
    assert.equal(new Set(epochs).size, 3)
  })
})

function subscribe(subscriptions: Subscriptions, filter: string): Subscription {
  const subscription: Subscription = {
    filter,
    receiver: () => {},
    form: '',
    present: undefined,
    noLocal: false,
    retainAsPublished: false,
  }
  subscriptions.add(subscription)
  return subscription
}
