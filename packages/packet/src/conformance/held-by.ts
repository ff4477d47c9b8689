import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { malformedCases, packetCases, refusedCases } from '../cases.ts'
import type { Clause } from './clause.ts'

/** A test, or a row of a table of tests, whose name cites a clause. */
export interface Holder {
  /** Path from the root of the repository. */
  readonly file: string
  /** Its name without the citations; empty if the row is nothing else. */
  readonly name: string
  /** `MQTT-3.1.2-8`, `3.1.1:MQTT-3.1.2-8`, `3.1:3.2` */
  readonly clauseId: string
  /** A row that is run in version 3.1.1, too. */
  readonly runsIn311: boolean
}

/** Everything below `root` that cites a clause: test names, and the rows of the table of packets. */
export function findHolders(root: string): readonly Holder[] {
  const files = globSync('{apps,packages,sdks,test}/**/*.{test,contract}.ts', {
    cwd: root,
    exclude: ['**/node_modules/**', '**/dist/**'],
  })
  const tests = files.sort().flatMap((file) => {
    const texts = readTexts(readFileSync(join(root, file), 'utf8'))
    return texts.flatMap((text) => cite({ file, text, runsIn311: false }))
  })
  return [...findRows(), ...tests]
}

/** Who holds this clause. A statement of 3.1.1 is held by the rows of its counterpart, too, if they are run in 3.1.1. */
export function heldBy({ id, counterpart }: Clause, holders: readonly Holder[]): readonly Holder[] {
  return holders.filter(
    (holder) => holder.clauseId === id || (holder.runsIn311 && holder.clauseId === counterpart),
  )
}

function findRows(): Holder[] {
  const tables = { good: packetCases, malformed: malformedCases, refused: refusedCases }
  return Object.entries(tables).flatMap(([table, rows]) =>
    rows.flatMap((row) => {
      const text = 'clause' in row ? `${row.name} ${row.clause}` : row.name
      const file = `packages/packet/src/cases/${table}.ts`
      return cite({ file, text, runsIn311: row.versions.includes(4) })
    }),
  )
}

const citation = / ?\[((?:3\.1\.1:)?MQTT-[\d.]+-\d+(?:, -\d+)*|3\.1:[\d.]+[a-z]?)\]/g

function cite({ file, text, runsIn311 }: { file: string; text: string; runsIn311: boolean }): Holder[] {
  const name = text.replaceAll(citation, '').trim()
  return [...text.matchAll(citation)].flatMap(([, cited]) =>
    splitCitation(cited as string).map((clauseId) => ({ file, name, clauseId, runsIn311 })),
  )
}

/** `MQTT-3.1.2-8, -10` → `MQTT-3.1.2-8`, `MQTT-3.1.2-10` */
function splitCitation(cited: string): string[] {
  const [first, ...others] = cited.split(', ') as [string, ...string[]]
  const section = first.slice(0, first.lastIndexOf('-'))
  return [first, ...others.map((number) => section + number)]
}

/** The string literals of a program, comments left out. */
function readTexts(program: string): string[] {
  const token = /\/\*[\s\S]*?\*\/|\/\/.*|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g
  return [...program.matchAll(token)].flatMap(([, plain, template]) => plain ?? template ?? [])
}
