import type { IdApp } from '@pillion/schema'
import type { Kysely, Selectable } from 'kysely'
import type { AppPackageTable, Database } from '../database.ts'
import { transact } from '../transact.ts'

export interface AppPackage {
  readonly idApp: IdApp
  /** Another with every installation, also of the same version. */
  readonly installation: string
  readonly version: string
  /** Of the archive. */
  readonly sha256: Uint8Array
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** A statement must be done in 1.5 s, and what is read takes three times the room meanwhile. */
export const PART_BYTES = 1024 * 1024
/** Parts that belong to no package by then are of a node that was killed. */
const PUT_MILLISECONDS_MAX = 3_600_000

/**
 * The package that each vehicle app has, where every node finds what was installed at another: its archive in parts, which
 * nobody sees before they are all there.
 */
export class AppPackages {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** In the place of the app's package, if it has one. */
  async put(added: AppPackage, archive: Uint8Array): Promise<void> {
    await this.#addParts(added, archive)
    const { id_app, ...row } = toRow(added)
    await transact(this.#db, async (db) => {
      const query = db.selectFrom('app_package').where('id_app', '=', id_app).select('installation')
      const replaced = await query.executeTakeFirst()
      await db
        .insertInto('app_package')
        .values({ id_app, ...row })
        .onConflict((conflict) => conflict.column('id_app').doUpdateSet(row))
        .execute()
      if (replaced !== undefined) await removeParts(db, replaced.installation)
      // Also of the one that was replaced in the same moment by two nodes.
      await db
        .deleteFrom('app_package_part')
        .where('created_at', '<', added.createdAt - PUT_MILLISECONDS_MAX)
        .where('installation', 'not in', db.selectFrom('app_package').select('installation'))
        .execute()
    })
  }

  /** Unless the app has one: then nothing is changed. */
  async putFirst(added: AppPackage, archive: Uint8Array): Promise<boolean> {
    await this.#addParts(added, archive)
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('app_package')
      .values(toRow(added))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    const isFirst = numInsertedOrUpdatedRows === 1n
    if (!isFirst) await removeParts(this.#db, added.installation)
    return isFirst
  }

  async find(idApp: IdApp): Promise<AppPackage | undefined> {
    const query = this.#db.selectFrom('app_package').where('id_app', '=', idApp).selectAll()
    const row = await query.executeTakeFirst()
    return row && toAppPackage(row)
  }

  async list(): Promise<AppPackage[]> {
    return (await this.#db.selectFrom('app_package').selectAll().orderBy('id_app').execute()).map(
      toAppPackage,
    )
  }

  /** Does nothing if the app has none. */
  remove(idApp: IdApp): Promise<void> {
    return transact(this.#db, async (db) => {
      const query = db.deleteFrom('app_package').where('id_app', '=', idApp).returning('installation')
      for (const { installation } of await query.execute()) await removeParts(db, installation)
    })
  }

  /** Less than the whole, or nothing, if another installation has taken its place meanwhile. */
  async read(installation: string): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    for (;;) {
      const row = await this.#db
        .selectFrom('app_package_part')
        .where('installation', '=', installation)
        .where('number', '=', parts.length)
        .select('content')
        .executeTakeFirst()
      if (row === undefined) return Buffer.concat(parts)
      parts.push(row.content)
    }
  }

  async #addParts({ installation, createdAt }: AppPackage, archive: Uint8Array): Promise<void> {
    for (const [number, content] of toParts(archive).entries()) {
      const part = { installation, number, content, created_at: createdAt }
      await this.#db.insertInto('app_package_part').values(part).execute()
    }
  }
}

async function removeParts(db: Kysely<Database>, installation: string): Promise<void> {
  await db.deleteFrom('app_package_part').where('installation', '=', installation).execute()
}

/** Of at most 1 MiB each. */
export function toParts(archive: Uint8Array): Uint8Array[] {
  const count = Math.ceil(archive.length / PART_BYTES)
  return Array.from({ length: count }, (_, at) => archive.subarray(at * PART_BYTES, (at + 1) * PART_BYTES))
}

function toRow({ idApp, installation, version, sha256, createdAt }: AppPackage): Selectable<AppPackageTable> {
  return { id_app: idApp, installation, version, sha256, created_at: createdAt }
}

function toAppPackage(row: Selectable<AppPackageTable>): AppPackage {
  const { installation, version, sha256 } = row
  return { idApp: row.id_app as IdApp, installation, version, sha256, createdAt: row.created_at }
}
