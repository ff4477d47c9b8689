import type {
  DirectoryStore,
  InstallationRecord,
  Scan,
  Scanned,
  Target,
  ThingRecord,
  UserRecord,
} from '@pillion/push'
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import { contains } from '../contains.ts'
import type { Database } from '../database.ts'
import { toInstallation } from './installation-store.ts'
import type { PushDatabase } from './push-database.ts'
import { toTarget } from './target-store.ts'
import { toThing } from './thing-store.ts'
import { toUser } from './user-store.ts'

interface Scannable<Table extends keyof PushDatabase, Row> {
  readonly table: Table
  /** An index begins with the app and these: rows are read in its order. */
  readonly keys: readonly (keyof PushDatabase[Table] & string)[]
  readonly searched: readonly (keyof PushDatabase[Table] & string)[]
  readonly filter?: RawBuilder<boolean>
  readonly toRow: (row: Selectable<PushDatabase[Table]>) => Row
}

export class KyselyDirectoryStore implements DirectoryStore {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  scanUsers(appID: string, options: Scan): Promise<Scanned<UserRecord>> {
    return scan(this.#db, appID, options, {
      table: 'push_user',
      keys: ['user_id'],
      searched: ['user_id', 'login_name', 'email_address', 'phone_number', 'display_name'],
      toRow: toUser,
    })
  }

  scanThings(appID: string, options: Scan): Promise<Scanned<ThingRecord>> {
    return scan(this.#db, appID, options, {
      table: 'push_thing',
      keys: ['thing_id'],
      searched: ['thing_id', 'vendor_thing_id'],
      toRow: toThing,
    })
  }

  scanInstallations(appID: string, options: Scan): Promise<Scanned<InstallationRecord>> {
    return scan(this.#db, appID, options, {
      table: 'push_installation',
      keys: ['device_type', 'registration_id'],
      searched: ['installation_id', 'subject'],
      toRow: toInstallation,
    })
  }

  scanTargets(appID: string, kind: Target['kind'], options: Scan): Promise<Scanned<Target>> {
    return scan(this.#db, appID, options, {
      table: 'push_target',
      keys: ['scope', 'kind', 'name'],
      searched: ['scope', 'name'],
      // Of the bare column SQLite would make a part of its search, and then sort.
      filter: sql<boolean>`kind || '' = ${kind}`,
      toRow: toTarget,
    })
  }
}

async function scan<Table extends keyof PushDatabase, Row>(
  db: Kysely<Database>,
  appID: string,
  { search, after, countMax, rowsMax }: Scan,
  { table, keys, searched, filter, toRow }: Scannable<Table, Row>,
): Promise<Scanned<Row>> {
  const from = sql.table(table)
  const columns = sql.join(keys.map((key) => sql.ref(key)))
  const isAfter = after?.length === keys.length ? sql`and (${columns}) > (${sql.join([...after])})` : sql``
  const rows = sql`from ${from} where app_id = ${appID} ${isAfter}`
  const ordered = sql`order by app_id, ${columns}`
  const last = await sql<
    Record<string, string>
  >`select ${columns} ${rows} ${ordered} limit 1 offset ${rowsMax - 1}`.execute(db)
  const end = last.rows[0] && keys.map((key) => (last.rows[0] as Record<string, string>)[key] as string)
  const isWithin = end === undefined ? sql`` : sql`and (${columns}) <= (${sql.join(end)})`
  const isFound =
    search === ''
      ? sql``
      : sql`and (${sql.join(
          searched.map((column) => contains(column, search)),
          sql` or `,
        )})`
  const isKind = filter === undefined ? sql`` : sql`and ${filter}`
  const found = await sql<Selectable<PushDatabase[Table]>>`
    select * ${rows} ${isWithin} ${isKind} ${isFound} ${ordered} limit ${countMax}`.execute(db)
  const lastFound = found.rows.at(-1) as Record<string, string> | undefined
  const isFull = found.rows.length === countMax && lastFound !== undefined
  return {
    found: found.rows.map(toRow),
    next: isFull ? keys.map((key) => lastFound[key] as string) : end,
  }
}
