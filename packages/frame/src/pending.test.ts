import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { limits, type PendingEntry } from '@pillion/schema'
import { state, TestBrowser } from './chromium.ts'
import { Pending } from './pending.ts'

const entry = (sequence: number): PendingEntry => ({ sequence, value: { idApp: 'demo', content: sequence } })
const entries = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index))
const open = (pendingMax: number = limits.pendingMax) =>
  new Pending({ hosted: true, current: { ...state, pendingMax }, replace: () => {}, watch: () => {} })
const contents = (pending: Pending) => pending.drain().values.map((value) => value.content)

for (const pendingMax of [0, 1, limits.pendingMax, 12]) {
  test(`keeps the last ${pendingMax} entries, oldest first, and is empty after draining (W 6.2, 16)`, () => {
    const pending = open(pendingMax)
    pending.append(entries(1, pendingMax))
    pending.append(entries(pendingMax + 1, pendingMax + 2))
    const expected = Array.from({ length: pendingMax }, (_, index) => index + 3)
    assert.deepEqual(contents(pending), expected)
    assert.deepEqual(contents(pending), [])
  })
}

test('entries that arrive twice, late or after they were drained are kept once, in order (W 6.2)', () => {
  const pending = open()
  pending.append([entry(5)])
  pending.append(entries(3, 5))
  assert.deepEqual(contents(pending), [3, 4, 5])
  pending.append(entries(4, 6))
  assert.deepEqual(contents(pending), [6])
})

describe('getPendingNotifications in a browser', () => {
  let browser: TestBrowser
  before(async () => {
    browser = await TestBrowser.open()
  })
  after(() => browser.close())

  const launched = { pillion: 'state', state: { ...state, launched: true } } as const
  const kept = { pillion: 'pending', entries: entries(1, 2) } as const

  test('before the app is launched: an empty array with an own error, nothing thrown, buffer kept (W 6.2)', async () => {
    const app = await browser.openApp(`<script>
      early = WebPortal.getPendingNotifications('demo')
      seen = [Array.isArray(early), early.length, early.hasOwnProperty('error'), early.error]
    </script>`)
    assert.deepEqual(await app.run('seen'), [true, 0, true, 'Unrecognised Error'])
    await app.post(kept)
    assert.equal(await app.run('WebPortal.getPendingNotifications().length'), 0)
    await app.post(launched)
    assert.equal(await app.run('WebPortal.getPendingNotifications().length'), 2)
  })

  test('switched so, it throws before the app is launched, and keeps the buffer (W 6.2)', async () => {
    const app = await browser.openApp(
      `<script>try { WebPortal.getPendingNotifications(); thrown = '' } catch (error) { thrown = error.message }</script>`,
      { ...state, pendingErrorThrows: true },
    )
    assert.equal(await app.run('thrown'), 'Unrecognised Error')
    await app.post(kept, { pillion: 'state', state: { ...launched.state, pendingErrorThrows: true } })
    assert.equal(await app.run('WebPortal.getPendingNotifications().length'), 2)
  })

  test('returns the objects, empties the buffer and tells the host how far (W 6.2)', async () => {
    const app = await browser.openApp('')
    await app.post(launched, kept)
    assert.deepEqual(await app.run(`WebPortal.getPendingNotifications('demo')`), [
      { idApp: 'demo', content: 1 },
      { idApp: 'demo', content: 2 },
    ])
    assert.deepEqual(
      await app.run(`[WebPortal.getPendingNotifications(), WebPortal.getPendingNotifications().error]`),
      [[], undefined],
    )
    const drained = ((await app.received()) as { pillion: string }[]).filter(
      ({ pillion }) => pillion === 'drained',
    )
    assert.deepEqual(drained, [{ pillion: 'drained', sequence: 2 }])
  })

  test('another app’s id gives an empty array and leaves the buffer alone; no id is the own (W 6.2)', async () => {
    const app = await browser.openApp('')
    await app.post(launched, kept)
    assert.deepEqual(await app.run(`WebPortal.getPendingNotifications('other')`), [])
    assert.equal(await app.run('WebPortal.getPendingNotifications(undefined).length'), 2)
  })

  test('assigning to it has no effect and cannot be forced (W 5.3, 14)', async () => {
    const app = await browser.openApp(`<script>
      WebPortal.getPendingNotifications = function () { return 'stub' }
      try { Object.defineProperty(WebPortal, 'getPendingNotifications', { value: 1 }); forced = true } catch (e) { forced = false }
      seen = [Array.isArray(WebPortal.getPendingNotifications()), delete WebPortal.getPendingNotifications, forced]
    </script>`)
    assert.deepEqual(await app.run('seen'), [true, false, false])
  })
})
