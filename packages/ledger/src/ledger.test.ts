import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Identity, MessageOutcome, PublishDecision } from '@pillion/broker'
import { type MessageRecord, type MessageReport, payloadMark } from '@pillion/schema'
import { waitUntil } from '@pillion/testkit'
import { openMemory } from '../../store/src/store.fixture.ts'
import type { Evidence } from './evidence.ts'
import { Ledger } from './ledger.ts'
import type { LedgerOptions } from './ledger-options.ts'
import { firstIdAt, MessageIds, parseMessageId } from './message-id.ts'
import type { LedgerQuery } from './ports/ledger-store.ts'

const vin = 'VF7LEDGER00000001'
const partner: Identity = { key: 'partner:ACME', role: 'partner', name: 'ACME' }
const vehicle: Identity = { key: `vehicle:${vin}`, role: 'vehicle', name: vin }
const root = 'psa/OVIPPartners-Dev'
const granted = (topic: string): PublishDecision => ({ topic, payloadBytesMax: 9, mayRetain: false })
const routed: MessageOutcome = {
  refused: undefined,
  routed: 1,
  forwarded: 0,
  isKept: false,
  dropped: new Map(),
}
const kept: MessageOutcome = { ...routed, routed: 0, isKept: true }

function open(options: Partial<LedgerOptions> = {}) {
  const clock = { now: Date.UTC(2026, 0, 1) }
  const ledger = new Ledger({
    node: 'n1',
    log: { info: () => {}, warn: () => {} },
    now: () => clock.now,
    readTopic: (topic) => {
      const [, , role, first = '', second = '', ...below] = topic.split('/')
      const [uid, ofVehicle] = role === 'vehicle' ? [second, first] : [first, second]
      if (role !== 'vehicle' && role !== 'partner') return undefined
      return {
        kind: role === 'vehicle' ? 'downlink' : 'uplink',
        uid,
        vin: ofVehicle,
        subtopic: below.join('/'),
      }
    },
    ...options,
  })
  /** As the broker does with a run of messages that one partner sends to a vehicle. */
  const send = (
    payloads: readonly (object | string)[],
    outcome = routed,
    { uid = 'ACME', to = vin } = {},
  ) => {
    const sender = { ...partner, key: `partner:${uid}`, name: uid }
    const topic = `${root}/to/uid/${uid}/opa/${to}/`
    const recorder = ledger.recorderOf(sender, topic, granted(`fleet/default/vehicle/${to}/${uid}`))
    const taken = recorder?.take(payloads.length) ?? 0
    for (const payload of payloads.slice(0, taken)) recorder?.record(toBytes(payload), outcome)
    return taken
  }
  const report = (payload: object, ...states: string[]) => {
    const mark = payloadMark(toBytes(payload))
    const reports: MessageReport['reports'] = states.map((state) => ({ uid: 'ACME', mark, state, at: 0 }))
    ledger.report(vin, Buffer.from(JSON.stringify({ reports })))
  }
  const search = (query: Partial<LedgerQuery> = {}) => ledger.search({ count: 500, ...query }).messages
  return { ledger, clock, send, report, search }
}

function toBytes(payload: object | string): Buffer {
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
}

function statesOf(record: MessageRecord | undefined): string {
  return (
    record?.steps
      .map(({ state, reason }) => (reason === undefined ? state : `${state} ${reason}`))
      .join(' ') ?? ''
  )
}

describe('the ledger', () => {
  it('records who sent what to whom, and what the payload says of itself (W 3.1)', () => {
    const { ledger, send, search } = open({ body: 'kept' })
    send([{ idApp: 'news', popup: true, receipt: 'r1' }])
    const uplink = ledger.recorderOf(
      vehicle,
      'as/published',
      granted(`fleet/default/partner/ACME/${vin}/sub/topic`),
    )
    uplink?.record(toBytes('up'), { ...routed, routed: 0, dropped: new Map([['no_receiver', 1]]) })
    const [up, down] = search()
    assert.deepEqual(
      { ...down, id: '', sha256: down?.sha256?.slice(0, 8) },
      {
        id: '',
        at: '2026-01-01T00:00:00.000Z',
        node: 'n1',
        kind: 'downlink',
        from: 'partner:ACME',
        topic: `${root}/to/uid/ACME/opa/${vin}/`,
        uid: 'ACME',
        vin,
        idApp: 'news',
        isPopup: true,
        receipt: 'r1',
        bytes: 44,
        sha256: down?.sha256?.slice(0, 8),
        body: '{"idApp":"news","popup":true,"receipt":"r1"}',
        level: 'recent',
        steps: [
          {
            state: 'accepted',
            at: '2026-01-01T00:00:00.000Z',
            node: 'n1',
            text: 'Pillion has taken it from its sender.',
          },
          {
            state: 'routed',
            at: '2026-01-01T00:00:00.000Z',
            node: 'n1',
            count: 1,
            text: 'Handed to 1 connection here.',
          },
        ],
      },
    )
    assert.deepEqual(
      [up?.kind, up?.subtopic, statesOf(up)],
      ['uplink', 'sub/topic', 'accepted dropped no_receiver'],
    )
  })

  for (const [body, fields] of [
    ['kept', ['sha256', 'body']],
    ['hashed', ['sha256']],
    ['omitted', []],
  ] as const) {
    it(`keeps of a payload what it is told to: ${body}`, () => {
      const { send, search } = open({ body })
      send([{ idApp: 'news', content: 'x'.repeat(5_000) }])
      const [record] = search()
      assert.deepEqual(
        ['sha256', 'body'].filter((field) => field in (record ?? {})),
        fields,
      )
      if (body === 'kept') assert.equal(record?.body?.length, 4_096)
    })
  }

  it('does not let a partner see what others tried to send it, nor a refused message under whom it named (W 2.7)', () => {
    const { ledger, search } = open()
    const refused = { ...routed, refused: { reason: 'uid_foreign', text: 'Not yours.' } }
    const refuse = (who: Identity, uid: string) =>
      ledger
        .recorderOf(who, `${root}/to/uid/${uid}/opa/${vin}`, {
          refused: 0x87,
          reason: 'uid_foreign',
          text: '',
        })
        ?.record(toBytes('x'), refused)
    refuse(partner, 'RIVAL')
    refuse(partner, 'ACME')
    refuse(vehicle, 'RIVAL')
    assert.deepEqual(
      search().map(({ kind, uid = '-', vin: about = '-' }) => `${kind} ${uid} ${about}`),
      [`uplink - ${vin}`, `downlink ACME ${vin}`, 'downlink ACME -'],
    )
    assert.equal(statesOf(search()[0]), 'refused uid_foreign')
  })

  it('records nothing at level off, of those concerned, from the moment it is set', () => {
    const { ledger, send, search } = open({ level: 'off' })
    assert.equal(send(['1']), 0)
    assert.equal(ledger.wantsReports, false)
    const { epoch } = ledger
    ledger.setLevels({ partners: { ACME: 'recent' } })
    assert.ok(ledger.epoch > epoch, 'routes that were decided before are stale')
    assert.deepEqual([send(['2']), send(['3'], routed, { uid: 'OTHER' })], [1, 0])
    assert.equal(ledger.wantsReports, true)
    ledger.setLevels({ partners: { ACME: null } })
    assert.equal(send(['4']), 0)
    assert.deepEqual(search().length, 1)
    assert.equal(
      ledger.recorderOfOne({ kind: 'downlink', from: 'operator', topic: 't', uid: 'ACME' }),
      undefined,
    )
  })

  it('records so many of a sender and of all in a second, counts the others, and goes on in the next', () => {
    const { ledger, clock, send } = open({
      limits: { ledgerPerSecondMax: 10, ledgerPerSenderPerSecondMax: 4 },
    })
    const many = Array.from({ length: 6 }, (_, n) => String(n))
    const senders = ['A', 'B', 'C', 'D'].map((uid) => send(many, routed, { uid }))
    assert.deepEqual(senders, [4, 4, 2, 0])
    assert.deepEqual([ledger.counts().recorded, ledger.counts().passedOver], [10, 14])
    // It trickles in again.
    clock.now += 500
    assert.deepEqual(
      ['A', 'E'].map((uid) => send(many, routed, { uid })),
      [2, 3],
    )
    clock.now += 1_000
    assert.equal(send(many, routed, { uid: 'A' }), 4)
  })

  it('counts a large message as several, so that it costs no more than small ones', () => {
    const { send } = open({ limits: { ledgerPerSecondMax: 100, ledgerPerSenderPerSecondMax: 9 } })
    assert.equal(send(['x'.repeat(131_072)]), 1)
    assert.equal(send(['x', 'x']), 0)
    assert.equal(send(['x', 'x'], routed, { uid: 'OTHER' }), 2)
  })

  it('holds a bounded part of what it has not worked off yet, and passes over the rest', () => {
    const { ledger, send, search } = open({
      limits: { ledgerPerSecondMax: 10_000, ledgerPerSenderPerSecondMax: 10_000 },
    })
    const taken = Array.from({ length: 100 }, () => send(['x'.repeat(131_072)])).reduce(
      (sum, n) => sum + n,
      0,
    )
    assert.ok(taken >= 63 && taken <= 65, `${taken}, 8 MiB`)
    assert.equal(ledger.counts().passedOver, 100 - taken)
    assert.equal(search().length, taken)
    assert.equal(send(['x']), 1)
  })

  it('remembers the newest, by number and by bytes, and finds nothing of what it has forgotten', () => {
    const few = open({ limits: { ledgerRecentMax: 3 } })
    few.send(['1', '2', '3', '4', '5'])
    assert.equal(few.search().length, 3)
    assert.equal(few.search({ vin }).length, 3)
    assert.equal(few.ledger.counts().remembered, 3)
    few.report({ idApp: 'forgotten' }, 'received')
    assert.ok(few.search().every((record) => statesOf(record) === 'accepted routed'))
    const { ledger, send, search } = open({ body: 'kept', limits: { ledgerRecentBytesMax: 65_536 } })
    send(Array.from({ length: 100 }, (_, n) => String(n).repeat(1_000)))
    const found = search().length
    const { rememberedBytes, remembered } = ledger.counts()
    assert.ok(rememberedBytes <= 65_536 && rememberedBytes > 50_000, `${rememberedBytes}`)
    assert.ok(remembered > 10 && remembered < 60 && found === remembered, `${remembered}`)
  })

  it('finds by each field, by time and from page to page, newest first', () => {
    const { ledger, clock, send, search } = open()
    for (let n = 0; n < 5; n++) {
      send(
        [{ idApp: 'news', receipt: `r${n}` }],
        n === 3 ? { ...routed, routed: 0, dropped: new Map([['no_receiver', 1]]) } : routed,
      )
      clock.now += 1_000
    }
    send([{ idApp: 'radio' }], routed, { uid: 'OTHER', to: 'VF7OTHER000000001' })
    ledger
      .recorderOfPush({
        kind: 'push',
        from: 'app',
        topic: 'push/x',
        appID: 'a1',
        receiver: 'user:u',
        pushMessageID: 'p',
      })
      ?.record(toBytes('{}'), { ...routed, routed: 0, dropped: new Map([['no_receiver', 1]]) })
    const start = Date.UTC(2026, 0, 1)
    const rows: [Partial<LedgerQuery>, number][] = [
      [{}, 7],
      [{ vin }, 5],
      [{ uid: 'OTHER' }, 1],
      [{ idApp: 'news' }, 5],
      [{ idApp: 'news', uid: 'OTHER' }, 0],
      [{ receipt: 'r2' }, 1],
      [{ appID: 'a1' }, 1],
      [{ receiver: 'user:u' }, 1],
      [{ pushMessageID: 'p' }, 1],
      [{ topic: 'push/x' }, 1],
      [{ topic: 'push' }, 0],
      [{ state: 'routed' }, 5],
      [{ state: 'accepted' }, 0],
      [{ reason: 'no_receiver' }, 1],
      [{ reason: 'not_connected' }, 1],
      [{ since: start + 1_000 }, 6],
      [{ until: start + 1_000 }, 1],
      [{ vin, since: start + 1_000, until: start + 3_000 }, 2],
    ]
    for (const [query, count] of rows) assert.equal(search(query).length, count, JSON.stringify(query))
    const ids: string[] = []
    for (let before: string | undefined; ; ) {
      const page = ledger.search({ vin, count: 2, ...(before !== undefined && { before }) })
      ids.push(...page.messages.map(({ id }) => id))
      before = page.next
      if (before === undefined) break
    }
    assert.deepEqual(
      ids,
      search({ vin }).map(({ id }) => id),
    )
    assert.deepEqual(ids, ids.toSorted().reverse())
    assert.equal(ledger.find(ids[0] ?? '')?.id, ids[0])
    assert.deepEqual(
      ledger.topics('push').map(({ topic, messages }) => `${topic} ${messages}`),
      ['push/x 1'],
    )
    assert.equal(ledger.topics('').length, 3)
  })

  it('tells equal messages apart by how far each has come: the oldest that can take it', () => {
    const { send, report, search } = open()
    const message = { idApp: 'news', content: 'same' }
    send([message, message, message])
    report(message, 'received', 'received', 'taken', 'pending')
    assert.deepEqual(search().map(statesOf), [
      'accepted routed',
      'accepted routed received pending',
      'accepted routed received taken',
    ])
    report(message, 'dropped')
    assert.equal(
      statesOf(search()[1]),
      'accepted routed received pending dropped',
      'what is taken is not dropped',
    )
  })

  it('believes a head unit only of what it can have: nothing that waits in a mailbox (W 9.3)', () => {
    const { ledger, send, report, search } = open()
    const message = { idApp: 'news', content: 'same' }
    send([message], kept)
    report(message, 'received')
    const payload = toBytes(message)
    ledger.recordMailbox({ vin, uid: 'ACME', payload }, { state: 'handed_over' })
    assert.equal(statesOf(search()[0]), 'accepted', 'nor is handed over what was never kept')
    ledger.recordMailbox({ vin, uid: 'ACME', payload }, { state: 'kept', count: 1, limit: 10 })
    for (let times = 0; times < 2; times++)
      ledger.recordMailbox({ vin, uid: 'ACME', payload: payload.toString() }, { state: 'handed_over' })
    report(message, 'received', 'taken', 'taken')
    ledger.recordMailbox({ vin, uid: 'ACME', payload }, { state: 'expired', reason: 'mailbox_expired' })
    const [record] = search()
    assert.equal(statesOf(record), 'accepted kept handed_over received taken')
    assert.equal(
      record?.steps[1]?.text,
      'In the mailbox of the vehicle, which is away: 1 of 10 messages of this app.',
    )
    assert.equal(ledger.counts().unmatched, 5)
  })

  it('follows a popup to its end and no further (W 7.1)', () => {
    const { send, report, search } = open()
    const popup = { idApp: 'news', popup: true }
    send([popup])
    report(popup, 'received', 'taken', 'popup_shown', 'popup_shown', 'popup_ok', 'popup_cancel', 'dropped')
    assert.equal(statesOf(search()[0]), 'accepted routed received taken popup_shown popup_ok')
  })

  it('goes on after a receiver missed it that was not the only one', () => {
    const { send, report, search } = open()
    const message = { idApp: 'news' }
    send([message], { ...routed, routed: 1, dropped: new Map([['outbox_full', 2]]) })
    report(message, 'received', 'taken')
    const [record] = search()
    assert.equal(statesOf(record), 'accepted dropped outbox_full routed received taken')
    assert.equal(record?.steps[1]?.count, 2)
  })

  it('hands on what it cannot place, once, and never what another node has seen', () => {
    const { ledger, send, report, search } = open()
    const told: Evidence[] = []
    ledger.onUnmatched((seen) => told.push(seen as Evidence))
    const message = { idApp: 'news' }
    report(message, 'received')
    search()
    assert.deepEqual(
      told.map(({ state, node }) => [state, node]),
      [['received', 'n1']],
    )
    for (const evidence of told.splice(0)) ledger.see({ ...evidence, node: 'n2' })
    search()
    assert.deepEqual(told, [])
    send([message])
    ledger.see({
      vin,
      uid: 'ACME',
      mark: payloadMark(toBytes(message)),
      state: 'received',
      at: 0,
      node: 'n2',
    })
    assert.equal(search()[0]?.steps.at(-1)?.node, 'n2')
  })

  /** Two nodes; what one sees and cannot place, the other hears. */
  function openTwo(options: Partial<LedgerOptions> = {}) {
    const one = open(options)
    const two = open({ node: 'n2', ...options })
    let told = 0
    two.ledger.onUnmatched((seen) => {
      told++
      one.ledger.see(JSON.parse(JSON.stringify(seen)))
    })
    const topic = `fleet/default/vehicle/${vin}/ACME`
    /** On the second node. */
    const drop = (payload: object | string, reason = 'outbox_full', reached = 0, on = topic) => {
      const dropped = new Map([[reason, 1]])
      two.ledger.droppedArrival(on, toBytes(payload), { reached, dropped })
      two.search()
    }
    const stories = () => one.search().map(statesOf)
    const sendOn = (payloads: readonly object[], outcome: Partial<MessageOutcome> = {}) =>
      one.send(payloads, { ...routed, routed: 0, forwarded: 1, topic, ...outcome })
    return { one, two, drop, stories, sendOn, told: () => told }
  }

  it('hears from the node that a message was forwarded to why it was dropped there', () => {
    const { one, drop, stories, sendOn } = openTwo()
    const message = { idApp: 'news' }
    sendOn([message])
    drop(message)
    drop(message)
    assert.deepEqual(stories(), ['accepted forwarded dropped outbox_full'])
    const step = one.search()[0]?.steps.at(-1)
    assert.deepEqual([step?.node, step?.count], ['n2', undefined])
    assert.match(step?.text ?? '', /^Dropped on node n2: A receiver reads too slowly/)
    one.report(message, 'received')
    assert.equal(stories()[0], 'accepted forwarded dropped outbox_full', 'nobody has it')
  })

  it('gives each of equal messages that another node drops its own end', () => {
    const { drop, stories, sendOn } = openTwo()
    sendOn([{ n: 1 }, { n: 1 }, { n: 1 }, { n: 2 }])
    for (let times = 0; times < 2; times++) drop({ n: 1 })
    assert.deepEqual(stories(), [
      'accepted forwarded',
      'accepted forwarded',
      'accepted forwarded dropped outbox_full',
      'accepted forwarded dropped outbox_full',
    ])
  })

  for (const [what, outcome, reached] of [
    ['another node may have it', { forwarded: 2 }, 0],
    ['the node that took it has handed it to somebody', { routed: 1 }, 0],
    ['the other node has handed it to somebody else', {}, 1],
  ] as const)
    it(`goes on after a drop on another node as long as ${what}`, () => {
      const { one, drop, stories, sendOn } = openTwo()
      const message = { idApp: 'news' }
      sendOn([message], outcome)
      drop(message, 'outbox_full', reached)
      one.report(message, 'received', 'taken')
      assert.match(stories()[0] ?? '', /forwarded dropped outbox_full received taken$/)
      assert.equal(one.search()[0]?.steps.find(({ state }) => state === 'dropped')?.count, 1)
    })

  it('hears it of uplinks, pushes and what accounts send, too', () => {
    const { one, drop } = openTwo()
    const forwarded = { ...routed, routed: 0, forwarded: 1 }
    const up = `fleet/default/partner/ACME/${vin}`
    one.ledger.recorderOf(vehicle, 'u', granted(up))?.record(toBytes('x'), { ...forwarded, topic: up })
    const account: Identity = { key: 'account:a', role: 'account', name: 'a' }
    one.ledger
      .recorderOf(account, 'a/b', granted('a/b'))
      ?.record(toBytes('x'), { ...forwarded, topic: 'a/b' })
    const push = { kind: 'push', from: 'app', topic: 'push/x', appID: 'a1' } as const
    one.ledger.recorderOfPush(push)?.record(toBytes('x'), { ...forwarded, topic: 'push/x' })
    drop('x', 'connection_closed', 0, up)
    drop('x', 'larger_than_client_accepts', 0, 'a/b')
    drop('x', 'no_receiver', 0, 'push/x')
    assert.deepEqual(
      one.search().map((record) => `${record.kind} ${statesOf(record)}`),
      [
        'push accepted forwarded dropped not_connected',
        'other accepted forwarded dropped larger_than_client_accepts',
        'uplink accepted forwarded dropped connection_closed',
      ],
    )
  })

  it('is told of a bounded number of drops, of none at level off, and never of what nodes say to each other', () => {
    const { two, drop, sendOn, stories, told } = openTwo({
      limits: { ledgerPerSecondMax: 6, ledgerPerSenderPerSecondMax: 4 },
    })
    for (let n = 0; n < 1_000; n++) drop({ n })
    assert.equal(told(), 4)
    for (let n = 0; n < 1_000; n++) drop({ n }, 'outbox_full', 0, `a/${n}`)
    assert.equal(told(), 6)
    two.clock.now += 1_000
    drop({ n: 1 }, 'no_receiver', 0, '$nodes/ledger')
    two.ledger.setLevels({ partners: { ACME: 'off' } })
    assert.equal(two.ledger.isRecording, true)
    drop({ n: 1 })
    assert.equal(told(), 6)
    drop({ n: 1 }, 'outbox_full', 0, 'push/x')
    assert.equal(told(), 7, 'whose app it is, only the node knows that took it')
    two.ledger.useSettings({ level: 'off', body: 'hashed', retentionDays: 7, limits: {} })
    assert.equal(two.ledger.isRecording, false)
    sendOn([{ n: 2_000 }])
    assert.deepEqual(stories(), ['accepted forwarded'], 'what is not told is not guessed')
  })

  /** On one node, which has sent messages to nodes that went without acknowledging them. */
  function openLosing(options: Partial<LedgerOptions> = {}) {
    const one = open(options)
    const topic = `fleet/default/vehicle/${vin}/ACME`
    const sendOn = (payloads: readonly object[], outcome: Partial<MessageOutcome> = {}) =>
      one.send(payloads, { ...routed, routed: 0, forwarded: 1, topic, ...outcome })
    const lose = (payload: object, { node = 'n2', age = 0, on = topic } = {}) =>
      one.ledger.lostForwarded(on, toBytes(payload), node, age)
    const see = (payload: object, state: Evidence['state'], node: string) => {
      const mark = payloadMark(toBytes(payload))
      one.ledger.see({ vin, uid: 'ACME', mark, state, at: one.clock.now, node })
    }
    const stories = () => one.search().map(statesOf)
    return { ...one, sendOn, lose, see, stories }
  }

  it('tells of a message on its way to a node that went that it is lost, or may be', () => {
    const { ledger, search, sendOn, lose, see, stories } = openLosing()
    const message = { idApp: 'news' }
    const told: object[] = []
    ledger.onUnmatched((seen) => told.push(seen))
    sendOn([message])
    for (let times = 0; times < 2; times++) lose(message)
    assert.deepEqual(stories(), ['accepted forwarded dropped relay_lost'])
    const step = search()[0]?.steps.at(-1)
    assert.deepEqual([step?.node, step?.count], ['n2', undefined])
    assert.match(step?.text ?? '', /^It was on its way to node n2, which never acknowledged it/)
    assert.equal(ledger.counts().unmatched, 1)
    see(message, 'received', 'n3')
    see(message, 'taken', 'n3')
    assert.deepEqual(stories(), ['accepted forwarded dropped relay_lost received taken'], 'it was not')
    lose(message, { on: 'another/topic' })
    search()
    assert.deepEqual(told, [], 'no other node can know of it')
  })

  it('takes of equal messages those for lost that were sent then, the newest first, and for seen those that were not lost', () => {
    const { clock, sendOn, lose, see, stories } = openLosing()
    const message = { n: 1 }
    sendOn([message])
    clock.now += 5_000
    sendOn([message, message, message])
    clock.now += 60_000
    // When the node was known to be silent, this went to another one.
    sendOn([message])
    for (let times = 0; times < 2; times++) lose(message, { age: 60_000 })
    assert.deepEqual(stories(), [
      'accepted forwarded',
      'accepted forwarded dropped relay_lost',
      'accepted forwarded dropped relay_lost',
      'accepted forwarded',
      'accepted forwarded',
    ])
    for (let times = 0; times < 4; times++) see(message, 'received', 'n3')
    assert.deepEqual(
      stories().map((story) => story.split(' ').at(-1)),
      ['received', 'relay_lost', 'received', 'received', 'received'],
    )
    for (let times = 0; times < 9; times++) lose(message, { age: 66_000 })
    assert.equal(stories().filter((story) => story.includes('lost')).length, 2, 'nothing was sent then')
  })

  it('goes on with what may be lost after a restart, too, if no equal message can be meant', async (t) => {
    const { ledger: store, close } = await openMemory()
    t.after(close)
    const message = { idApp: 'news' }
    const before = openLosing({ store, level: 'durable' })
    before.sendOn([message])
    before.lose(message)
    before.search()
    before.clock.now += 5_000
    before.sendOn([message])
    await before.ledger.close()

    const { ledger, report, search } = open({ store, level: 'durable' })
    t.after(() => ledger.close())
    const told = async (states: string) => {
      report(message, 'received')
      search()
      await waitUntil(states, async () => {
        const { messages } = await store.search({ count: 2 })
        return messages.map(statesOf).join(', ') === states
      })
    }
    await told('accepted forwarded received, accepted forwarded dropped relay_lost')
    await told('accepted forwarded received, accepted forwarded dropped relay_lost received')
  })

  for (const [what, by] of [
    ['the lost node itself', 'n2'],
    ['a head unit that only had it from there', 'n3'],
  ] as const)
    it(`does not take for lost what ${what} has told of`, () => {
      const { sendOn, lose, see, stories } = openLosing()
      sendOn([{ n: 1 }])
      see({ n: 1 }, 'received', by)
      lose({ n: 1 })
      assert.deepEqual(stories(), ['accepted forwarded received'])
    })

  it('counts a loss where others may have the message, once for each node, and goes on', () => {
    const { search, sendOn, lose, see, stories } = openLosing()
    sendOn([{ n: 1 }], { forwarded: 2 })
    lose({ n: 1 })
    lose({ n: 1 }, { node: 'n3' })
    see({ n: 1 }, 'taken', 'n4')
    lose({ n: 1 }, { node: 'n5' })
    assert.deepEqual(stories(), ['accepted forwarded dropped relay_lost dropped relay_lost taken'])
    assert.deepEqual(
      search()[0]
        ?.steps.slice(2, 4)
        .map(({ node, count }) => [node, count]),
      [
        ['n2', 1],
        ['n3', 1],
      ],
    )
  })

  it('takes note of a bounded number of losses, and of none whose partner is at level off', () => {
    const limits = { ledgerPerSecondMax: 6, ledgerPerSenderPerSecondMax: 4 }
    const { ledger, clock, search, lose } = openLosing({ limits })
    for (let n = 0; n < 1_000; n++) lose({ n })
    for (let n = 0; n < 1_000; n++) lose({ n }, { on: `a/${n}` })
    search()
    assert.equal(ledger.counts().unmatched, 6)
    clock.now += 1_000
    ledger.setLevels({ partners: { ACME: 'off' } })
    lose({ n: 1 })
    lose({ n: 1 }, { on: '$nodes/ledger' })
    search()
    assert.equal(ledger.counts().unmatched, 6)
  })

  it('hears that another node has kept what its receiver missed by leaving it (W 9.3)', () => {
    const { one, two, stories, sendOn } = openTwo()
    const message = { idApp: 'news' }
    sendOn([message])
    const place = { vin, uid: 'ACME', payload: toBytes(message) }
    one.ledger.recordMailbox(place, { state: 'kept', count: 1, limit: 10 })
    assert.equal(stories()[0], 'accepted forwarded', 'what is kept here is another one')
    two.ledger.recordMailbox(place, { state: 'kept', count: 1, limit: 10 })
    two.search()
    two.ledger.recordMailbox(place, { state: 'handed_over' })
    two.search()
    assert.equal(stories()[0], 'accepted forwarded kept handed_over')
  })

  it('tells how long a message took to its head unit, less what the report waited, and not what a mailbox kept', () => {
    const delivered: number[] = []
    const { ledger, clock, send } = open({ delivered: (seconds) => void delivered.push(seconds) })
    const report = (payload: object, at: number, sentAt: number) => {
      const reports = [{ uid: 'ACME', mark: payloadMark(toBytes(payload)), state: 'received', at }]
      ledger.report(vin, Buffer.from(JSON.stringify({ reports, sentAt })))
      ledger.search({ count: 1 })
    }
    send([{ idApp: 'a' }, { idApp: 'b' }, { idApp: 'c' }])
    send([{ idApp: 'kept' }], kept)
    clock.now += 120
    report({ idApp: 'a' }, 7_000, 7_100)
    // Nobody gathers reports that long: it has set its clock.
    report({ idApp: 'b' }, 7_000, 90_000)
    report({ idApp: 'c' }, 7_000, 6_000)
    report({ idApp: 'kept' }, 7_000, 7_000)
    assert.deepEqual(delivered, [0.02, 0.12, 0.12])
  })

  it('reads no more of a report than there should be in one', () => {
    const { ledger, send, search } = open()
    const message = { idApp: 'news' }
    send([message])
    const mark = payloadMark(toBytes(message))
    const good = { uid: 'ACME', mark, state: 'received' }
    for (const text of [
      '',
      '[]',
      'null',
      '{"reports":1}',
      JSON.stringify({
        reports: [null, 1, { ...good, uid: 'a/b' }, { ...good, mark: 1 }, { ...good, mark: 'zz' }],
      }),
      JSON.stringify({
        reports: ['accepted', 'refused', 'routed', 'kept', 'expired', 'x'].map((state) => ({
          ...good,
          state,
        })),
      }),
      JSON.stringify({ reports: [...Array.from({ length: 200 }, () => null), good] }),
    ])
      ledger.report(vin, Buffer.from(text))
    assert.equal(statesOf(search()[0]), 'accepted routed')
    ledger.report(vin, Buffer.from(JSON.stringify({ reports: [{ ...good, reason: 'NOT a code' }] })))
    assert.equal(statesOf(search()[0]), 'accepted routed received')
  })

  it('keeps no more steps of a record than it may', () => {
    const { send, report, search } = open({ limits: { ledgerStepsMax: 3 } })
    const message = { idApp: 'news' }
    send([message])
    report(message, 'received', 'taken')
    assert.equal(statesOf(search()[0]), 'accepted routed received')
  })

  it('knows the id of a single message before it is sent', () => {
    const { ledger } = open()
    const recorder = ledger.recorderOfOne({
      kind: 'downlink',
      from: 'operator',
      topic: 't',
      uid: 'ACME',
      vin,
    })
    assert.equal(recorder?.take(1), 1)
    recorder?.record(toBytes('x'), routed)
    assert.equal(ledger.find(recorder?.id ?? '')?.from, 'operator')
  })

  it('tells listeners of each record and each step, and a listener’s bug is its own', async () => {
    const { ledger, send, report } = open()
    const told: string[] = []
    ledger.onRecord(() => {
      throw new Error('bug')
    })
    const end = ledger.onRecord((record) => void told.push(statesOf(record)))
    const message = { idApp: 'news' }
    send([message])
    report(message, 'received')
    for (let n = 0; n < 500 && told.length < 2; n++) await new Promise((resume) => setTimeout(resume, 2))
    assert.deepEqual(told, ['accepted routed', 'accepted routed received'])
    end()
    report(message, 'taken')
    await ledger.close()
    assert.equal(told.length, 2)
  })
})

describe('ids of messages', () => {
  it('sort by time, and those of a millisecond as they were made', () => {
    const ids = new MessageIds('node')
    const made = [1, 1, 2, 1_000, 1_000, 999, Date.UTC(2100, 0, 1)].map((now) => ids.next(now))
    assert.deepEqual(made, made.toSorted())
    assert.equal(new Set(made).size, made.length)
    for (const id of made) assert.equal(parseMessageId(id.toLowerCase()), id)
  })

  it('differ between nodes, and begin with their time', () => {
    const [a, b] = [new MessageIds('a', () => 0).next(5_000), new MessageIds('b', () => 0).next(5_000)]
    assert.notEqual(a, b)
    assert.equal(a.slice(0, 10), b.slice(0, 10))
    assert.ok(firstIdAt(5_000) <= a && a < firstIdAt(5_001))
  })

  for (const text of ['', 'x'.repeat(26), '8'.repeat(26), `${'0'.repeat(25)}U`, '0'.repeat(27)]) {
    it(`are not ${JSON.stringify(text)}`, () => assert.equal(parseMessageId(text), undefined))
  }
})
