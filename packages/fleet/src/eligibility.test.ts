import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Vin } from '@pillion/schema'
import { Eligibility } from './eligibility.ts'
import { otherVin, type SeededFleet, seedFleet, uid, vin } from './fleet.fixture.ts'
import type { AppStore } from './ports/app-store.ts'

/** The real store; each answer waits until `release`, as one across a network would. */
function slowStore({ store }: SeededFleet): { apps: AppStore; asked: number; release(): void } {
  let release = () => {}
  const slow = {
    asked: 0,
    release: () => release(),
    apps: Object.assign(Object.create(store.apps) as AppStore, {
      async isSubscribed(...question: Parameters<AppStore['isSubscribed']>): Promise<boolean> {
        slow.asked++
        const answer = await store.apps.isSubscribed(...question)
        await new Promise<void>((resolve) => {
          release = resolve
        })
        return answer
      },
    }),
  }
  return slow
}

test('asks again when subscriptions changed while it waited, instead of keeping a stale answer', async () => {
  await using seeded = await seedFleet()
  const slow = slowStore(seeded)
  const eligibility = new Eligibility({ apps: slow.apps, answersMax: 10 })
  const answer = eligibility.check(vin, uid)
  await turn()
  await seeded.fleet.unsubscribeVehicles('news', [vin])
  eligibility.forget()
  slow.release()
  await turn()
  slow.release()
  assert.equal(await answer, false)
  assert.equal(slow.asked, 2)
  assert.equal(eligibility.check(vin, uid), false)
})

test('remembers as many answers as it may, and forgets the oldest beyond', async () => {
  await using seeded = await seedFleet()
  const eligibility = new Eligibility({ apps: seeded.store.apps, answersMax: 2 })
  for (const each of [vin, otherVin]) await eligibility.check(each, uid)
  assert.equal(eligibility.check(vin, uid), true)
  assert.equal(eligibility.check(otherVin, uid), false)
  await eligibility.check('VF399999999999999' as Vin, uid)
  assert.equal(eligibility.check(otherVin, uid), false)
  const forgotten = eligibility.check(vin, uid)
  assert.ok(forgotten instanceof Promise)
  assert.equal(await forgotten, true)
})

test('passes on that the store is away, and asks anew next time', async () => {
  await using seeded = await seedFleet()
  const away = Object.create(seeded.store.apps, {
    isSubscribed: { value: () => Promise.reject(new Error('away')), configurable: true },
  })
  const eligibility = new Eligibility({ apps: away, answersMax: 10 })
  await assert.rejects(async () => eligibility.check(vin, uid), /away/)
  Object.defineProperty(away, 'isSubscribed', { value: () => seeded.store.apps.isSubscribed(vin, uid) })
  assert.equal(await eligibility.check(vin, uid), true)
})

/** The real store, which can be taken away. */
function awayStore({ store }: SeededFleet): { apps: AppStore; isAway: boolean; asked: number } {
  const state = {
    isAway: false,
    asked: 0,
    apps: Object.assign(Object.create(store.apps) as AppStore, {
      async isSubscribed(...question: Parameters<AppStore['isSubscribed']>): Promise<boolean> {
        state.asked++
        if (state.isAway) throw new Error('away')
        return store.apps.isSubscribed(...question)
      },
    }),
  }
  return state
}

test('answers from before the last change while the store is away, and says so once it is back', async (t) => {
  await using seeded = await seedFleet()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const store = awayStore(seeded)
  let stale = 0
  const eligibility = new Eligibility({ apps: store.apps, answersMax: 10, stale: () => stale++ })
  assert.equal(await eligibility.check(vin, uid), true)
  store.isAway = true
  eligibility.forget()
  assert.equal(await eligibility.check(vin, uid), true)
  await assert.rejects(async () => eligibility.check(otherVin, uid), /away/)
  assert.equal(eligibility.check(vin, uid), true, 'nobody waits once it is known')
  t.mock.timers.tick(1_000)
  await turn()
  assert.equal(stale, 0)
  // Another node has heard of it, and this one has not.
  await seeded.fleet.unsubscribeVehicles('news', [vin])
  store.isAway = false
  t.mock.timers.tick(1_000)
  await turn()
  assert.equal(stale, 1)
  assert.equal(await eligibility.check(vin, uid), false)
  t.mock.timers.tick(10_000)
  await turn()
  assert.deepEqual([stale, store.asked], [1, 6])
})

test('gives no answer of before the change of this very vehicle, though the store is away', async () => {
  await using seeded = await seedFleet()
  const store = awayStore(seeded)
  const eligibility = new Eligibility({ apps: store.apps, answersMax: 10 })
  assert.equal(await eligibility.check(vin, uid), true)
  assert.equal(await eligibility.check(otherVin, uid), false)
  store.isAway = true
  eligibility.forget([vin])
  eligibility.forget()
  await assert.rejects(async () => eligibility.check(vin, uid), /away/)
  assert.equal(await eligibility.check(otherVin, uid), false)
  await assert.rejects(async () => eligibility.check(vin, uid), /away/)
})

/** Long enough for every promise that is not held back. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
