import type {
  KeptPortion,
  MailboxChanges,
  MailboxEvent,
  MailboxStore,
  MailboxWritten,
  NewMessage,
  TellMailboxEvents,
} from '@pillion/fleet'
import type { IdApp, Uid, Vin } from '@pillion/schema'
import { type DeleteQueryBuilder, type DeleteResult, type Kysely, sql, type Transaction } from 'kysely'
import { toBatches } from '../batches.ts'
import { contains } from '../contains.ts'
import type { Database } from '../database.ts'
import { isShared } from '../lock.ts'
import { transact } from '../transact.ts'

export class KyselyMailboxStore implements MailboxStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  write(
    { kept, taken }: MailboxChanges,
    { now, perAppMax }: { now: number; perAppMax: number },
    tell?: TellMailboxEvents,
  ): Promise<MailboxWritten> {
    let events: MailboxEvent[] = []
    const written = transact(this.#db, async (db) => {
      let unsubscribed = 0
      let expired = 0
      let pushedOut = 0
      // Anew with each attempt.
      events = []
      const note = tell && ((some: readonly MailboxEvent[]) => void events.push(...some))
      for (const batch of toBatches(kept)) {
        const subscribed = await findSubscribed(db, batch)
        unsubscribed += batch.length - subscribed.length
        note?.(eventsOf('unsubscribed', without(batch, subscribed)))
        const newest = findNewest(subscribed, perAppMax)
        pushedOut += subscribed.length - newest.length
        note?.(eventsOf('pushed_out', without(subscribed, newest)))
        expired += await removeExpiredOf(db, newest, now, note)
        pushedOut += await insertAndPushOut(db, newest, perAppMax, note)
        if (note !== undefined) note(await countKept(db, newest))
      }
      await forget(db, taken)
      return { unsubscribed, expired, pushedOut }
    })
    return written.then((done) => {
      tell?.(events)
      return done
    })
  }

  async list(
    vin: Vin,
    now: number,
    { countMax, bytesMax }: { countMax: number; bytesMax: number },
  ): Promise<KeptPortion> {
    const sizes = await this.#db
      .selectFrom('mailbox_message')
      .where('vin', '=', vin)
      .where('expires_at', '>', now)
      .select(['number', 'bytes'])
      .orderBy('number')
      .limit(countMax + 1)
      .execute()
    let bytes = 0
    const portion = sizes.filter((size, index) => {
      bytes += size.bytes
      return index === 0 || (index < countMax && bytes <= bytesMax)
    })
    const last = portion.at(-1)
    if (last === undefined) return { messages: [], isAll: true }
    const messages = await this.#db
      .selectFrom('mailbox_message')
      .where('vin', '=', vin)
      .where('expires_at', '>', now)
      .where('number', '<=', last.number)
      .select([
        'number as key',
        'subtopic',
        'payload',
        'received_at as receivedAt',
        'expires_at as expiresAt',
      ])
      .select(sql<Uid>`uid`.as('uid'))
      .orderBy('number')
      .execute()
    return { messages, isAll: portion.length === sizes.length }
  }

  removeExpired(now: number, countMax: number, tell?: TellMailboxEvents): Promise<number> {
    const removal = this.#db
      .deleteFrom('mailbox_message')
      .where('number', 'in', (query) =>
        query.selectFrom('mailbox_message').where('expires_at', '<=', now).select('number').limit(countMax),
      )
    return remove(removal, 'expired', tell)
  }

  async countBytes(uid: Uid): Promise<number> {
    const row = await this.#db
      .selectFrom('mailbox_message')
      .where('uid', '=', uid)
      .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
      .executeTakeFirst()
    return Number(row?.bytes ?? 0)
  }

  async count(vin: Vin, now: number): Promise<number> {
    const { messages } = await this.#db
      .selectFrom('mailbox_message')
      .where('vin', '=', vin)
      .where('expires_at', '>', now)
      .select(({ fn }) => fn.countAll<number>().as('messages'))
      .executeTakeFirstOrThrow()
    return Number(messages)
  }

  async listMailboxes({
    search,
    after,
    vehiclesMax,
    now,
  }: Parameters<MailboxStore['listMailboxes']>[0]): ReturnType<MailboxStore['listMailboxes']> {
    const vehicles = await this.#db
      .selectFrom('mailbox_message')
      .where('vin', '>=', after?.vin ?? '')
      .select('vin')
      .distinct()
      .orderBy('vin')
      .limit(vehiclesMax)
      .execute()
    const last = vehicles.at(-1)?.vin
    if (last === undefined) return { mailboxes: [], next: undefined }
    const rows = await this.#db
      .selectFrom('mailbox_message')
      .where('vin', '>=', after?.vin ?? '')
      .where('vin', '<=', last)
      .where('expires_at', '>', now)
      .$if(search !== '', (query) =>
        query.where(({ or }) =>
          or([contains('vin', search), contains('uid', search), contains('id_app', search)]),
        ),
      )
      .$if(after !== undefined, (query) =>
        query.where(({ eb, or }) =>
          or([eb('vin', '>', after?.vin ?? ''), eb('id_app', '>', after?.idApp ?? '')]),
        ),
      )
      .select(['vin', 'id_app', 'uid'])
      .select(({ fn }) => [
        fn.countAll<number>().as('messages'),
        fn.sum<number>('bytes').as('bytes'),
        fn.min('received_at').as('oldest_at'),
      ])
      .groupBy(['vin', 'id_app', 'uid'])
      .orderBy('vin')
      .orderBy('id_app')
      .execute()
    const mailboxes = rows.map((row) => ({
      vin: row.vin as Vin,
      idApp: row.id_app as IdApp,
      uid: row.uid as Uid,
      messages: Number(row.messages),
      bytes: Number(row.bytes),
      oldestAt: Number(row.oldest_at),
    }))
    return { mailboxes, next: vehicles.length < vehiclesMax ? undefined : (last as Vin) }
  }

  empty(vin: Vin, idApp: IdApp | undefined, tell?: TellMailboxEvents): Promise<number> {
    const removal = this.#db
      .deleteFrom('mailbox_message')
      .where('vin', '=', vin)
      .$if(idApp !== undefined, (query) => query.where('id_app', '=', idApp as IdApp))
    return remove(removal, 'emptied', tell)
  }
}

/**
 * Those for apps of their partner that their vehicle is subscribed to. Other connections have to wait with what they write
 * for the same vehicle and app, or both would leave the other's messages out when they count.
 */
async function findSubscribed(
  db: Transaction<Database>,
  messages: readonly NewMessage[],
): Promise<NewMessage[]> {
  const rows = await db
    .selectFrom('app_subscription')
    .innerJoin('app', 'app.id_app', 'app_subscription.id_app')
    .where('app_subscription.vin', 'in', [...new Set(messages.map(({ vin }) => vin))])
    .where('app_subscription.id_app', 'in', [...new Set(messages.map(({ idApp }) => idApp))])
    .select(['app_subscription.vin', 'app_subscription.id_app', 'app.uid'])
    .$if(isShared(db), (query) =>
      query
        .orderBy('app_subscription.vin')
        .orderBy('app_subscription.id_app')
        .forNoKeyUpdate('app_subscription'),
    )
    .execute()
  const pairs = new Set(rows.map(({ vin, id_app, uid }) => `${vin}/${id_app}/${uid}`))
  return messages.filter(({ vin, idApp, uid }) => pairs.has(`${vin}/${idApp}/${uid}`))
}

/** What would be pushed out by others of the same call need not be written. */
function findNewest(messages: readonly NewMessage[], perAppMax: number): NewMessage[] {
  const counts = new Map<string, number>()
  const newest = messages.toReversed().filter(({ vin, idApp }) => {
    const count = (counts.get(`${vin}/${idApp}`) ?? 0) + 1
    counts.set(`${vin}/${idApp}`, count)
    return count <= perAppMax
  })
  return newest.reverse()
}

/** They are still there until somebody sweeps; a place that one of them takes is free. Returns how many went. */
async function removeExpiredOf(
  db: Transaction<Database>,
  messages: readonly NewMessage[],
  now: number,
  note: TellMailboxEvents | undefined,
): Promise<number> {
  if (messages.length === 0) return 0
  const removal = db
    .deleteFrom('mailbox_message')
    .where('vin', 'in', [...new Set(messages.map(({ vin }) => vin))])
    .where('expires_at', '<=', now)
  return remove(removal, 'expired', note)
}

/** What goes is read only if somebody wants to be told of it. Returns how many went. */
async function remove(
  removal: DeleteQueryBuilder<Database, 'mailbox_message', DeleteResult>,
  what: 'expired' | 'pushed_out' | 'emptied',
  tell: TellMailboxEvents | undefined,
): Promise<number> {
  if (tell === undefined) return Number((await removal.executeTakeFirstOrThrow()).numDeletedRows)
  const gone = await removal.returning(['vin', 'uid', 'payload']).execute()
  tell(eventsOf(what, gone as EventSubject[]))
  return gone.length
}

type EventSubject = Pick<MailboxEvent, 'vin' | 'uid' | 'payload'>

function eventsOf(what: MailboxEvent['what'], messages: readonly EventSubject[]): MailboxEvent[] {
  return messages.map(({ vin, uid, payload }) => ({ what, vin, uid, payload }))
}

function without(messages: readonly NewMessage[], others: readonly NewMessage[]): NewMessage[] {
  const left = new Set(others)
  return messages.filter((message) => !left.has(message))
}

/** How many were there with each of those that have just been written. */
async function countKept(
  db: Transaction<Database>,
  messages: readonly NewMessage[],
): Promise<MailboxEvent[]> {
  if (messages.length === 0) return []
  const rows = await db
    .selectFrom('mailbox_message')
    .where('vin', 'in', [...new Set(messages.map(({ vin }) => vin))])
    .select(['vin', 'id_app'])
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .groupBy(['vin', 'id_app'])
    .execute()
  const counts = new Map(rows.map(({ vin, id_app, count }) => [`${vin}/${id_app}`, Number(count)]))
  const events = messages.toReversed().map(({ vin, idApp, uid, payload }): MailboxEvent => {
    const count = counts.get(`${vin}/${idApp}`) ?? 1
    // The one before it made one less.
    counts.set(`${vin}/${idApp}`, Math.max(1, count - 1))
    return { what: 'kept', vin, uid, payload, count }
  })
  return events.reverse()
}

/** Returns how many had to go for them. */
async function insertAndPushOut(
  db: Transaction<Database>,
  messages: readonly NewMessage[],
  perAppMax: number,
  note: TellMailboxEvents | undefined,
): Promise<number> {
  if (messages.length === 0) return 0
  const rows = messages.map(({ idApp, receivedAt, expiresAt, ...row }) => {
    return { ...row, id_app: idApp, received_at: receivedAt, expires_at: expiresAt }
  })
  await db.insertInto('mailbox_message').values(rows).execute()
  const vins = [...new Set(messages.map(({ vin }) => vin))]
  const removal = db.deleteFrom('mailbox_message').where('number', 'in', (query) =>
    query
      .selectFrom((from) =>
        from
          .selectFrom('mailbox_message')
          .where('vin', 'in', vins)
          .select([
            'number',
            sql<number>`row_number() over (partition by vin, id_app order by number desc)`.as('place'),
          ])
          .as('placed'),
      )
      .where('place', '>', perAppMax)
      .select('number'),
  )
  return remove(removal, 'pushed_out', note)
}

/** A key counts only with its vehicle: nobody empties another's mailbox. */
async function forget(db: Transaction<Database>, taken: MailboxChanges['taken']): Promise<void> {
  const keys = [...taken].flatMap(([vin, numbers]) => [...numbers].map((number) => ({ vin, number })))
  for (const batch of toBatches(keys)) {
    const numbers = batch.map(({ number }) => number)
    const rows = await db
      .selectFrom('mailbox_message')
      .where('number', 'in', numbers)
      .select(['number', 'vin'])
      .execute()
    const own = rows.filter(({ number, vin }) => taken.get(vin as Vin)?.has(number))
    if (own.length === 0) continue
    await db
      .deleteFrom('mailbox_message')
      .where(
        'number',
        'in',
        own.map(({ number }) => number),
      )
      .execute()
  }
}
