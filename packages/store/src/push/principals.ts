import type { Subject } from '@pillion/push'
import type { Transaction } from 'kysely'
import type { Database } from '../database.ts'
import type { Removal, Rows } from './removal.ts'

/** Counts one more user or thing: its number, or undefined if the app has as many as may be, or is gone. */
export async function addPrincipal(
  db: Transaction<Database>,
  appID: string,
  principalsMax: number,
): Promise<number | undefined> {
  const row = await db
    .updateTable('push_app')
    .set((eb) => ({ principals: eb('principals', '+', 1), last_number: eb('last_number', '+', 1) }))
    .where('app_id', '=', appID)
    .where('principals', '<', principalsMax)
    .returning('last_number')
    .executeTakeFirst()
  return row?.last_number
}

/** Removes a user or thing with what both kinds have, and the `rows` that only one has. */
export function removePrincipal(
  removal: Removal,
  appID: string,
  subject: Subject,
  { row, rows }: { row: Rows; rows: readonly Rows[] },
): Promise<boolean> {
  const bySubject = { app_id: appID, subject }
  const common: Rows[] = [
    { table: 'push_token', where: { app_id: appID, principal: subject } },
    { table: 'push_installation', where: bySubject },
    { table: 'push_subscription', where: bySubject },
  ]
  return removal.removeWith(row, {
    rows: [...common, ...rows],
    targets: { appID, scope: subject },
    finish: (db) =>
      db
        .updateTable('push_app')
        .set((eb) => ({ principals: eb('principals', '-', 1) }))
        .where('app_id', '=', appID)
        .execute(),
  })
}
