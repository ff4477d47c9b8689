import { firstIdAt, type LedgerStore } from '@pillion/ledger'
import type { MessageRecord } from '@pillion/schema'

const at = Date.UTC(2026, 0, 1)
const record: MessageRecord = {
  id: firstIdAt(at),
  at: new Date(at).toISOString(),
  node: 'node',
  kind: 'downlink',
  from: 'partner:U',
  topic: 't',
  uid: 'U',
  vin: 'V',
  idApp: 'a',
  receipt: 'r',
  bytes: 2,
  level: 'durable',
  steps: [
    { state: 'dropped', at: new Date(at).toISOString(), node: 'node', reason: 'no_receiver', text: 'Gone.' },
  ],
}
const before = firstIdAt(at + 1)

/** What is asked of a ledger of millions of records. */
export const ledgerCalls: Readonly<Record<string, (store: LedgerStore) => Promise<unknown>>> = {
  'add records': (store) => seedLedger(store),
  'add steps': (store) => store.addSteps([{ id: record.id, number: 1, step: record.steps[0] as never }]),
  'find one': (store) => store.find(record.id),
  'find the newest': (store) => store.search({ count: 9 }),
  'find older ones': (store) => store.search({ before, since: at, count: 9 }),
  'find by vehicle': (store) => store.search({ vin: 'V', before, count: 9 }),
  'find by partner': (store) => store.search({ uid: 'U', before, count: 9 }),
  'find by app': (store) => store.search({ idApp: 'a', before, count: 9 }),
  'find by receipt': (store) => store.search({ receipt: 'r', count: 9 }),
  'find by topic': (store) => store.search({ topic: 't', before, count: 9 }),
  'find by push app': (store) => store.search({ appID: 'a', before, count: 9 }),
  'find by receiver': (store) => store.search({ receiver: 'user:u', before, count: 9 }),
  'find by push': (store) => store.search({ pushMessageID: 'p', count: 9 }),
  'find by state': (store) => store.search({ state: 'dropped', before, count: 9 }),
  'find by reason': (store) => store.search({ reason: 'no_receiver', before, since: at, count: 9 }),
  'find by several': (store) => store.search({ vin: 'V', uid: 'U', reason: 'no_receiver', before, count: 9 }),
  'find what was reported': (store) => store.findMarked({ vin: 'V', uid: 'U', mark: 'm' }, 9),
  'remove old ones': (store) => store.prune(at - 1, 9),
}

export async function seedLedger(store: LedgerStore): Promise<void> {
  await store.addAll([{ record, mark: 'm' }])
}
