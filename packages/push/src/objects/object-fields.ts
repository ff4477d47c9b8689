import { invalidInput } from '../invalid-input.ts'
import type { PushLimits } from '../limits.ts'
import type { JsonObject } from '../ports/user-store.ts'

const objectIDPattern = /^[A-Za-z0-9_.-]{2,100}$/

/** A body as fields: an object of JSON, without the members whose names start with `_` (P 10.1). INVALID_INPUT_DATA. */
export function readFields(body: unknown, limits: PushLimits): JsonObject {
  if (!isJsonObject(body)) throw invalidInput('body', 'An object is a JSON object')
  if (!isWithinDepth(body, limits.pushObjectDepthMax))
    throw invalidInput(
      'body',
      `An object has at most ${limits.pushObjectDepthMax} objects and arrays within each other`,
    )
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => !name.startsWith('_')))
  checkSize(fields, limits)
  return fields
}

/** INVALID_INPUT_DATA for what a patch would make too large. */
export function mergeFields(fields: JsonObject, changes: JsonObject, limits: PushLimits): JsonObject {
  const merged = { ...fields, ...changes }
  checkSize(merged, limits)
  return merged
}

/** For an id that a client chose. */
export function checkObjectID(objectID: string): void {
  if (!objectIDPattern.test(objectID))
    throw invalidInput('objectID', 'An objectID has 2 to 100 letters, digits, ., - and _')
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function checkSize(fields: JsonObject, { pushObjectCharactersMax: charactersMax }: PushLimits): void {
  if (JSON.stringify(fields).length > charactersMax)
    throw invalidInput('body', `An object has at most ${charactersMax} characters`)
}

function isWithinDepth(value: unknown, depthMax: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depthMax > 0 && Object.values(value).every((inner) => isWithinDepth(inner, depthMax - 1))
}
