import { invalidInput } from '../invalid-input.ts'

/** As people and things may choose them (P 3.1, 4.1). */
export function requirePassword(password: string, field: string): string {
  if (/^[\x20-\x7e]{4,50}$/.test(password)) return password
  throw invalidInput(field, 'A password has 4 to 50 printable ASCII characters')
}
