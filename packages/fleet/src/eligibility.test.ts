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
  const eligibility = new Eligibility(slow.apps, 10)
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
  const eligibility = new Eligibility(seeded.store.apps, 2)
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
  const eligibility = new Eligibility(away, 10)
  await assert.rejects(async () => eligibility.check(vin, uid), /away/)
  Object.defineProperty(away, 'isSubscribed', { value: () => seeded.store.apps.isSubscribed(vin, uid) })
  assert.equal(await eligibility.check(vin, uid), true)
})

test('answers from before the last change while the store is away', async () => {
  await using seeded = await seedFleet()
  let isAway = false
  const apps = Object.create(seeded.store.apps, {
    isSubscribed: {
      value: async (...question: Parameters<AppStore['isSubscribed']>) => {
        if (isAway) throw new Error('away')
        return seeded.store.apps.isSubscribed(...question)
      },
    },
  })
  const eligibility = new Eligibility(apps, 10)
  assert.equal(await eligibility.check(vin, uid), true)
  isAway = true
  eligibility.forget()
  assert.equal(await eligibility.check(vin, uid), true)
  await assert.rejects(async () => eligibility.check(otherVin, uid), /away/)
})

/** Long enough for every promise that is not held back. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
