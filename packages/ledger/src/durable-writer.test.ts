import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { limits, type MessageRecord, type MessageStep } from '@pillion/schema'
import { waitUntil } from '@pillion/testkit'
import { openMemory } from '../../store/src/store.fixture.ts'
import { DurableWriter, type DurableWriterOptions } from './durable-writer.ts'
import { firstIdAt } from './message-id.ts'

const now = Date.UTC(2026, 0, 31)
const day = 86_400_000

/** A store that can be lost, and what writes to it. */
async function openWriter(t: TestContext, ledgerQueueMax: number = limits.ledgerQueueMax) {
  const { ledger, close } = await openMemory()
  const state = { isAway: false, adds: 0, warnings: [] as string[] }
  const store: DurableWriterOptions['store'] = {
    addAll(records) {
      state.adds++
      return state.isAway ? Promise.reject(new Error('away')) : ledger.addAll(records)
    },
    addSteps: (steps) => ledger.addSteps(steps),
    prune: (before, countMax) => ledger.prune(before, countMax),
  }
  const writer = new DurableWriter({
    store,
    limits: { ledgerQueueMax },
    retentionDays: () => 7,
    log: { info() {}, warn: (_fields, text) => void state.warnings.push(text) },
    now: () => now,
  })
  t.after(async () => {
    await writer.close()
    await close()
  })
  return { writer, ledger, state }
}

test('a record goes with the steps that it gets at once, and each later one by itself', async (t) => {
  const { writer, ledger, state } = await openWriter(t)
  const record = message(1, [step('accepted')])
  writer.add({ record, mark: '' })
  const addStep = (next: MessageStep) =>
    writer.addStep({ id: record.id, number: record.steps.push(next) - 1, step: next })
  addStep(step('routed'))
  assert.equal(writer.waiting, 1)
  await waitUntil('it is written', () => writer.waiting === 0)
  addStep(step('received'))
  await waitUntil('it is written', () => writer.waiting === 0)
  assert.deepEqual(await ledger.find(record.id), record)
  assert.equal(state.adds, 1)
})

test('what is durable waits while the store is away, up to the bound, and is counted beyond', async (t) => {
  const { writer, ledger, state } = await openWriter(t, 3)
  state.isAway = true
  for (const at of [1, 2]) writer.add({ record: message(at), mark: '' })
  await waitUntil('it was tried', () => state.warnings.length === 1 && writer.waiting === 2)
  writer.addStep({ id: message(1).id, number: 0, step: step('accepted') })
  assert.equal(writer.waiting, 2, 'the record takes its steps along')
  for (const at of [3, 4]) writer.add({ record: message(at), mark: '' })
  assert.deepEqual([writer.waiting, writer.dropped], [3, 1])
  state.isAway = false
  await waitUntil('it is written', () => writer.waiting === 0)
  const { messages } = await ledger.search({ count: 9 })
  assert.deepEqual(
    messages.map(({ id }) => id),
    [3, 2, 1].map((at) => message(at).id),
  )
})

test('closing writes what waits, and gives it up when the store is away', async (t) => {
  const first = await openWriter(t)
  first.writer.add({ record: message(1), mark: '' })
  await first.writer.close()
  assert.equal((await first.ledger.find(message(1).id))?.bytes, 2)
  const second = await openWriter(t)
  second.state.isAway = true
  second.writer.add({ record: message(1), mark: '' })
  await second.writer.close()
  assert.deepEqual([second.writer.waiting, second.writer.dropped], [0, 1])
})

test('what is older than its time is removed, however much it is', async (t) => {
  const { writer, ledger } = await openWriter(t)
  const old = Array.from({ length: 1_200 }, (_, at) => message(at - 8 * day))
  await ledger.addAll([...old, message(-6 * day)].map((record) => ({ record, mark: '' })))
  writer.open()
  while ((await ledger.search({ count: 2 })).messages.length > 1)
    await new Promise((resume) => setTimeout(resume, 10))
  assert.ok(await ledger.find(message(-6 * day).id))
})

/** `at`: milliseconds from now. */
function message(at: number, steps: MessageStep[] = []): MessageRecord {
  return {
    id: firstIdAt(now + at),
    at: new Date(now + at).toISOString(),
    node: 'node',
    kind: 'downlink',
    from: 'partner:U',
    topic: 't',
    bytes: 2,
    level: 'durable',
    steps,
  }
}

function step(state: MessageStep['state']): MessageStep {
  return { state, at: new Date(now).toISOString(), node: 'node', text: `${state}.` }
}
