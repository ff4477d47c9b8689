import { PushError } from '../push-error.ts'

/** One level of members, as apps may send them. */
export type FlatData = Readonly<Record<string, string | number | boolean>>
export type Members = Readonly<Record<string, unknown>>

/** Undefined if it is absent. */
export function readObject(value: unknown, field: string): Members | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refuse(field, 'must be a JSON object')
  return value as Members
}

/** Undefined if it is absent. */
export function readBoolean(value: unknown, field: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw refuse(field, 'must be true or false')
}

/** `data` of the message or of a channel; the field's name says which. */
export function readData({ data }: Members, field: string): FlatData {
  const members = readObject(data, field) ?? {}
  for (const [name, value] of Object.entries(members)) {
    // JSON has numbers beyond what a double holds; as infinite they could not be written again.
    const isFlat = typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
    if (!isFlat) throw refuse(`${field}.${name}`, 'must be a string, a number, true or false')
  }
  return members as FlatData
}

export function refuse(field: string, reason: string): PushError {
  // What the app named itself may be very long.
  const name = field.length > 100 ? `${field.slice(0, 100)}…` : field
  return new PushError('INVALID_INPUT_DATA', `${oneLine(name)} ${reason}`, {
    details: { field: name, reason },
  })
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
}
