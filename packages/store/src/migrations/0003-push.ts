import { type Kysely, sql } from 'kysely'
import type { ColumnTypes } from '../column-types.ts'

/**
 * The push service. No table refers to another: what is removed may have a million rows behind it, which go in pieces, and
 * a cascade would take them in one statement.
 */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await createApps(db, types)
  await createUsers(db, types)
  await createThings(db, types)
  await createGroups(db, types)
  await createTokens(db, types)
  await createTargets(db, types)
  await createSubscriptions(db, types)
  await createInstallations(db, types)
}

async function createApps(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_app')
    .addColumn('app_id', types.text, (column) => column.primaryKey())
    .addColumn('app_key', types.text, (column) => column.notNull())
    .addColumn('client_id', types.text, (column) => column.notNull().unique())
    .addColumn('client_secret_hash', types.bytes, (column) => column.notNull())
    .addColumn('replaced_secret_hash', types.bytes)
    .addColumn('replaced_ends_at', types.time)
    .addColumn('settings', types.text, (column) => column.notNull())
    .addColumn('is_disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('principals', 'integer', (column) => column.notNull())
    .addColumn('last_number', 'integer', (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
}

async function createUsers(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_user')
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('user_id', types.text, (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('login_name', types.text)
    .addColumn('email_address', types.text)
    .addColumn('email_key', types.text)
    .addColumn('phone_number', types.text)
    .addColumn('display_name', types.text)
    .addColumn('country', types.text)
    .addColumn('locale', types.text)
    .addColumn('fields', types.text, (column) => column.notNull())
    .addColumn('password_hash', types.text)
    .addColumn('is_disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('modified_at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('push_user_key', ['app_id', 'user_id'])
    .addUniqueConstraint('push_user_login_name', ['app_id', 'login_name'])
    .addUniqueConstraint('push_user_email', ['app_id', 'email_key'])
    .addUniqueConstraint('push_user_phone', ['app_id', 'phone_number'])
    .modifyEnd(types.tableEnd)
    .execute()
}

async function createThings(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_thing')
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('thing_id', types.text, (column) => column.notNull())
    .addColumn('vendor_thing_id', types.text, (column) => column.notNull())
    .addColumn('fields', types.text, (column) => column.notNull())
    .addColumn('password_hash', types.text, (column) => column.notNull())
    .addColumn('is_disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('is_online', 'integer')
    .addColumn('online_modified_at', types.time)
    .addPrimaryKeyConstraint('push_thing_key', ['app_id', 'thing_id'])
    .addUniqueConstraint('push_thing_vendor', ['app_id', 'vendor_thing_id'])
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_thing', ['thing_id'])
  await db.schema
    .createIndex('push_thing_online')
    .on('push_thing')
    .column('is_online')
    .where(sql.ref('is_online'), '=', sql.lit(1))
    .execute()
  await db.schema
    .createTable('push_owner')
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('thing_id', types.text, (column) => column.notNull())
    .addColumn('owner', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('push_owner_key', ['app_id', 'thing_id', 'owner'])
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_owner', ['app_id', 'owner', 'thing_id'])
}

async function createGroups(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_group')
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('group_id', types.text, (column) => column.notNull())
    .addColumn('key', types.text, (column) => column.notNull())
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('owner', types.text)
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('modified_at', types.time, (column) => column.notNull())
    .addPrimaryKeyConstraint('push_group_key', ['app_id', 'group_id'])
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_group', ['app_id', 'owner', 'group_id'])
  await db.schema
    .createTable('push_member')
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('group_id', types.text, (column) => column.notNull())
    .addColumn('user_id', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('push_member_key', ['app_id', 'group_id', 'user_id'])
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_member', ['app_id', 'user_id', 'group_id'])
}

async function createTokens(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_token')
    .addColumn('position', types.sequence.type, types.sequence.define)
    .addColumn('hash', types.bytes, (column) => column.notNull().unique())
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('principal', types.text, (column) => column.notNull())
    .addColumn('expires_at', types.time)
    .addColumn('refresh_hash', types.bytes, (column) => column.unique())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_token', ['app_id', 'principal', 'position'])
  await createIndex(db, 'push_token', ['expires_at'])
}

async function createTargets(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_target')
    .addColumn('key', types.sequence.type, types.sequence.define)
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('scope', types.text, (column) => column.notNull())
    .addColumn('kind', types.text, (column) => column.notNull().check(sql`kind in ('topic', 'bucket')`))
    .addColumn('name', types.text, (column) => column.notNull())
    .addColumn('creator', types.text)
    .addColumn('access_list', types.text, (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('objects', 'integer', (column) => column.notNull())
    .addUniqueConstraint('push_target_name', ['app_id', 'scope', 'kind', 'name'])
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('push_removed_target')
    .addColumn('key', types.key, (column) => column.primaryKey())
    .modifyEnd(types.tableEnd)
    .execute()
  await db.schema
    .createTable('push_object')
    .addColumn('target_key', types.key, (column) => column.notNull())
    .addColumn('object_id', types.text, (column) => column.notNull())
    .addColumn('fields', types.text, (column) => column.notNull())
    .addColumn('data_type', types.text)
    .addColumn('creator', types.text)
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addColumn('modified_at', types.time, (column) => column.notNull())
    .addColumn('access_list', types.text, (column) => column.notNull())
    .addPrimaryKeyConstraint('push_object_key', ['target_key', 'object_id'])
    .modifyEnd(types.tableEndByKey)
    .execute()
}

async function createSubscriptions(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_subscription')
    .addColumn('position', types.sequence.type, types.sequence.define)
    .addColumn('target_key', types.key, (column) => column.notNull())
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('subject', types.text, (column) => column.notNull())
    .addColumn('rests_on_right', 'integer', (column) => column.notNull())
    .addUniqueConstraint('push_subscription_subject', ['target_key', 'subject'])
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_subscription', ['target_key', 'position'])
  await createIndex(db, 'push_subscription', ['app_id', 'subject'])
}

async function createInstallations(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('push_installation')
    .addColumn('installation_id', types.text, (column) => column.primaryKey())
    .addColumn('app_id', types.text, (column) => column.notNull())
    .addColumn('registration_id', types.text, (column) => column.notNull())
    .addColumn('device_type', types.text, (column) => column.notNull())
    .addColumn('is_development', 'integer', (column) => column.notNull())
    .addColumn('subject', types.text, (column) => column.notNull())
    .addColumn('mqtt_topic', types.text, (column) => column.unique())
    .addColumn('ready_at', types.time)
    .addColumn('expires_at', types.time)
    .addColumn('created_at', types.time, (column) => column.notNull())
    .addUniqueConstraint('push_installation_registration', ['app_id', 'device_type', 'registration_id'])
    .modifyEnd(types.tableEnd)
    .execute()
  await createIndex(db, 'push_installation', ['app_id', 'subject'])
  // One connection for each user and thing (P 6.1).
  await db.schema
    .createIndex('push_installation_mqtt')
    .unique()
    .on('push_installation')
    .columns(['app_id', 'subject'])
    .where(sql.ref('device_type'), '=', sql.lit('MQTT'))
    .execute()
}

function createIndex(db: Kysely<unknown>, table: string, columns: readonly string[]): Promise<void> {
  const name = [table, ...columns].join('_')
  return db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
    .execute()
}
