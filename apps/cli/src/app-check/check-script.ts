import { type Options, parse, type Token } from 'acorn'
import type { Finding } from './finding.ts'

/** Where the text of a script begins. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** Names of XML vocabularies look like addresses, but nobody goes there. */
const vocabulary = /^https?:\/\/(www\.)?w3\.org\//i
const address = /\b(?:https?|wss?|ftp):\/\/[^\s"'`<>\\]+/gi

/** A script as the vehicle's browser reads it. `isHandler`: the text of an attribute such as onclick, which may return. */
export function checkScript(text: string, place: Place, { isHandler = false } = {}): Finding[] {
  const common: Options = { ecmaVersion: 5, sourceType: 'script', allowReturnOutsideFunction: isHandler }
  const es5 = read(text, common)
  if (!('error' in es5)) return findAddresses(text, es5.tokens, place)
  const newer = read(text, { ...common, ecmaVersion: 'latest' })
  const modern =
    'error' in newer ? read(text, { ...common, ecmaVersion: 'latest', sourceType: 'module' }) : newer
  if ('error' in modern && 'error' in newer) return [toFinding('syntax', newer.error, text, place)]
  const found = 'error' in modern ? [] : findAddresses(text, modern.tokens, place)
  return [toFinding('es5', es5.error, text, place), ...found]
}

interface SyntaxFault {
  readonly message: string
  readonly pos: number
  readonly loc: { readonly line: number }
}

function read(text: string, options: Options): { tokens: Token[] } | { error: SyntaxFault } {
  const tokens: Token[] = []
  try {
    parse(text, { ...options, locations: true, onToken: tokens })
    return { tokens }
  } catch (error) {
    if (error instanceof SyntaxError) return { error: error as SyntaxError & SyntaxFault }
    throw error
  }
}

function toFinding(rule: 'es5' | 'syntax', fault: SyntaxFault, text: string, place: Place): Finding {
  const [near = ''] = text.slice(fault.pos, fault.pos + 40).split(/[\r\n]/)
  const where = near === '' ? 'at the end' : `at ${JSON.stringify(near)}`
  const message =
    rule === 'es5' ? `Newer than ES5, ${where}.` : `${fault.message.replace(/ \(\d+:\d+\)$/, '')}, ${where}.`
  return { severity: 'error', file: place.file, line: place.line + fault.loc.line - 1, rule, message }
}

/** Only a warning: a text may name an address that nobody asks for. */
function findAddresses(text: string, tokens: readonly Token[], place: Place): Finding[] {
  const texts = tokens.filter(({ type }) => type.label === 'string' || type.label === 'template')
  return texts.flatMap((token): Finding[] => {
    const found = text.slice(token.start, token.end).replaceAll('\\/', '/').match(address) ?? []
    const line = place.line + (token.loc?.start.line ?? 1) - 1
    return found
      .filter((each) => !vocabulary.test(each))
      .map((each) => ({
        severity: 'warning',
        file: place.file,
        line,
        rule: 'address',
        message: `A script names ${each}; it cannot be reached from a vehicle.`,
      }))
  })
}
