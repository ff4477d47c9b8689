import type { Database } from '../database.ts'

export type ColumnKind = 'text' | 'number' | 'bytes'

/** What a copy must know of a table. A backup carries it along, so that a later version can read it. */
export interface TableShape {
  readonly name: string
  readonly columns: Readonly<Record<string, ColumnKind>>
  /** Columns of the primary key: rows are read in its order, which is that of bytes, in both databases. */
  readonly key: readonly string[]
  /** The column that the database numbers. */
  readonly sequence?: string
}

const text = 'text'
const number = 'number'
const bytes = 'bytes'

type Shapes = { readonly [Name in keyof Database]: Shape<Database[Name]> }
interface Shape<Table> {
  readonly columns: Readonly<Record<keyof Table & string, ColumnKind>>
  readonly key: readonly (keyof Table & string)[]
  readonly sequence?: keyof Table & string
}

/** In an order in which every row that another refers to comes before it. */
const shapes: Shapes = {
  identity: {
    columns: {
      name: text,
      role: text,
      label: text,
      password_hash: bytes,
      created_at: number,
      replaced_password_hash: bytes,
      replaced_ends_at: number,
    },
    key: ['name'],
  },
  certificate: {
    columns: {
      fingerprint: text,
      owner: text,
      serial_number: text,
      issued_at: number,
      expires_at: number,
      ends_at: number,
    },
    key: ['fingerprint'],
  },
  unlisted_end: { columns: { owner: text, ends_at: number }, key: ['owner', 'ends_at'] },
  app: {
    columns: {
      id_app: text,
      uid: text,
      name: text,
      driving_mode: number,
      version: text,
      created_at: number,
      names: text,
      countries: text,
      brands: text,
      devices: text,
    },
    key: ['id_app'],
  },
  app_subscription: { columns: { id_app: text, vin: text }, key: ['id_app', 'vin'] },
  mailbox_message: {
    columns: {
      number,
      vin: text,
      id_app: text,
      uid: text,
      received_at: number,
      expires_at: number,
      bytes: number,
      subtopic: text,
      payload: text,
    },
    key: ['number'],
    sequence: 'number',
  },
  account: {
    columns: {
      name: text,
      grants: text,
      password_hash: bytes,
      replaced_password_hash: bytes,
      replaced_ends_at: number,
      created_at: number,
    },
    key: ['name'],
  },
  push_app: {
    columns: {
      app_id: text,
      app_key: text,
      client_id: text,
      client_secret_hash: bytes,
      replaced_secret_hash: bytes,
      replaced_ends_at: number,
      settings: text,
      is_disabled: number,
      created_at: number,
      principals: number,
      last_number: number,
    },
    key: ['app_id'],
  },
  push_user: {
    columns: {
      app_id: text,
      user_id: text,
      number,
      login_name: text,
      email_address: text,
      email_key: text,
      phone_number: text,
      display_name: text,
      country: text,
      locale: text,
      fields: text,
      password_hash: text,
      is_disabled: number,
      created_at: number,
      modified_at: number,
    },
    key: ['app_id', 'user_id'],
  },
  push_thing: {
    columns: {
      app_id: text,
      thing_id: text,
      vendor_thing_id: text,
      fields: text,
      password_hash: text,
      is_disabled: number,
      created_at: number,
      is_online: number,
      online_modified_at: number,
      node: text,
    },
    key: ['app_id', 'thing_id'],
  },
  push_owner: {
    columns: { app_id: text, thing_id: text, owner: text },
    key: ['app_id', 'thing_id', 'owner'],
  },
  push_group: {
    columns: {
      app_id: text,
      group_id: text,
      key: text,
      name: text,
      owner: text,
      created_at: number,
      modified_at: number,
    },
    key: ['app_id', 'group_id'],
  },
  push_member: {
    columns: { app_id: text, group_id: text, user_id: text },
    key: ['app_id', 'group_id', 'user_id'],
  },
  push_token: {
    columns: {
      position: number,
      hash: bytes,
      app_id: text,
      principal: text,
      expires_at: number,
      refresh_hash: bytes,
      created_at: number,
    },
    key: ['position'],
    sequence: 'position',
  },
  push_target: {
    columns: {
      key: number,
      app_id: text,
      scope: text,
      kind: text,
      name: text,
      creator: text,
      access_list: text,
      created_at: number,
      objects: number,
    },
    key: ['key'],
    sequence: 'key',
  },
  push_removed_target: { columns: { key: number }, key: ['key'] },
  push_object: {
    columns: {
      target_key: number,
      object_id: text,
      fields: text,
      data_type: text,
      creator: text,
      version: number,
      created_at: number,
      modified_at: number,
      access_list: text,
    },
    key: ['target_key', 'object_id'],
  },
  push_subscription: {
    columns: { position: number, target_key: number, app_id: text, subject: text, rests_on_right: number },
    key: ['position'],
    sequence: 'position',
  },
  push_installation: {
    columns: {
      installation_id: text,
      app_id: text,
      registration_id: text,
      device_type: text,
      is_development: number,
      subject: text,
      mqtt_topic: text,
      ready_at: number,
      expires_at: number,
      created_at: number,
    },
    key: ['installation_id'],
  },
  shared_secret: { columns: { name: text, value: bytes }, key: ['name'] },
  app_package: {
    columns: { id_app: text, installation: text, version: text, sha256: bytes, created_at: number },
    key: ['id_app'],
  },
  app_package_part: {
    columns: { installation: text, number, content: bytes, created_at: number },
    key: ['installation', 'number'],
  },
  kept_answer: {
    columns: {
      key_hash: bytes,
      caller: text,
      request_hash: bytes,
      made_id: text,
      answer: bytes,
      created_at: number,
    },
    key: ['key_hash'],
  },
  message_record: {
    columns: {
      id: text,
      at: number,
      taken_by: text,
      kind: text,
      sender: text,
      topic: text,
      uid: text,
      vin: text,
      subtopic: text,
      id_app: text,
      is_popup: number,
      receipt: text,
      app_id: text,
      receiver: text,
      installation_id: text,
      push_message_id: text,
      bytes: number,
      sha256: text,
      body: text,
      level: text,
      mark: text,
      state: text,
    },
    key: ['id'],
  },
  message_step: {
    columns: {
      id: text,
      number,
      seen_by: text,
      at: number,
      state: text,
      counted: number,
      counted_of: number,
      reason: text,
      text,
    },
    key: ['id', 'number', 'seen_by'],
  },
  ledger_level: { columns: { whose: text, name: text, level: text }, key: ['whose', 'name'] },
  operator: {
    columns: {
      name: text,
      role: text,
      password_hash: text,
      is_disabled: number,
      created_at: number,
      last_sign_in_at: number,
      factor_secret: bytes,
      factor_since: number,
      factor_step: number,
    },
    key: ['name'],
  },
  operator_session: {
    columns: {
      hash: bytes,
      operator: text,
      created_at: number,
      used_at: number,
      expires_at: number,
      address: text,
    },
    key: ['hash'],
  },
  operator_link: { columns: { hash: bytes, created_at: number, expires_at: number }, key: ['hash'] },
  operator_recovery_code: { columns: { operator: text, hash: bytes }, key: ['operator', 'hash'] },
  audit_entry: {
    columns: {
      number,
      at: number,
      node: text,
      actor: text,
      address: text,
      action: text,
      target: text,
      details: text,
      previous_hash: text,
      hash: text,
    },
    key: ['number'],
  },
}

export const tableShapes: readonly TableShape[] = Object.entries(shapes).map(([name, shape]) => ({
  name,
  ...shape,
}))

/** Rows that may be long are read a few at a time, so that a batch takes a few MiB at most. */
const longRows: Readonly<Record<string, number>> = {
  mailbox_message: 50,
  push_object: 100,
  app_package_part: 4,
}
const BATCH_ROWS = 500

export function batchRowsOf({ name }: TableShape): number {
  return longRows[name] ?? BATCH_ROWS
}
