import type { ObjectRecord } from '../ports/object-store.ts'
import { PushError } from '../push-error.ts'

/** What must be so for a change to be made (P 10.1). */
export interface ObjectConditions {
  /** The header as it came: `"3"`, `3` or `*`. */
  readonly ifMatch?: string | undefined
  /** `If-None-Match: *`. */
  readonly ifNoneMatchAny?: boolean | undefined
}

/** OBJECT_ALREADY_EXISTS, OBJECT_VERSION_IS_STALE. */
export function checkConditions(object: ObjectRecord, conditions: ObjectConditions): void {
  if (conditions.ifNoneMatchAny) throw objectExists(object.objectID, object.version)
  if (conditions.ifMatch !== undefined && !isMatch(object, conditions.ifMatch))
    throw objectIsStale(object.objectID, object.version)
}

/** Is it one version only that may be changed? */
export function isBound({ ifMatch }: ObjectConditions): boolean {
  return ifMatch !== undefined && ifMatch.trim() !== '*'
}

export function objectExists(objectID: string, version?: number): PushError {
  const details = version === undefined ? { objectID } : { objectID, version: String(version) }
  return new PushError('OBJECT_ALREADY_EXISTS', 'There is such an object already', { details })
}

/** @param version the present one, if it is known */
export function objectIsStale(objectID: string, version?: number): PushError {
  const details = version === undefined ? { objectID } : { objectID, version: String(version) }
  return new PushError('OBJECT_VERSION_IS_STALE', 'The object was changed since that version', { details })
}

function isMatch({ version }: ObjectRecord, ifMatch: string): boolean {
  return ifMatch.split(',').some((tag) => {
    const [, text] = /^(?:W\/)?"?([^"]*)"?$/.exec(tag.trim()) ?? []
    return text === '*' || text === String(version)
  })
}
