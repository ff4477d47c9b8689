import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type IdApp, parseIdApp, parseUid, parseVin, type Uid, type Vin } from '@pillion/schema'
import type { FleetStore } from './fleet-store.ts'
import type { MailboxChanges, NewMessage, TellMailboxEvents } from './mailbox-store.ts'

const uid = parseUid('MYUID') as Uid
const otherUid = parseUid('OTHER') as Uid
const vinA = parseVin('0123456789ABCDEFG') as Vin
const vinB = parseVin('0123456789abcdefg') as Vin
const news = parseIdApp('news') as IdApp
const radio = parseIdApp('radio') as IdApp
const foreign = parseIdApp('foreign') as IdApp
const ample = 1_000_000

/** What every `MailboxStore` does. `open` gives an empty store. */
export function testMailboxStore(
  name: string,
  open: () => Promise<{ fleet: FleetStore; close(): Promise<void> }>,
): void {
  describe(`mailbox store: ${name}`, () => {
    it('gives back what it kept, oldest first, with keys that grow', async () => {
      await using store = await opened()
      const first = message(1, { subtopic: 'a/ü', payload: '{"idApp":"news","content":"🚗\\u0000"}' })
      await store.write([first, message(2, { idApp: radio })])
      await store.write([message(3), message(4, { vin: vinB })])
      const { messages, isAll } = await store.list(vinA)
      const [one, two, three] = messages
      assert.equal(isAll, true)
      assert.deepEqual(
        { ...one, key: undefined },
        {
          key: undefined,
          uid,
          subtopic: 'a/ü',
          payload: '{"idApp":"news","content":"🚗\\u0000"}',
          receivedAt: 1,
          expiresAt: 1_001,
        },
      )
      assert.deepEqual(await store.texts(vinA), [first.payload, '2', '3'])
      assert.ok((one?.key ?? 0) < (two?.key ?? 0) && (two?.key ?? 0) < (three?.key ?? 0))
      assert.deepEqual(await store.texts(vinB), ['4'])
    })

    it('keeps the newest of each vehicle and app, over several writes and within one', async () => {
      await using store = await opened()
      assert.equal((await store.write(range(1, 2))).pushedOut, 0)
      assert.equal((await store.write(range(3, 4))).pushedOut, 1)
      await store.write([message(10, { idApp: radio }), message(11, { vin: vinB })])
      assert.deepEqual(await store.texts(vinA), ['2', '3', '4', '10'])
      assert.deepEqual(await store.write([...range(21, 27), message(28, { idApp: radio })]), {
        unsubscribed: 0,
        expired: 0,
        pushedOut: 7,
      })
      assert.deepEqual(await store.texts(vinA), ['10', '25', '26', '27', '28'])
      assert.deepEqual(await store.texts(vinB), ['11'])
    })

    it('leaves out what nobody is subscribed to, and apps of other partners', async () => {
      await using store = await opened()
      const outcome = await store.write([
        message(1, { idApp: parseIdApp('unknown') as IdApp }),
        message(2, { idApp: foreign }),
        message(3, { idApp: foreign, uid: otherUid }),
        message(4, { vin: vinB, idApp: radio }),
        message(5, { vin: parseVin('99999999999999999') as Vin }),
        message(6),
      ])
      assert.deepEqual(outcome, { unsubscribed: 4, expired: 0, pushedOut: 0 })
      assert.deepEqual(await store.texts(vinA), ['3', '6'])
    })

    it('forgets what was taken, of that vehicle only, and once', async () => {
      await using store = await opened()
      await store.write([...range(1, 3), message(4, { vin: vinB })])
      const [one, , three] = (await store.list(vinA)).messages
      const [four] = (await store.list(vinB)).messages
      const keys = new Set([one?.key ?? 0, three?.key ?? 0, four?.key ?? 0, 999_999])
      for (let round = 0; round < 2; round++) await store.write([], { taken: new Map([[vinA, keys]]) })
      assert.deepEqual(await store.texts(vinA), ['2'])
      assert.deepEqual(await store.texts(vinB), ['4'])
    })

    it('never uses a key again', async () => {
      await using store = await opened()
      await store.write([message(1)])
      const key = (await store.list(vinA)).messages[0]?.key ?? 0
      await store.write([], { taken: new Map([[vinA, new Set([key])]]) })
      await store.write([message(2)])
      assert.ok(((await store.list(vinA)).messages[0]?.key ?? 0) > key)
    })

    it('lists by portions of bytes and of messages, one message at least', async () => {
      await using store = await opened()
      await store.write([message(1, sized(60)), message(2, sized(40)), message(3, sized(1))])
      const list = async (bytesMax: number, countMax?: number) => {
        const { messages, isAll } = await store.list(vinA, 0, bytesMax, countMax)
        return [messages.length, isAll]
      }
      assert.deepEqual(await list(1), [1, false])
      assert.deepEqual(await list(99), [1, false])
      assert.deepEqual(await list(100), [2, false])
      assert.deepEqual(await list(101), [3, true])
      assert.deepEqual(await list(ample, 2), [2, false])
      assert.deepEqual(await list(ample, 3), [3, true])
      assert.deepEqual(await store.list(vinB, 0, 1), { messages: [], isAll: true })
    })

    it('lists nothing whose time is over, and removes it, so many at a time', async () => {
      await using store = await opened()
      await store.write([1, 2, 3].map((n) => message(n, { expiresAt: 10 * n, vin: n === 2 ? vinB : vinA })))
      const at = async (now: number) => (await store.list(vinA, now)).messages.map(({ payload }) => payload)
      assert.deepEqual(await at(9), ['1', '3'])
      assert.deepEqual(await at(10), ['3'])
      assert.deepEqual([await store.removeExpired(9, 10), await store.removeExpired(20, 1)], [0, 1])
      assert.deepEqual([await store.removeExpired(20, 10), await store.removeExpired(20, 10)], [1, 0])
      assert.deepEqual([await at(0), await store.texts(vinB)], [['3'], []])
    })

    it('lets no message whose time is over push out one that lives', async () => {
      await using store = await opened()
      const popup = { expiresAt: 120 }
      await store.write([message(1), message(2, popup), message(3, popup)])
      await store.write([message(4, { vin: vinB, ...popup })])
      assert.deepEqual(await store.write([message(5)], { now: 119 }), {
        unsubscribed: 0,
        expired: 0,
        pushedOut: 1,
      })
      assert.deepEqual(await store.write([message(6), message(7)], { now: 120 }), {
        unsubscribed: 0,
        expired: 2,
        pushedOut: 0,
      })
      assert.deepEqual(await store.texts(vinA), ['5', '6', '7'])
      assert.deepEqual(await store.texts(vinB), ['4'], 'none of its messages is written')
    })

    it('counts the bytes of each partner', async () => {
      await using store = await opened()
      assert.equal(await store.countBytes(uid), 0)
      await store.write([
        message(1, sized(60)),
        message(2, { vin: vinB, ...sized(40) }),
        message(3, { uid: otherUid, idApp: foreign, ...sized(7) }),
      ])
      assert.deepEqual([await store.countBytes(uid), await store.countBytes(otherUid)], [100, 7])
    })

    it('lists mailboxes in pages without what they hold, counts those of a vehicle, and empties them', async () => {
      await using store = await opened()
      await store.write([...range(1, 2), message(3, { idApp: radio }), message(4, { vin: vinB })])
      const one = { vin: vinA, idApp: news, uid, messages: 2, bytes: 2, oldestAt: 1 }
      const two = { vin: vinA, idApp: radio, uid, messages: 1, bytes: 1, oldestAt: 3 }
      const three = { vin: vinB, idApp: news, uid, messages: 1, bytes: 1, oldestAt: 4 }
      assert.deepEqual(await store.listMailboxes(), [[one, two, three], undefined])
      assert.deepEqual(await store.listMailboxes({ vehiclesMax: 1 }), [[one, two], vinA])
      const after = { vin: vinA, idApp: news }
      assert.deepEqual(await store.listMailboxes({ after, vehiclesMax: 2 }), [[two, three], vinB])
      assert.deepEqual(await store.listMailboxes({ search: 'RADI' }), [[two], undefined])
      const later = { ...one, messages: 1, bytes: 1, oldestAt: 2 }
      assert.deepEqual(await store.listMailboxes({ now: 1_001 }), [[later, two, three], undefined])
      assert.equal(await store.count(vinA, 1_001), 2)
      assert.equal(await store.empty(vinA, radio), 1)
      assert.equal(await store.empty(vinA, undefined), 2)
      assert.deepEqual(await store.listMailboxes(), [[three], undefined])
    })

    it('tells what became of each message, once it lasts', async () => {
      await using store = await opened()
      const told: string[] = []
      const tell: TellMailboxEvents = (events) => {
        for (const { what, vin, uid: by, payload, count = '' } of events)
          told.push(
            `${what} ${vin === vinA ? 'A' : 'B'} ${by === uid ? '' : 'foreign '}${payload} ${count}`.trim(),
          )
      }
      await store.write([message(1), message(2, { idApp: radio, expiresAt: 10 })], { tell })
      assert.deepEqual(told.splice(0), ['kept A 1 1', 'kept A 2 1'])
      await store.write([message(3), message(4, { vin: vinB, idApp: radio }), message(5, { vin: vinB })], {
        tell,
      })
      assert.deepEqual(told.splice(0).sort(), ['kept A 3 2', 'kept B 5 1', 'unsubscribed B 4'])
      await store.write([...range(6, 9), message(10, { idApp: foreign, uid: otherUid })], { now: 10, tell })
      assert.deepEqual(told.splice(0).sort(), [
        'expired A 2',
        'kept A 7 1',
        'kept A 8 2',
        'kept A 9 3',
        'kept A foreign 10 1',
        'pushed_out A 1',
        'pushed_out A 3',
        'pushed_out A 6',
      ])
      assert.equal(await store.removeExpired(1_005, 10, tell), 1)
      assert.deepEqual(told.splice(0), ['expired B 5'])
      assert.equal(await store.empty(vinA, foreign, tell), 1)
      assert.deepEqual(told.splice(0), ['emptied A foreign 10'])
      await assert.rejects(
        store.write([message(11), message(12, { subtopic: null as unknown as string })], { tell }),
      )
      assert.deepEqual(told, [], 'nothing has happened')
    })

    it('loses what was kept for a vehicle that is unsubscribed, and gives it back to no later one (W 12)', async () => {
      await using store = await opened()
      await store.write([...range(1, 2), message(3, { idApp: radio }), message(4, { vin: vinB })])
      await store.apps.unsubscribeVehicles(news, [vinA])
      assert.deepEqual(await store.texts(vinA), ['3'])
      await store.apps.subscribeVehicles(news, [vinA])
      assert.deepEqual(await store.texts(vinA), ['3'])
      assert.deepEqual(await store.texts(vinB), ['4'])
    })
  })

  /** Two vehicles; A is subscribed to two apps of one partner and one of another, B to one. */
  async function opened() {
    const { fleet, close } = await open()
    const { identities, apps, mailbox } = fleet
    const common = { label: '', createdAt: 0, passwordHash: new Uint8Array(32) }
    await identities.addIdentities([
      { role: 'partner', name: uid, ...common },
      { role: 'partner', name: otherUid, ...common },
      { role: 'vehicle', name: vinA, ...common },
      { role: 'vehicle', name: vinB, ...common },
    ])
    for (const [idApp, owner, vins] of [
      [news, uid, [vinA, vinB]],
      [radio, uid, [vinA]],
      [foreign, otherUid, [vinA]],
    ] as const) {
      const app = { idApp, uid: owner, name: idApp, drivingMode: false, version: undefined, createdAt: 1 }
      await apps.addApp(app)
      await apps.subscribeVehicles(idApp, vins)
    }
    const list = (vin: Vin, now = 0, bytesMax = ample, countMax = ample) =>
      mailbox.list(vin, now, { bytesMax, countMax })
    return {
      apps,
      list,
      /** 3 of each app stay. */
      write: (kept: readonly NewMessage[], { now = 0, taken = new Map(), tell }: WriteOptions = {}) =>
        mailbox.write({ kept, taken }, { now, perAppMax: 3 }, tell),
      texts: async (vin: Vin) => (await list(vin)).messages.map(({ payload }) => payload),
      removeExpired: (now: number, countMax: number, tell?: TellMailboxEvents) =>
        mailbox.removeExpired(now, countMax, tell),
      countBytes: (of: Uid) => mailbox.countBytes(of),
      count: (vin: Vin, now: number) => mailbox.count(vin, now),
      empty: (vin: Vin, idApp: IdApp | undefined, tell?: TellMailboxEvents) =>
        mailbox.empty(vin, idApp, tell),
      async listMailboxes(page: Partial<Parameters<typeof mailbox.listMailboxes>[0]> = {}) {
        const all = { search: '', after: undefined, vehiclesMax: ample, now: 0 }
        const { mailboxes, next } = await mailbox.listMailboxes({ ...all, ...page })
        return [mailboxes, next]
      },
      [Symbol.asyncDispose]: close,
    }
  }
}

interface WriteOptions {
  readonly now?: number
  readonly taken?: MailboxChanges['taken']
  readonly tell?: TellMailboxEvents
}

/** Its payload is its number, at which it was received. */
function message(n: number, more: Partial<NewMessage> = {}): NewMessage {
  const payload = more.payload ?? String(n)
  const bytes = Buffer.byteLength(payload)
  const times = { receivedAt: n, expiresAt: n + 1_000 }
  return { vin: vinA, idApp: news, uid, subtopic: '', bytes, ...times, ...more, payload }
}

function range(first: number, last: number): NewMessage[] {
  return Array.from({ length: last - first + 1 }, (_, index) => message(first + index))
}

function sized(bytes: number): Partial<NewMessage> {
  return { payload: 'x'.repeat(bytes), bytes }
}
