import { type AppOffer, countryName, limits, parseLanguage } from '@pillion/schema'
import { FleetError } from './fleet-error.ts'
import { malformed, requireName } from './require-names.ts'

/**
 * What an operator gives of an app outside its package (W 11.2), each thing once and in the order of its code.
 * @throws {FleetError} a language, country or name that cannot be
 */
export function parseOffer({ names, countries, brands, devices }: AppOffer): AppOffer {
  return {
    ...(names && { names: parseNames(names) }),
    ...(countries && { countries: sortOnce(countries.map(requireCountry)) }),
    ...(brands && { brands: sortOnce(brands) }),
    ...(devices && { devices: sortOnce(devices) }),
  }
}

/** Only what says something: an app that is offered everywhere has no list of countries. */
export function withoutEmpty(offer: AppOffer): AppOffer {
  return Object.fromEntries(Object.entries(offer).filter(([, given]) => Object.keys(given).length > 0))
}

function parseNames(names: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(names)
  if (entries.length > limits.appNamesMax) {
    throw new FleetError('APP_NAMES_TOO_MANY', `Got ${entries.length}; at most ${limits.appNamesMax}.`)
  }
  const parsed = new Map(entries.map(([tag, name]) => [requireLanguage(tag), requireName(name)]))
  return Object.fromEntries([...parsed].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function requireLanguage(tag: string): string {
  return parseLanguage(tag) ?? malformed('LANGUAGE_MALFORMED', tag)
}

function requireCountry(code: string): string {
  return countryName(code) === undefined ? malformed('COUNTRY_UNKNOWN', code) : code
}

function sortOnce<T extends string>(values: readonly T[]): T[] {
  return [...new Set(values)].sort()
}
