import type { AppChange, AppRecord, AppStore } from '@pillion/fleet'
import type { AppOffer, IdApp, Uid, Vin } from '@pillion/schema'
import type { Insertable, Kysely, Selectable } from 'kysely'
import { toBatches } from '../batches.ts'
import type { AppTable, Database } from '../database.ts'
import { lock } from '../lock.ts'
import { transact } from '../transact.ts'

export class KyselyAppStore implements AppStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  addApp(app: AppRecord, isClash: (idApp: IdApp) => boolean = () => false): Promise<IdApp | undefined> {
    return transact(this.#db, async (db) => {
      // All ids are looked at: only the caller knows which of them clash.
      await lock(db, 'apps')
      const ids = (await db.selectFrom('app').select('id_app').execute()).map(({ id_app }) => id_app as IdApp)
      const inTheWay = ids.find((id) => id === app.idApp) ?? ids.find(isClash)
      if (inTheWay === undefined) await db.insertInto('app').values(toRow(app)).execute()
      return inTheWay
    })
  }

  async setAppVersion(idApp: IdApp, version: string, name?: string): Promise<AppRecord | undefined> {
    const row = await this.#db
      .updateTable('app')
      .set(name === undefined ? { version } : { version, name })
      .where('id_app', '=', idApp)
      .returningAll()
      .executeTakeFirst()
    return row && toApp(row)
  }

  async changeApp(idApp: IdApp, { name, drivingMode, ...offer }: AppChange): Promise<AppRecord | undefined> {
    const change = {
      ...(name !== undefined && { name }),
      ...(drivingMode !== undefined && { driving_mode: drivingMode ? 1 : 0 }),
      ...toOfferColumns(offer),
    }
    if (Object.keys(change).length === 0) return this.findApp(idApp)
    const row = await this.#db
      .updateTable('app')
      .set(change)
      .where('id_app', '=', idApp)
      .returningAll()
      .executeTakeFirst()
    return row && toApp(row)
  }

  removeApp(idApp: IdApp): Promise<Vin[] | undefined> {
    return transact(this.#db, async (db) => {
      const ended = await db
        .deleteFrom('app_subscription')
        .where('id_app', '=', idApp)
        .returning('vin')
        .execute()
      const { numDeletedRows } = await db
        .deleteFrom('app')
        .where('id_app', '=', idApp)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 0n ? undefined : ended.map(({ vin }) => vin as Vin)
    })
  }

  async findApp(idApp: IdApp): Promise<AppRecord | undefined> {
    const row = await this.#db.selectFrom('app').where('id_app', '=', idApp).selectAll().executeTakeFirst()
    return row && toApp(row)
  }

  async listApps(): Promise<AppRecord[]> {
    return (await this.#db.selectFrom('app').selectAll().orderBy('id_app').execute()).map(toApp)
  }

  subscribeVehicles(idApp: IdApp, vins: readonly Vin[]): Promise<Vin | undefined> {
    return transact(this.#db, async (db) => {
      // First all questions, then all inserts: answering with an unknown VIN leaves nothing to undo.
      for (const batch of toBatches(vins)) {
        const known = await db
          .selectFrom('identity')
          .where('role', '=', 'vehicle')
          .where('name', 'in', batch)
          .select('name')
          .execute()
        const names = new Set(known.map(({ name }) => name))
        const unknown = batch.find((vin) => !names.has(vin))
        if (unknown !== undefined) return unknown
      }
      for (const batch of toBatches(vins)) {
        await db
          .insertInto('app_subscription')
          .values(batch.map((vin) => ({ id_app: idApp, vin })))
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
      return undefined
    })
  }

  async unsubscribeVehicles(idApp: IdApp, vins: readonly Vin[]): Promise<void> {
    await transact(this.#db, async (db) => {
      for (const batch of toBatches(vins)) {
        await db
          .deleteFrom('app_subscription')
          .where('id_app', '=', idApp)
          .where('vin', 'in', batch)
          .execute()
      }
    })
  }

  async listSubscribers(idApp: IdApp): Promise<Vin[]> {
    const rows = await this.#db
      .selectFrom('app_subscription')
      .where('id_app', '=', idApp)
      .select('vin')
      .orderBy('vin')
      .execute()
    return rows.map(({ vin }) => vin as Vin)
  }

  async listVehicleApps(vin: Vin): Promise<AppRecord[]> {
    const rows = await this.#db
      .selectFrom('app')
      .innerJoin('app_subscription', 'app_subscription.id_app', 'app.id_app')
      .where('app_subscription.vin', '=', vin)
      .selectAll('app')
      .orderBy('app.created_at')
      .orderBy('app.id_app')
      .execute()
    return rows.map(toApp)
  }

  async isSubscribed(vin: Vin, uid: Uid): Promise<boolean> {
    const row = await this.#db
      .selectFrom('app_subscription')
      .innerJoin('app', 'app.id_app', 'app_subscription.id_app')
      .where('app_subscription.vin', '=', vin)
      .where('app.uid', '=', uid)
      .select('app.id_app')
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }
}

function toRow({
  idApp,
  uid,
  name,
  drivingMode,
  version,
  createdAt,
  ...offer
}: AppRecord): Insertable<AppTable> {
  return {
    id_app: idApp,
    uid,
    name,
    driving_mode: drivingMode ? 1 : 0,
    version: version ?? null,
    created_at: createdAt,
    ...toOfferColumns(offer),
  }
}

function toApp(row: Selectable<AppTable>): AppRecord {
  return {
    idApp: row.id_app as IdApp,
    uid: row.uid as Uid,
    name: row.name,
    drivingMode: row.driving_mode === 1,
    version: row.version ?? undefined,
    createdAt: row.created_at,
    ...toOffer(row),
  }
}

const offerParts = ['names', 'countries', 'brands', 'devices'] as const

/** What is given; an empty list or record is null. */
function toOfferColumns(offer: AppOffer): Partial<Pick<AppTable, (typeof offerParts)[number]>> {
  const given = offerParts.filter((part) => offer[part] !== undefined)
  return Object.fromEntries(given.map((part) => [part, toText(offer[part] ?? [])]))
}

function toText(value: object): string | null {
  return Object.keys(value).length === 0 ? null : JSON.stringify(value)
}

function toOffer(row: Selectable<AppTable>): AppOffer {
  const given = offerParts.filter((part) => row[part] !== null)
  return Object.fromEntries(given.map((part) => [part, JSON.parse(row[part] ?? '')]))
}
