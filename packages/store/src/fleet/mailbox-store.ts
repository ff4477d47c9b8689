import type { KeptPortion, MailboxChanges, MailboxStore, MailboxWritten, NewMessage } from '@pillion/fleet'
import type { Uid, Vin } from '@pillion/schema'
import { type Kysely, sql, type Transaction } from 'kysely'
import { toBatches } from '../batches.ts'
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
  ): Promise<MailboxWritten> {
    return transact(this.#db, async (db) => {
      let unsubscribed = 0
      let expired = 0
      let pushedOut = 0
      for (const batch of toBatches(kept)) {
        const subscribed = await findSubscribed(db, batch)
        unsubscribed += batch.length - subscribed.length
        const newest = findNewest(subscribed, perAppMax)
        pushedOut += subscribed.length - newest.length
        expired += await removeExpiredOf(db, newest, now)
        pushedOut += await insertAndPushOut(db, newest, perAppMax)
      }
      await forget(db, taken)
      return { unsubscribed, expired, pushedOut }
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

  async removeExpired(now: number, countMax: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('mailbox_message')
      .where('number', 'in', (query) =>
        query.selectFrom('mailbox_message').where('expires_at', '<=', now).select('number').limit(countMax),
      )
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  }

  async countBytes(uid: Uid): Promise<number> {
    const row = await this.#db
      .selectFrom('mailbox_message')
      .where('uid', '=', uid)
      .select(({ fn }) => fn.sum<number | null>('bytes').as('bytes'))
      .executeTakeFirst()
    return Number(row?.bytes ?? 0)
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
): Promise<number> {
  if (messages.length === 0) return 0
  const { numDeletedRows } = await db
    .deleteFrom('mailbox_message')
    .where('vin', 'in', [...new Set(messages.map(({ vin }) => vin))])
    .where('expires_at', '<=', now)
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}

/** Returns how many had to go for them. */
async function insertAndPushOut(
  db: Transaction<Database>,
  messages: readonly NewMessage[],
  perAppMax: number,
): Promise<number> {
  if (messages.length === 0) return 0
  const rows = messages.map(({ idApp, receivedAt, expiresAt, ...row }) => {
    return { ...row, id_app: idApp, received_at: receivedAt, expires_at: expiresAt }
  })
  await db.insertInto('mailbox_message').values(rows).execute()
  const vins = [...new Set(messages.map(({ vin }) => vin))]
  const { numDeletedRows } = await db
    .deleteFrom('mailbox_message')
    .where('number', 'in', (query) =>
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
    .executeTakeFirstOrThrow()
  return Number(numDeletedRows)
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
