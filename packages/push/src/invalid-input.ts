import { PushError } from './push-error.ts'

/** For one member of a body, or one name in a path, that is not as the contract wants it. */
export function invalidInput(field: string, text: string): PushError {
  return new PushError('INVALID_INPUT_DATA', text, { details: { field } })
}
