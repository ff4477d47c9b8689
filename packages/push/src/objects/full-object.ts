import type { ObjectRecord } from '../ports/object-store.ts'
import type { JsonObject } from '../ports/user-store.ts'

/** What an object has beside its fields, under names that fields cannot have (P 10.1). */
const members: Readonly<Record<string, (object: ObjectRecord) => string | number | undefined>> = {
  _id: ({ objectID }) => objectID,
  _created: ({ createdAt }) => createdAt,
  _modified: ({ modifiedAt }) => modifiedAt,
  _owner: ({ creator }) => creator?.slice(creator.indexOf(':') + 1),
  _version: ({ version }) => String(version),
  _dataType: ({ dataType }) => dataType,
}

/** An object as clients read it (P 10.1). `_owner` is absent if the admin made it, `_dataType` if it has none. */
export function fullObject(object: ObjectRecord): JsonObject {
  const full: Record<string, unknown> = { ...object.fields }
  for (const [name, read] of Object.entries(members)) {
    const value = read(object)
    if (value !== undefined) full[name] = value
  }
  return full
}

/** The member of the full object with that name; undefined if it has none. */
export function memberOf(object: ObjectRecord, name: string): unknown {
  if (Object.hasOwn(object.fields, name)) return object.fields[name]
  return Object.hasOwn(members, name) ? members[name]?.(object) : undefined
}
