import {
  type App,
  type AppBrand,
  type AppDevice,
  type AppOffer,
  appBrands,
  appDevices,
  countryName,
  parseLanguage,
} from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from './cli-error.ts'
import type { AdminClient } from './client.ts'

export interface OfferOptions {
  name?: string[]
  country?: string[]
  brand?: string[]
  device?: string[]
}

/** What is given of an app outside its package (W 11.2). */
export function addOfferOptions(command: Command, nameDefault = ''): Command {
  const list = (text: string, before: string[] = []) => [...before, ...text.split(',')]
  return command
    .option(
      '--name <name>',
      `name on the app wall${nameDefault}; de=NAME in a language; several times`,
      (text: string, before: string[] = []) => [...before, text],
    )
    .option('--country <codes>', 'offer it in these countries only, such as FR,DE; any = everywhere', list)
    .option('--brand <codes>', `offer it in these brands only: ${appBrands.join(', ')}; any = all`, list)
    .option(
      '--device <waves>',
      `offer it on these head units only: ${appDevices.join(', ')}; any = all`,
      list,
    )
}

/** `names` as given: an empty one is to be taken away. */
export function readOffer(options: OfferOptions): AppOffer & { readonly name?: string } {
  const given = (options.name ?? []).map(readName)
  const name = given.findLast(({ language }) => language === undefined)?.name
  const names = given.flatMap(({ language, name }) => (language === undefined ? [] : [[language, name]]))
  return {
    ...(name === undefined ? {} : { name }),
    ...(names.length === 0 ? {} : { names: Object.fromEntries(names) }),
    ...(options.country && { countries: readList(options.country, readCountry) }),
    ...(options.brand && { brands: readList(options.brand, readBrand) }),
    ...(options.device && { devices: readList(options.device, readDevice) }),
  }
}

/** Those that are given with those that the app has; an empty one takes the app's away. */
export async function joinNames(
  client: AdminClient,
  idApp: string,
  given: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const app = (await client.get<App[]>('/apps')).find((each) => each.idApp === idApp)
  return withoutEmpty({ ...app?.names, ...given })
}

export function withoutEmpty(names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== ''))
}

/** `de=Parken`; whatever does not begin with a language is a name, its `=` included. */
function readName(text: string): { language?: string; name: string } {
  const [, tag, name] = /^([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)=(.*)$/s.exec(text) ?? []
  const language = tag === undefined ? undefined : parseLanguage(tag)
  return language === undefined || name === undefined ? { name: text } : { language, name }
}

function readList<T>(texts: readonly string[], read: (text: string) => T): T[] {
  const codes = texts.map((text) => text.trim()).filter((text) => text !== '')
  if (codes.some((code) => code.toLowerCase() === 'any')) {
    if (codes.length > 1) throw usageError('Write any alone, or the codes.')
    return []
  }
  return codes.map(read)
}

function readCountry(text: string): string {
  const code = text.toUpperCase()
  if (countryName(code) !== undefined) return code
  throw usageError(`${text} is no country: write the two letters of ISO 3166-1, such as FR.`)
}

function readBrand(text: string): AppBrand {
  const brand = appBrands.find((each) => each === text.toUpperCase())
  return brand ?? unknown('brand', text, appBrands)
}

function readDevice(text: string): AppDevice {
  const device = appDevices.find((each) => each === text.toLowerCase())
  return device ?? unknown('head unit', text, appDevices)
}

function unknown(what: string, text: string, known: readonly string[]): never {
  throw usageError(`${text} is no ${what}: write ${known.join(', ')} or any.`)
}
