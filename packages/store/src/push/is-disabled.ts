import { type RawBuilder, sql } from 'kysely'

/**
 * For a `select` from `table`: 1 or 0 as the user or thing named in `column` is disabled or not, null if there is none.
 * `column` holds a `Subject`; the row's app is in `app_id`.
 */
export function selectIsDisabled(
  table: 'push_token' | 'push_installation',
  column: 'principal' | 'subject',
): RawBuilder<number | null> {
  const appID = sql.ref(`${table}.app_id`)
  const subject = sql.ref(`${table}.${column}`)
  return sql<number | null>`case
    when substr(${subject}, 1, 5) = 'user:' then (
      select u.is_disabled from push_user u where u.app_id = ${appID} and u.user_id = substr(${subject}, 6))
    when substr(${subject}, 1, 6) = 'thing:' then (
      select t.is_disabled from push_thing t where t.app_id = ${appID} and t.thing_id = substr(${subject}, 7))
    end`
}
