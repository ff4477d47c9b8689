import { invalidInput } from '../invalid-input.ts'

/** Where a listing goes on, as text that clients give back unread: base64url of JSON. */
export function writePaginationKey(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** INVALID_INPUT_DATA for whatever was not written here, or for another kind of listing. */
export function readPaginationKey<Position>(
  key: unknown,
  isPosition: (value: unknown) => value is Position,
): Position {
  try {
    const position: unknown = JSON.parse(Buffer.from(String(key), 'base64url').toString())
    if (isPosition(position) && writePaginationKey(position) === key) return position
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
  }
  throw invalidInput('paginationKey', 'The pagination key is not one of this list')
}
