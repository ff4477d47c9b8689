import { InvalidArgumentError } from 'commander'

/** Of an option that takes a time. */
export function parseSeconds(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('It is a whole number of seconds.')
  return Number(text)
}
