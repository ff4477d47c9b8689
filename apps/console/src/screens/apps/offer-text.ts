import { countryName, parseLanguage } from '@pillion/schema'

/** What was read, and the first piece that could not be. */
export interface Read<Value> {
  readonly value: Value
  readonly fault?: string
}

/** One name a line, such as `de=Parken`. */
export function readNames(text: string): Read<Record<string, string>> {
  const lines = text.split('\n').map((line) => line.trim())
  const names: Record<string, string> = {}
  for (const line of lines.filter((each) => each !== '')) {
    const at = line.indexOf('=')
    const language = parseLanguage(line.slice(0, Math.max(0, at)).trim())
    const name = line.slice(at + 1).trim()
    if (language === undefined || name === '')
      return { value: names, fault: `Write a language, = and a name, such as de=Parken, not “${line}”.` }
    names[language] = name
  }
  return { value: names }
}

export function writeNames(names: Readonly<Record<string, string>> = {}): string {
  return Object.entries(names)
    .map(([language, name]) => `${language}=${name}`)
    .join('\n')
}

/** Codes with anything between them. */
export function readCountries(text: string): Read<string[]> {
  const codes = text.split(/[^\p{L}\p{N}]+/u).filter((code) => code !== '')
  const value = codes.map((code) => code.toUpperCase())
  const wrong = value.findIndex((code) => countryName(code) === undefined)
  return wrong < 0 ? { value } : { value, fault: `No country has the code ${codes[wrong]}.` }
}
