import type { DeviceType, Owner, Principal, ScopeKey, Subject } from '@pillion/push'
import type { Generated } from 'kysely'

/** The tables of the push service, as queries see them. Columns that hold JSON are texts; 0 and 1 stand for booleans. */
export interface PushDatabase {
  push_app: PushAppTable
  push_user: PushUserTable
  push_thing: PushThingTable
  push_owner: PushOwnerTable
  push_group: PushGroupTable
  push_member: PushMemberTable
  push_token: PushTokenTable
  push_target: PushTargetTable
  push_removed_target: PushRemovedTargetTable
  push_object: PushObjectTable
  push_subscription: PushSubscriptionTable
  push_installation: PushInstallationTable
}

export interface PushAppTable {
  app_id: string
  app_key: string
  client_id: string
  client_secret_hash: Uint8Array
  replaced_secret_hash: Uint8Array | null
  replaced_ends_at: number | null
  settings: string
  is_disabled: number
  created_at: number
  /** Users and things; counted here, for counting a million rows takes long. */
  principals: number
  /** Of the newest user or thing. */
  last_number: number
}

export interface PushUserTable {
  app_id: string
  user_id: string
  number: number
  login_name: string | null
  email_address: string | null
  /** The address in lower case: addresses are compared so. */
  email_key: string | null
  phone_number: string | null
  display_name: string | null
  country: string | null
  locale: string | null
  fields: string
  password_hash: string | null
  is_disabled: number
  created_at: number
  modified_at: number
}

export interface PushThingTable {
  app_id: string
  thing_id: string
  vendor_thing_id: string
  fields: string
  password_hash: string
  is_disabled: number
  created_at: number
  /** Null before the first connection. */
  is_online: number | null
  online_modified_at: number | null
  /** Where it is, or was last, connected. */
  node: string | null
}

export interface PushOwnerTable {
  app_id: string
  thing_id: string
  owner: Owner
}

export interface PushGroupTable {
  app_id: string
  group_id: string
  key: string
  name: string
  owner: string | null
  created_at: number
  modified_at: number
}

export interface PushMemberTable {
  app_id: string
  group_id: string
  user_id: string
}

export interface PushTokenTable {
  /** Grows: the order of age. */
  position: Generated<number>
  hash: Uint8Array
  app_id: string
  principal: Subject | Exclude<Principal['kind'], 'user' | 'thing'>
  expires_at: number | null
  refresh_hash: Uint8Array | null
  created_at: number
}

export interface PushTargetTable {
  key: Generated<number>
  app_id: string
  scope: ScopeKey
  kind: 'topic' | 'bucket'
  name: string
  creator: string | null
  access_list: string
  created_at: number
  /** How many; counted here, for counting a million rows takes long. */
  objects: number
}

/** Targets that are gone, but whose subscriptions and objects may still be there. */
export interface PushRemovedTargetTable {
  key: number
}

export interface PushObjectTable {
  target_key: number
  object_id: string
  fields: string
  data_type: string | null
  creator: string | null
  version: number
  created_at: number
  modified_at: number
  access_list: string
}

export interface PushSubscriptionTable {
  position: Generated<number>
  target_key: number
  app_id: string
  subject: Subject
  rests_on_right: number
}

export interface PushInstallationTable {
  installation_id: string
  app_id: string
  registration_id: string
  device_type: DeviceType
  is_development: number
  subject: Subject
  /** This and the next two: of type MQTT only. */
  mqtt_topic: string | null
  ready_at: number | null
  expires_at: number | null
  created_at: number
}
