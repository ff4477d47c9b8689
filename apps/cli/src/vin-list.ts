import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseVin, type Vin } from '@pillion/schema'
import { describeError, usageError } from './cli-error.ts'

/**
 * The VINs of a command: its arguments, or the lines of a file ('-' is stdin; blank lines and lines that begin with
 * # are skipped). Every one is checked before any is used, and each is returned once.
 */
export async function readVins(args: readonly string[], file: string | undefined): Promise<Vin[]> {
  if (file === undefined) {
    if (args.length === 0) throw usageError('Name at least one VIN, or a file of them with --file FILE.')
    return parseVins(args.map((text) => ({ text, place: undefined })))
  }
  if (args.length > 0) throw usageError('Name VINs or --file FILE, not both.')
  const source = file === '-' ? 'stdin' : file
  const lines = (await readInput(file)).split(/\r?\n/)
  const entries = lines
    .map((line, at) => ({ text: line.trim(), place: `${source}, line ${at + 1}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
  if (entries.length === 0) throw usageError(`There is no VIN in ${source}; write one per line.`)
  return parseVins(entries)
}

/** The whole text of a file, or of stdin for '-'. */
export async function readInput(file: string): Promise<string> {
  if (file === '-') return await text(process.stdin)
  try {
    return (await readFile(file, 'utf8')).replace(/^\ufeff/, '')
  } catch (error) {
    throw usageError(`Cannot read ${file}: ${describeError(error)}.`)
  }
}

function parseVins(entries: readonly { text: string; place: string | undefined }[]): Vin[] {
  const vins = new Set<Vin>()
  const faults: string[] = []
  for (const { text, place } of entries) {
    const vin = parseVin(text)
    if (vin !== undefined) vins.add(vin)
    else faults.push(`'${text}'${place === undefined ? '' : ` (${place})`}`)
  }
  if (faults.length === 0) return [...vins]
  const shown = faults.slice(0, 3).join(', ')
  const more = faults.length > 3 ? ` and ${faults.length - 3} more` : ''
  throw usageError(`Not a VIN: ${shown}${more}. A VIN is exactly 17 letters or digits.`)
}
