import type { IdApp } from '@pillion/schema'
import type { Kysely } from 'kysely'
import type { Database } from '../database.ts'

export interface AppPackage {
  readonly idApp: IdApp
  readonly version: string
  readonly archive: Uint8Array
  readonly sha256: Uint8Array
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/** The packages of vehicle apps as they were installed, where every node finds what was installed at another. */
export class AppPackages {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** In the place of one with the same version, if there is one. */
  async put({ idApp, version, archive, sha256, createdAt }: AppPackage): Promise<void> {
    const content = { archive, sha256, created_at: createdAt }
    await this.#db
      .insertInto('app_package')
      .values({ id_app: idApp, version, ...content })
      .onConflict((conflict) => conflict.columns(['id_app', 'version']).doUpdateSet(content))
      .execute()
  }

  async find(idApp: IdApp, version: string): Promise<AppPackage | undefined> {
    const row = await this.#db
      .selectFrom('app_package')
      .where('id_app', '=', idApp)
      .where('version', '=', version)
      .select(['archive', 'sha256', 'created_at as createdAt'])
      .executeTakeFirst()
    return row && { idApp, version, ...row }
  }

  /** Those of the app that were put in before that time. */
  async removeOlder(idApp: IdApp, createdAt: number): Promise<void> {
    await this.#db
      .deleteFrom('app_package')
      .where('id_app', '=', idApp)
      .where('created_at', '<', createdAt)
      .execute()
  }
}
