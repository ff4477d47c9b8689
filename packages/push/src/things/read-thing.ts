import { invalidInput } from '../invalid-input.ts'
import type { JsonObject } from '../ports/user-store.ts'

const stringMembers = new Set([
  '_thingType',
  '_vendor',
  '_firmwareVersion',
  '_productName',
  '_lot',
  '_layoutPosition',
  '_stringField1',
  '_stringField2',
  '_stringField3',
  '_stringField4',
  '_stringField5',
])

const numberMembers = new Set([
  '_numberField1',
  '_numberField2',
  '_numberField3',
  '_numberField4',
  '_numberField5',
])

const THING_TYPE_CHARACTERS_MAX = 100

/**
 * The fields of a thing after `input`: given members replace, absent ones stay, null removes (P 4.3). Names that start with
 * `_` and are not predefined are ignored, for clients echo what the server has told them.
 *
 * @throws INVALID_INPUT_DATA with the `field`
 */
export function readThingFields(
  present: JsonObject,
  input: JsonObject,
  limits: { readonly pushUserFieldsBytesMax: number },
): JsonObject {
  const fields = new Map(Object.entries(present))
  for (const [name, value] of Object.entries(input)) {
    const isPredefined = stringMembers.has(name) || numberMembers.has(name)
    if (name.startsWith('_') && !isPredefined) continue
    if (value === null) fields.delete(name)
    else fields.set(name, isPredefined ? requirePredefined(name, value) : value)
  }
  const merged = Object.fromEntries(fields)
  if (Buffer.byteLength(JSON.stringify(merged)) > limits.pushUserFieldsBytesMax) {
    throw invalidInput('fields', `A thing has ${limits.pushUserFieldsBytesMax} bytes of fields at most`)
  }
  return merged
}

function requirePredefined(name: string, value: unknown): unknown {
  const type = numberMembers.has(name) ? 'number' : 'string'
  if (typeof value !== type) throw invalidInput(name, `${name} is a ${type}`)
  if (name === '_thingType' && String(value).length > THING_TYPE_CHARACTERS_MAX) {
    throw invalidInput(name, `${name} has ${THING_TYPE_CHARACTERS_MAX} characters at most`)
  }
  return value
}
