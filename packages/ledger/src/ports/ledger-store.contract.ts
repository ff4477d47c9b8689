import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { MessageRecord, MessageState, MessageStep } from '@pillion/schema'
import { firstIdAt } from '../message-id.ts'
import type { LedgerQuery, LedgerStore } from './ledger-store.ts'

/** What every `LedgerStore` does. `open` gives an empty store. */
export function testLedgerStore(
  name: string,
  open: () => Promise<{ ledger: LedgerStore; close(): Promise<void> }>,
): void {
  describe(`ledger store: ${name}`, () => {
    it('gives back what it was given, with every field and the steps in their order', async () => {
      await using store = await opened()
      const step = { state: 'kept', count: 3, limit: 10, reason: 'away' } as const
      const full: MessageRecord = {
        ...message(1),
        idApp: 'news',
        isPopup: false,
        receipt: 'r-1',
        subtopic: 'a/ü',
        sha256: 'ab',
        body: '{"🚗":"\\u0000"}',
        steps: [seen('accepted', 1), { ...seen('kept', 2), ...step }],
      }
      const push: MessageRecord = {
        ...bare(2),
        kind: 'push',
        appID: 'shop',
        receiver: 'user:mia',
        installationID: 'i',
        pushMessageID: 'p',
      }
      await store.add(full, push)
      assert.deepEqual(await store.ledger.find(full.id), full)
      assert.deepEqual(await store.ledger.find(push.id), push)
      assert.equal(await store.ledger.find(message(3).id), undefined)
    })

    it('takes a record and a step once, whoever brings it again, and what two nodes saw at once', async () => {
      await using store = await opened()
      const record = { ...message(1), steps: [seen('accepted', 1)] }
      await store.add(record)
      await store.add({ ...record, bytes: 99 }, message(2))
      const step = { id: record.id, number: 1, step: seen('routed', 2) }
      await store.ledger.addSteps([step])
      await store.ledger.addSteps([
        step,
        { id: record.id, number: 1, step: { ...seen('received', 3), node: 'other' } },
        { id: message(7).id, number: 0, step: seen('routed', 4) },
      ])
      const found = await store.ledger.find(record.id)
      assert.equal(found?.bytes, record.bytes)
      assert.deepEqual(
        found?.steps.map(({ state, node }) => [state, node]),
        [
          ['accepted', 'node'],
          ['routed', 'node'],
          ['received', 'other'],
        ],
      )
      assert.equal(await store.ledger.find(message(7).id), undefined)
      assert.deepEqual(await store.ids({ state: 'received' }), [1])
      assert.deepEqual(await store.ids({ state: 'routed' }), [])
    })

    it('finds by each field and by several, newest first', async () => {
      await using store = await opened()
      const fields = [
        { vin: 'V1', uid: 'A', idApp: 'news', receipt: 'r\u0000' },
        { vin: 'V1', uid: 'B', idApp: 'radio', topic: 't/2' },
        { vin: 'V2', uid: 'A', idApp: 'news' },
        { appID: 'shop', receiver: 'user:mia', pushMessageID: 'p' },
      ]
      await store.add(
        ...fields.map((each, at) => ({
          ...bare(at),
          ...each,
          steps: [seen('accepted', at), ...(each.vin === 'V1' ? [dropped('no_receiver', at)] : [])],
        })),
      )
      const found: [Partial<LedgerQuery>, number[]][] = [
        [{}, [3, 2, 1, 0]],
        [{ vin: 'V1' }, [1, 0]],
        [{ uid: 'A' }, [2, 0]],
        [{ idApp: 'news' }, [2, 0]],
        [{ receipt: 'r\u0000' }, [0]],
        [{ topic: 't/2' }, [1]],
        [{ appID: 'shop' }, [3]],
        [{ receiver: 'user:mia' }, [3]],
        [{ pushMessageID: 'p' }, [3]],
        [{ state: 'dropped' }, [1, 0]],
        [{ state: 'accepted' }, [3, 2]],
        [{ reason: 'no_receiver' }, [1, 0]],
        [{ reason: 'outbox_full\u0000' }, []],
        [{ vin: 'V1', uid: 'A' }, [0]],
        [{ uid: 'A', reason: 'no_receiver' }, [0]],
        [{ vin: 'V1', state: 'dropped', reason: 'no_receiver', idApp: 'radio' }, [1]],
        [{ uid: 'A', vin: 'V3' }, []],
        [{ since: timeOf(2) }, [3, 2]],
        [{ until: timeOf(2) }, [1, 0]],
        [{ since: timeOf(1), until: timeOf(3), uid: 'A' }, [2]],
        [{ since: timeOf(1), reason: 'no_receiver' }, [1]],
      ]
      for (const [query, ids] of found) assert.deepEqual(await store.ids(query), ids, JSON.stringify(query))
    })

    it('gives pages that leave nothing out, also while more is recorded', async () => {
      await using store = await opened()
      await store.add(...range(0, 7))
      const first = await store.ledger.search({ vin: 'V', count: 3 })
      await store.add(message(8))
      const second = await store.ledger.search({
        vin: 'V',
        count: 3,
        ...(first.next && { before: first.next }),
      })
      const third = await store.ledger.search({
        vin: 'V',
        count: 3,
        ...(second.next && { before: second.next }),
      })
      assert.deepEqual(
        [first, second, third].map(({ messages }) => messages.map(numberOf)),
        [[6, 5, 4], [3, 2, 1], [0]],
      )
      assert.equal(third.next, undefined)
      assert.equal((await store.ledger.search({ vin: 'V', count: 8 })).next, undefined)
    })

    it('finds a few among many that do not match', async () => {
      await using store = await opened()
      const many = range(0, 2_500).map((record, at) => ({ ...record, uid: at === 3 ? 'RARE' : 'U' }))
      await store.add(...many)
      assert.deepEqual(await store.ids({ vin: 'V', uid: 'RARE' }), [3])
    })

    it('finds the downlinks that carry a mark, oldest first', async () => {
      await using store = await opened()
      const marked = (at: number, mark: string, changes: Partial<MessageRecord> = {}) => {
        return { record: { ...message(at), uid: 'U', ...changes }, mark }
      }
      await store.ledger.addAll([
        marked(2, 'm'),
        marked(1, 'm'),
        marked(3, 'm'),
        marked(4, 'other'),
        marked(5, 'm', { vin: 'W' }),
        marked(6, 'm', { uid: 'X' }),
        marked(7, '', { kind: 'uplink' }),
      ])
      const found = await store.ledger.findMarked({ vin: 'V', uid: 'U', mark: 'm' }, 2)
      assert.deepEqual(found.map(numberOf), [1, 2])
      assert.deepEqual(await store.ledger.findMarked({ vin: 'V', uid: 'U', mark: '' }, 2), [])
    })

    it('forgets the oldest, no more at a time than it may, with their steps', async () => {
      await using store = await opened()
      await store.add(...range(0, 5).map((record) => ({ ...record, steps: [dropped('no_receiver', 1)] })))
      assert.equal(await store.ledger.prune(timeOf(3), 2), 2)
      assert.deepEqual(await store.ids({}), [4, 3, 2])
      assert.equal(await store.ledger.prune(timeOf(3), 2), 1)
      assert.equal(await store.ledger.prune(timeOf(3), 2), 0)
      assert.deepEqual(await store.ids({ reason: 'no_receiver' }), [4, 3])
    })

    it('keeps levels until they are set back', async () => {
      await using store = await opened()
      assert.deepEqual(await store.ledger.levels(), { partners: {}, pushApps: {} })
      await store.ledger.setLevels({ partners: { A: 'off', B: 'durable' }, pushApps: { A: 'recent' } })
      await store.ledger.setLevels({ partners: { A: 'recent', B: null, 'C\u0000': null } })
      assert.deepEqual(await store.ledger.levels(), { partners: { A: 'recent' }, pushApps: { A: 'recent' } })
    })

    async function opened() {
      const store = await open()
      const { ledger } = store
      return {
        ledger,
        add: (...records: MessageRecord[]) => ledger.addAll(records.map((record) => ({ record, mark: '' }))),
        ids: async (query: Partial<LedgerQuery>) =>
          (await ledger.search({ count: 100, ...query })).messages.map(numberOf),
        [Symbol.asyncDispose]: () => store.close(),
      }
    }
  })
}

/** Messages are a second apart. */
function timeOf(at: number): number {
  return Date.UTC(2026, 0, 1) + at * 1_000
}

function numberOf({ at }: MessageRecord): number {
  return (Date.parse(at) - timeOf(0)) / 1_000
}

function message(at: number): MessageRecord {
  return { ...bare(at), uid: 'U', vin: 'V' }
}

function bare(at: number): MessageRecord {
  return {
    id: firstIdAt(timeOf(at)),
    at: new Date(timeOf(at)).toISOString(),
    node: 'node',
    kind: 'downlink',
    from: 'partner:U',
    topic: 't',
    bytes: 2,
    level: 'durable',
    steps: [],
  }
}

function range(from: number, to: number): MessageRecord[] {
  return Array.from({ length: to - from }, (_, at) => message(from + at))
}

function seen(state: MessageState, at: number): MessageStep {
  return { state, at: new Date(timeOf(at)).toISOString(), node: 'node', text: `${state}.` }
}

function dropped(reason: string, at: number): MessageStep {
  return { ...seen('dropped', at), reason }
}
