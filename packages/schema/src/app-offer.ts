/** Brand codes of packages and of restrictions (W 11.2): Peugeot, Citroën, DS, Opel, Vauxhall. */
export const appBrands = ['AP', 'AC', 'DS', 'OP', 'VX'] as const
export type AppBrand = (typeof appBrands)[number]

/** Head units (NAC) by the wave of their software (W 11.2). */
export const appDevices = ['w2.1', 'w3.1', 'w4'] as const
export type AppDevice = (typeof appDevices)[number]

/** What is given of an app outside its package (W 11.2). What is absent or empty restricts nothing. */
export interface AppOffer {
  /** Names on the wall by language, a BCP 47 tag such as `de` or `pt-BR`; where none fits, the app's `name`. */
  readonly names?: Readonly<Record<string, string>>
  /** Where vehicles are that it is offered to: ISO 3166-1, two capital letters. */
  readonly countries?: readonly string[]
  readonly brands?: readonly AppBrand[]
  readonly devices?: readonly AppDevice[]
}

/** In English, as vehicles say it (W 10.2); undefined if no country has this code. */
export function countryName(code: string): string | undefined {
  if (!/^[A-Z]{2}$/.test(code)) return undefined
  const name = countryNames.of(code)
  return name === UNKNOWN ? undefined : name
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
const UNKNOWN = countryNames.of('ZZ')

/** The tag as it is written: `pt-br` → `pt-BR`; undefined if it is none. */
export function parseLanguage(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0]
  } catch {
    return undefined
  }
}
