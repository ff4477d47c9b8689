import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { PushStore } from '@pillion/push'
import { addTarget, pushApp, target } from '../../../push/src/ports/push-store.fixture.ts'
import { openSqlite } from '../sqlite/open-sqlite.ts'
import { openMemory } from '../store.fixture.ts'

test('finishes after a restart what was interrupted', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'pillion-store-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'pillion.db')
  const first = await openSqlite({ file })
  const key = await subscribe(first.push, 500)
  assert.equal(await first.push.targets.removeTarget(key), true)
  await first.close()

  const { push, close } = await openSqlite({ file })
  assert.notEqual(await push.subscriptions.lastPosition(key), 0, 'closed before all were removed')
  await push.targets.sweep()
  assert.equal(await push.subscriptions.lastPosition(key), 0)
  await close()
})

test('lets others run while very much is removed', async () => {
  const { push, close } = await openMemory()
  const key = await subscribe(push, 2_000)
  let turns = 0
  let isDone = false
  const counting = (async () => {
    for (; !isDone; turns++) await setImmediate()
  })()
  await push.targets.removeTarget(key)
  await push.targets.sweep()
  isDone = true
  await counting
  assert.equal(await push.subscriptions.lastPosition(key), 0)
  assert.ok(turns >= 2_000 / 50, `${turns} turns of the event loop for 2,000 subscriptions`)
  await close()
})

test('leaves no target behind that is removed while others are', async () => {
  const { push, close } = await openMemory()
  const keys: number[] = []
  for (let index = 0; index < 20; index++) keys.push(await subscribe(push, 60, `topic-${index}`))
  await Promise.all(keys.map((key) => push.targets.removeTarget(key)))
  const left = async () => {
    const positions = await Promise.all(keys.map((key) => push.subscriptions.lastPosition(key)))
    return positions.filter((position) => position !== 0).length
  }
  // Nobody asks for it: it goes on behind.
  for (let turn = 0; turn < 1_000 && (await left()) > 0; turn++) await setImmediate()
  assert.equal(await left(), 0)
  await close()
})

/** The key of a topic with so many subscriptions. */
async function subscribe(store: PushStore, count: number, name = 'news'): Promise<number> {
  await store.apps.addApp(pushApp())
  const added = await addTarget(store, target(name))
  for (let index = 0; index < count; index++) {
    const subscription = { target: added, subject: `user:${name}-${index}`, restsOnRight: true } as const
    await store.subscriptions.addSubscription(subscription, { perSubjectMax: 1 })
  }
  return added.key
}
