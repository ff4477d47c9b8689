import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { Broker, MemoryRelay, MemoryRelayHub, openPolicy } from '@pillion/broker'
import { limits, type MailboxPortion, vehicleMailboxTopic } from '@pillion/schema'
import { otherVin, seedFleet, silent, uid, vehicle, vin } from './fleet.fixture.ts'
import { Mailbox, type MailboxBroker, receiptTopic } from './mailbox.ts'
import type { MailboxLimits } from './mailbox-writer.ts'
import type { MailboxRecorder } from './ports/mailbox-recorder.ts'
import type { MailboxStore } from './ports/mailbox-store.ts'

/** Remembers what is published, and plays the head units. */
class TestBroker implements MailboxBroker {
  readonly portions: MailboxPortion[] = []
  readonly dropped: Record<string, number> = {}
  #receive: (topic: string, payload: Uint8Array) => void = () => {}

  publish(topic: string, payload: Uint8Array): number {
    assert.equal(topic, vehicleMailboxTopic(vin))
    this.portions.push(JSON.parse(Buffer.from(payload).toString()) as MailboxPortion)
    return 1
  }

  subscribe(filter: string, receive: (topic: string, payload: Uint8Array) => void): () => void {
    assert.equal(filter, receiptTopic('+'))
    this.#receive = receive
    return () => {}
  }

  isElsewhere(): boolean {
    return false
  }

  countDrop(reason: string, messages: number): void {
    this.dropped[reason] = (this.dropped[reason] ?? 0) + messages
  }

  /** All payloads handed over so far. */
  get payloads(): unknown[] {
    return this.portions.flatMap(({ messages }) => messages.map(({ payload }) => JSON.parse(payload).content))
  }

  take(keys: unknown, by: string = vin): void {
    this.#receive(receiptTopic(by), Buffer.from(JSON.stringify({ taken: keys })))
  }
}

async function open(
  t: TestContext,
  bounds: Partial<MailboxLimits> = {},
  change?: (store: MailboxStore) => MailboxStore,
  recorder?: MailboxRecorder,
) {
  const seeded = await seedFleet()
  const broker = new TestBroker()
  const clock = { now: 1_000_000 }
  const mailboxStore = change?.(seeded.store.mailbox) ?? seeded.store.mailbox
  const recording = recorder === undefined ? {} : { recorder }
  const options = { store: mailboxStore, log: silent, limits: bounds, now: () => clock.now, ...recording }
  const mailbox = new Mailbox(options)
  mailbox.open(broker)
  t.after(async () => {
    await mailbox.close()
    await seeded[Symbol.asyncDispose]()
  })
  const keep = (
    content: unknown,
    more: object = {},
    topic = `fleet/default/vehicle/${vin}/${uid}`,
    expirySeconds?: number,
  ) =>
    mailbox.keep(topic, Buffer.from(JSON.stringify({ idApp: 'news', popup: false, content, ...more })), {
      expirySeconds,
    })
  const subscribe = async () => {
    const subscribed = await mailbox.prepare(vin)
    subscribed()
  }
  /** What was kept until now is on the disk, and counted. */
  const settle = async () => {
    while (mailbox.waiting > 0) await new Promise((resume) => setTimeout(resume, 1))
  }
  return { ...seeded, broker, clock, mailbox, options, keep, subscribe, settle }
}

describe('the mailbox of a vehicle', () => {
  it('is about downlinks of its own environment, for the vehicle they are for', async (t) => {
    const { mailbox } = await open(t)
    const receiver = (topic: string) => mailbox.receiverOf(topic)
    assert.equal(receiver(`fleet/default/vehicle/${vin}/${uid}`), vehicle.key)
    assert.equal(receiver(`fleet/default/vehicle/${otherVin}/${uid}/a/b`), `vehicle:${otherVin}`)
    for (const topic of [
      `fleet/default/partner/${uid}/${vin}`,
      `fleet/other/vehicle/${vin}/${uid}`,
      'fleet/default/vehicle/short/P',
      `pillion/vehicle/${vin}`,
      `push/fleet/default/vehicle/${vin}/${uid}`,
    ]) {
      assert.equal(receiver(topic), undefined, topic)
    }
    const none = await open(t, { mailboxMax: 0 })
    assert.equal(none.mailbox.receiverOf(`fleet/default/vehicle/${vin}/${uid}`), undefined)
  })

  it('keeps the last 10 per app, oldest first, with all they came with (W 9.3)', async (t) => {
    const { keep, subscribe, broker, clock } = await open(t)
    for (let n = 1; n <= 12; n++) {
      clock.now++
      keep(n, {}, `fleet/default/vehicle/${vin}/${uid}${n === 3 ? '/a/b' : ''}`)
    }
    await subscribe()
    assert.deepEqual(broker.payloads, [3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    assert.equal(limits.mailboxMax, 10)
    assert.deepEqual(broker.dropped, { mailbox_overflow: 2 })
    const [portion] = broker.portions
    const { key, ...first } = portion?.messages[0] ?? { key: undefined }
    assert.ok(Number.isSafeInteger(key))
    assert.deepEqual(first, {
      uid,
      subtopic: 'a/b',
      payload: '{"idApp":"news","popup":false,"content":3}',
      receivedAt: 1_000_003,
    })
  })

  it('hands over again what was not acknowledged, and nothing that was', async (t) => {
    const { keep, subscribe, broker, mailbox } = await open(t)
    for (const n of [1, 2, 3]) keep(n)
    await subscribe()
    const keys = broker.portions[0]?.messages.map(({ key }) => key) ?? []
    broker.take([keys[0], keys[2], 'nonsense', -1])
    await subscribe()
    assert.deepEqual(broker.payloads, [1, 2, 3, 2])
    broker.take(keys, otherVin)
    broker.take('nonsense')
    await subscribe()
    assert.deepEqual(broker.payloads.slice(4), [2])
    broker.take([keys[1]])
    await mailbox.close()
    await subscribe()
    assert.equal(broker.portions.length, 3, 'no empty portion')
  })

  it('is there after a restart', async (t) => {
    const { keep, mailbox, broker, options } = await open(t)
    keep('before')
    await mailbox.close()
    const again = new Mailbox(options)
    again.open(broker)
    const subscribed = await again.prepare(vin)
    subscribed()
    assert.deepEqual(broker.payloads, ['before'])
    await again.close()
  })

  it('keeps data 24 h and popups 120 s, to the millisecond, or less if the sender says so [MQTT-3.3.2-5]', async (t) => {
    const { keep, subscribe, settle, broker, clock, mailbox } = await open(t)
    keep('data')
    keep('popup', { popup: true, popupText: 'Hello' })
    keep('short', {}, undefined, 5)
    keep('long', {}, undefined, 1_000_000)
    await settle()
    const handedOverAt = async (milliseconds: number) => {
      clock.now = 1_000_000 + milliseconds
      const before = broker.payloads.length
      await subscribe()
      await mailbox.sweep()
      return broker.payloads.slice(before)
    }
    assert.deepEqual(await handedOverAt(4_999), ['data', 'popup', 'short', 'long'])
    assert.deepEqual(await handedOverAt(5_000), ['data', 'popup', 'long'])
    assert.deepEqual(await handedOverAt(119_999), ['data', 'popup', 'long'])
    assert.deepEqual(broker.dropped, { mailbox_expired: 1 })
    assert.deepEqual(await handedOverAt(120_000), ['data', 'long'])
    assert.deepEqual(await handedOverAt(86_399_999), ['data', 'long'])
    assert.deepEqual(await handedOverAt(86_400_000), [])
    assert.deepEqual(broker.dropped, { mailbox_expired: 4 })
  })

  it('gives the place of a popup whose time is over to the next message, swept or not (W 9.3)', async (t) => {
    const { keep, subscribe, settle, broker, clock } = await open(t)
    for (let n = 1; n <= 8; n++) keep(n)
    for (let n = 1; n <= 2; n++) keep('popup', { popup: true, popupText: 'Hello' })
    await settle()
    clock.now += 120_000
    for (let n = 9; n <= 10; n++) keep(n)
    await subscribe()
    assert.deepEqual(broker.payloads, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert.deepEqual(broker.dropped, { mailbox_expired: 2 })
  })

  it('removes any number of expired messages in one sweep', async (t) => {
    const { keep, settle, broker, clock, mailbox } = await open(t, { mailboxMax: 1_000 })
    for (let n = 0; n < 401; n++) keep(n)
    await settle()
    clock.now += 86_400_000
    await mailbox.sweep()
    assert.deepEqual(broker.dropped, { mailbox_expired: 401 })
  })

  it('drops what no app could get, and counts why', async (t) => {
    const { keep, mailbox, subscribe, broker } = await open(t)
    const topic = `fleet/default/vehicle/${vin}/${uid}`
    const raw = (payload: Uint8Array) => mailbox.keep(topic, payload, { expirySeconds: undefined })
    raw(Buffer.from('no json'))
    raw(Buffer.from('[1]'))
    raw(Buffer.from([0x7b, 0xff, 0x7d]))
    keep(1, { idApp: 7 })
    keep(2, { idApp: '../x' })
    keep(3, { popup: 'yes' })
    keep(4, { popup: true })
    keep(5, { idApp: 'unknown' })
    keep(6, { idApp: 'radio' })
    keep(7)
    await subscribe()
    assert.deepEqual(broker.payloads, [7])
    assert.deepEqual(broker.dropped, { mailbox_malformed: 7, mailbox_unsubscribed: 2 })
  })

  it('is emptied with the subscription (W 12)', async (t) => {
    const { fleet, keep, settle, subscribe, broker } = await open(t)
    keep(1)
    await settle()
    await fleet.unsubscribeVehicles('news', [vin])
    await fleet.subscribeVehicles('news', [vin])
    await subscribe()
    assert.deepEqual(broker.portions, [])
  })

  it('is handed over in portions, the next when the last was taken', async (t) => {
    const { keep, subscribe, broker } = await open(t, { mailboxPortionBytesMax: 1_000 })
    for (let n = 0; n < 5; n++) keep(String(n).padEnd(400))
    await subscribe()
    const taken: unknown[] = []
    for (let portion = 0; portion < 3; portion++) {
      while (broker.portions.length === portion) await new Promise((resume) => setTimeout(resume, 1))
      const { messages } = broker.portions[portion] as MailboxPortion
      taken.push(messages.length)
      broker.take(messages.map(({ key }) => key))
    }
    assert.deepEqual(taken, [2, 2, 1])
    assert.deepEqual(
      broker.payloads.map((text) => Number(text)),
      [0, 1, 2, 3, 4],
    )
  })

  it('does not hand over again and again what it fails to forget', async (t) => {
    let isFull = false
    const tried = Promise.withResolvers<void>()
    const { keep, subscribe, broker } = await open(t, { mailboxPortionBytesMax: 1 }, (store) => ({
      ...passOn(store),
      write: async (...args) => {
        if (!isFull) return store.write(...args)
        tried.resolve()
        throw new Error('database or disk is full')
      },
    }))
    for (const n of [1, 2]) keep(n)
    await subscribe()
    isFull = true
    broker.take(broker.portions[0]?.messages.map(({ key }) => key))
    await tried.promise
    for (let turn = 0; turn < 10; turn++) await new Promise((resume) => setImmediate(resume))
    assert.deepEqual(broker.payloads, [1])
    isFull = false
    await subscribe()
    assert.deepEqual(broker.payloads, [1, 1])
  })

  it('hands over what comes while it is being read', async (t) => {
    let whileListed = () => {}
    const { keep, subscribe, broker } = await open(t, {}, (store) => ({
      ...passOn(store),
      list: async (...args) => {
        const portion = await store.list(...args)
        whileListed()
        whileListed = () => {}
        return portion
      },
    }))
    whileListed = () => keep('meanwhile')
    await subscribe()
    assert.deepEqual(broker.payloads, ['meanwhile'])
  })

  it('keeps to bounds that an operator changes while it is in use', async (t) => {
    const { keep, settle, subscribe, broker, mailbox, clock } = await open(t)
    for (const n of [1, 2, 3]) keep(n)
    await settle()
    mailbox.useLimits({ ...limits, mailboxMax: 2, mailboxSeconds: 60 })
    keep(4)
    await settle()
    await subscribe()
    assert.deepEqual([broker.payloads, broker.dropped], [[3, 4], { mailbox_overflow: 2 }])
    clock.now += 60_000
    await subscribe()
    assert.deepEqual(broker.payloads, [3, 4, 3])
    mailbox.useLimits({ ...limits, mailboxBytesPerPartnerMax: 0 })
    keep(5)
    await settle()
    assert.equal(broker.dropped.mailbox_full, 1)
    mailbox.useLimits({ ...limits, mailboxMax: 0 })
    assert.equal(mailbox.receiverOf(`fleet/default/vehicle/${vin}/${uid}`), undefined)
  })

  it('has so much room for each partner, to the byte; what goes makes room again', async (t) => {
    const bytes = JSON.stringify({ idApp: 'news', popup: false, content: 1 }).length
    const { keep, subscribe, settle, broker, mailbox } = await open(t, {
      mailboxBytesPerPartnerMax: 2 * bytes,
    })
    for (const n of [1, 2, 3]) keep(n)
    await subscribe()
    assert.deepEqual([broker.payloads, broker.dropped], [[1, 2], { mailbox_full: 1 }])
    broker.take(broker.portions[0]?.messages.map(({ key }) => key))
    // Counting again rests for a while.
    const dropped = () => broker.dropped.mailbox_full ?? 0
    for (let before = dropped(); ; before = dropped()) {
      keep(4)
      await settle()
      if (dropped() === before) break
    }
    await mailbox.prepare(vin).then((subscribed) => subscribed())
    assert.deepEqual(broker.payloads, [1, 2, 4])
  })

  it('goes on when the store was away, and counts what that cost', async (t) => {
    let isAway = true
    const { keep, subscribe, settle, broker } = await open(t, {}, (store) => ({
      ...passOn(store),
      write: (...args) => (isAway ? Promise.reject(new Error('away')) : store.write(...args)),
      list: (...args) => (isAway ? Promise.reject(new Error('away')) : store.list(...args)),
    }))
    keep('lost')
    await settle()
    assert.deepEqual(broker.dropped, { mailbox_failed: 1 })
    keep('lost, too')
    await subscribe()
    isAway = false
    keep('kept')
    await subscribe()
    assert.deepEqual(broker.payloads, ['kept'])
  })

  it('waits in memory for a store that is away and has done nothing, keeps the newest there, and their order', async (t) => {
    let isAway = true
    const away = () => Promise.reject(Object.assign(new Error('away'), { mayBeDone: false }))
    const bytes = 512 + JSON.stringify({ idApp: 'news', popup: false, content: 1 }).length
    const { keep, subscribe, settle, broker } = await open(
      t,
      { mailboxQueueBytesPerPartnerMax: 3 * bytes },
      (store) => ({
        ...passOn(store),
        write: (...args) => (isAway ? away() : store.write(...args)),
        countBytes: (...args) => (isAway ? away() : store.countBytes(...args)),
      }),
    )
    keep(1)
    keep(2)
    await subscribe()
    keep(3)
    keep(4)
    await subscribe()
    assert.deepEqual([broker.payloads, broker.dropped], [[], { mailbox_busy: 1 }])
    isAway = false
    await subscribe()
    await settle()
    assert.deepEqual([broker.payloads, broker.dropped], [[2, 3, 4], { mailbox_busy: 1 }])
  })

  it('lets a flood neither hold the event loop nor fill the memory, and keeps the last of it', async (t) => {
    const { keep, subscribe, broker, mailbox } = await open(t, { mailboxQueueBytesPerPartnerMax: 1_048_576 })
    const flood = 100_000
    let turns = 0
    let waitingMost = 0
    for (let n = 1; n <= flood; n++) {
      keep(n)
      waitingMost = Math.max(waitingMost, mailbox.waiting)
      if (n % 100 !== 0) continue
      turns++
      await new Promise((resume) => setImmediate(resume))
    }
    assert.equal(turns, 1_000)
    assert.ok(waitingMost <= 2_200, `${waitingMost} waited at once`)
    await subscribe()
    assert.deepEqual(
      broker.payloads,
      Array.from({ length: 10 }, (_, index) => flood - 9 + index),
    )
    const { mailbox_overflow = 0, mailbox_busy = 0 } = broker.dropped
    assert.equal(mailbox_overflow + mailbox_busy, flood - 10)
  })

  it('tells a recorder what became of each message, and nothing of partners who are not recorded', async (t) => {
    const told: string[] = []
    const recorder: MailboxRecorder = {
      isRecorded: (by) => by === uid,
      recordMailbox: ({ payload }, { state, reason, count, limit }) => {
        const { content } = JSON.parse(Buffer.from(payload).toString())
        told.push([content, state, reason, count && `${count}/${limit}`].filter(Boolean).join(' '))
      },
    }
    const { keep, subscribe, settle, clock, mailbox, broker } = await open(
      t,
      { mailboxMax: 2 },
      undefined,
      recorder,
    )
    for (const n of [1, 2, 3]) keep(n)
    keep(4, { idApp: 'unknown' })
    keep(5, { popup: 'maybe' })
    keep(6, {}, `fleet/default/vehicle/${vin}/OTHER`)
    await settle()
    assert.deepEqual(told.splice(0).sort(), [
      '1 dropped mailbox_overflow',
      '2 kept 1/2',
      '3 kept 2/2',
      '4 dropped mailbox_unsubscribed',
      '5 dropped mailbox_malformed',
    ])
    await subscribe()
    assert.deepEqual(told.splice(0), ['2 handed_over', '3 handed_over'])
    broker.publish = () => 0
    await subscribe()
    assert.deepEqual(told, [], 'the head unit has gone again')
    clock.now += 86_400_000
    await mailbox.sweep()
    assert.deepEqual(told, ['2 expired mailbox_expired', '3 expired mailbox_expired'])
  })
})

describe('a mailbox that several nodes share', () => {
  it('gives a head unit what another node writes for it when it has just been read, once it took the rest', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] })
    const seeded = await seedFleet()
    const hub = new MemoryRelayHub()
    const nodes = [0, 1].map(() => {
      const mailbox = new Mailbox({ store: seeded.store.mailbox, log: silent, hasOtherNodes: true })
      const broker = new Broker({ policy: openPolicy, relay: new MemoryRelay(hub), absentReceivers: mailbox })
      return { mailbox, broker }
    })
    const [here, there] = nodes
    assert.ok(here !== undefined && there !== undefined)
    for (const { broker, mailbox } of nodes) {
      await broker.open()
      mailbox.open(broker)
    }
    t.after(async () => {
      for (const { broker, mailbox } of nodes) {
        await broker.close()
        await mailbox.close()
      }
      await seeded[Symbol.asyncDispose]()
    })
    const payloads: unknown[] = []
    here.broker.subscribe(vehicleMailboxTopic(vin), (_topic, payload) => {
      const { messages } = JSON.parse(Buffer.from(payload).toString()) as MailboxPortion
      payloads.push(...messages.map(({ payload: text }) => JSON.parse(text).content))
    })
    const handOver = await here.mailbox.prepare(vin)
    // The other node does not know yet that the vehicle is here.
    const message = { idApp: 'news', popup: false, content: 'late' }
    there.broker.publish(`fleet/default/vehicle/${vin}/${uid}`, Buffer.from(JSON.stringify(message)))
    handOver()
    while (there.mailbox.waiting > 0) await new Promise(setImmediate)
    assert.deepEqual(payloads, [])
    t.mock.timers.tick(1_000)
    while (payloads.length === 0) await new Promise(setImmediate)
    assert.deepEqual(payloads, ['late'])

    // Cut off from each other, neither tells anybody.
    const more = Buffer.from(JSON.stringify({ ...message, content: 'more' }))
    there.broker.publish(`fleet/default/vehicle/${vin}/${uid}`, more)
    while (there.mailbox.waiting > 0) await new Promise(setImmediate)
    await here.mailbox.lookAgain([vin])
    assert.equal(payloads.at(-1), 'more')
  })
})

/** A store whose methods can be replaced one by one. */
function passOn(store: MailboxStore): MailboxStore {
  return {
    write: (...args) => store.write(...args),
    list: (...args) => store.list(...args),
    removeExpired: (...args) => store.removeExpired(...args),
    countBytes: (...args) => store.countBytes(...args),
    count: (...args) => store.count(...args),
    listMailboxes: (...args) => store.listMailboxes(...args),
    empty: (...args) => store.empty(...args),
  }
}
