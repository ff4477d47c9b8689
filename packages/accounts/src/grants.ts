import { isTopicFilter } from '@pillion/packet'
import { AccountError } from './account-error.ts'

/** What an account may do: topic filters, each valid and at most once. */
export interface Grants {
  readonly publish: readonly string[]
  readonly subscribe: readonly string[]
}

export interface GrantLimits {
  /** For each of publishing and subscribing. */
  readonly accountFiltersMax: number
  readonly topicBytesMax: number
  readonly topicLevelsMax: number
}

/**
 * Checks what an operator wants to grant, and puts the account's name where a filter says `{name}`.
 * @throws {AccountError}
 */
export function parseGrants(name: string, wanted: Partial<Grants>, limits: GrantLimits): Grants {
  const publish = parseFilters(name, wanted.publish ?? [], limits)
  const subscribe = parseFilters(name, wanted.subscribe ?? [], limits)
  for (const filter of publish) if (filter.startsWith('$')) throw notGrantable(filter)
  for (const filter of subscribe) if (/^\$(?!SYS(\/|$))/.test(filter)) throw notGrantable(filter)
  return { publish, subscribe }
}

/**
 * Is every filter still granted that was? Compared by their texts: that `#` covers another filter does not mean that it
 * reaches the same topics, such as the product's.
 */
export function keepsSubscriptions(earlier: Grants, later: Grants): boolean {
  return earlier.subscribe.every((filter) => later.subscribe.includes(filter))
}

function parseFilters(name: string, wanted: readonly string[], limits: GrantLimits): readonly string[] {
  const filters = new Set(wanted.map((filter) => filter.replaceAll('{name}', name)))
  if (filters.size > limits.accountFiltersMax)
    throw new AccountError('FILTERS_TOO_MANY', `Got ${filters.size}; at most ${limits.accountFiltersMax}.`)
  for (const filter of filters) {
    const isTooLong =
      Buffer.byteLength(filter) > limits.topicBytesMax || filter.split('/').length > limits.topicLevelsMax
    if (isTooLong || !isTopicFilter(filter))
      throw new AccountError('FILTER_MALFORMED', `Got ${quote(filter)}.`)
  }
  return [...filters]
}

function notGrantable(filter: string): AccountError {
  const advice = filter.startsWith('$share/')
    ? 'Grant the filter without $share/<group>/; the account may share it.'
    : 'Below $ there is only $SYS, and only for subscribing.'
  return new AccountError('FILTER_NOT_GRANTABLE', `Got ${quote(filter)}. ${advice}`)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
