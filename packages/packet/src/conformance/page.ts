/**
 * Writes docs/reference/mqtt-conformance.md from the lists of clauses and the names of the tests:
 *
 *   node packages/packet/src/conformance/page.ts
 */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Clause, type Duty, duties } from './clause.ts'
import { clauses311 } from './clauses-3.1.1.ts'
import { clauses31 } from './clauses-3.1.ts'
import { clauses5 } from './clauses-5.ts'
import { findHolders, type Holder, heldBy } from './held-by.ts'

export const root = fileURLToPath(new URL('../../../../', import.meta.url))
export const pageFile = `${root}docs/reference/mqtt-conformance.md`
export const allClauses: readonly Clause[] = [...clauses5, ...clauses311, ...clauses31]

export function writePage(holders: readonly Holder[]): string {
  const standards = [
    ['MQTT 5', clauses5],
    ['MQTT 3.1.1, where number or meaning differ', clauses311],
    ['MQTT 3.1, by section', clauses31],
  ] as const
  return [
    intro,
    ...Object.entries(duties).map(([duty, meaning]) => `- **${duty}**: ${meaning}`),
    '',
    `| | statements | ${Object.keys(duties).join(' | ')} | without a test |`,
    `| --- | --- |${' --- |'.repeat(Object.keys(duties).length + 1)}`,
    ...standards.map(([name, clauses]) => countRow(name, clauses, holders)),
    ...standards.flatMap(([name, clauses]) => writeTable(name, clauses, holders)),
    '',
  ].join('\n')
}

const intro = `# MQTT conformance

The numbered statements of the standard, in our words, and the tests that hold each. Made from the names of the tests by
\`node packages/packet/src/conformance/page.ts\`; a test fails when this page is not what that writes, and when a
statement that binds the server has no test.

A test cites what it holds: \`[MQTT-3.1.2-22]\` for MQTT 5, \`[3.1.1:MQTT-3.1.2-24]\`, \`[3.1:3.2]\`. A statement of 3.1.1 that
is not listed has the number and meaning of one of 5. Paths leave out \`packages/\` and \`src/\`. The rows of
\`packet/cases/malformed.ts\` are tests of the decoder; those that are one whole packet are also sent to a running broker
beside a bystander (\`broker/conformance/malformed.test.ts\`). What is retained is retained in the open policy and by accounts; the
product’s own topics keep nothing.
`

function countRow(name: string, clauses: readonly Clause[], holders: readonly Holder[]): string {
  const perDuty = Object.keys(duties).map((duty) => clauses.filter((clause) => clause.duty === duty).length)
  const open = clauses.filter((clause) => needsTest(clause, holders)).length
  return `| ${[name, clauses.length, ...perDuty, open].join(' | ')} |`
}

export function needsTest(clause: Clause, holders: readonly Holder[]): boolean {
  return clause.duty === 'server' && heldBy(clause, holders).length === 0
}

function writeTable(name: string, clauses: readonly Clause[], holders: readonly Holder[]): string[] {
  const rows = clauses.map((clause) => {
    const number = clause.id.replace(/^.*:|MQTT-/g, '')
    return `| ${number} | ${clause.says} | ${clause.duty} | ${writeHolders(heldBy(clause, holders), clause.duty)} |`
  })
  return ['', `## ${name}`, '', '| | says | binds | held by |', '| --- | --- | --- | --- |', ...rows]
}

const NAMES_PER_FILE_MAX = 3

function writeHolders(holders: readonly Holder[], duty: Duty): string {
  if (holders.length === 0) return duty === 'server' ? '**no test yet**' : ''
  const byFile = Object.groupBy(holders, ({ file }) => file)
  return Object.entries(byFile)
    .map(([file, held = []]) => {
      const names = [...new Set(held.map(({ name }) => writeName(name)))]
      const rest = names.splice(NAMES_PER_FILE_MAX).length
      const more = rest > 0 ? ` and ${rest} more` : ''
      return `\`${file.replace(/^packages\/|src\//g, '')}\`: ${names.join('; ')}${more}`
    })
    .join('<br>')
}

function writeName(name: string): string {
  const text = name.replaceAll(/\$\{[^}]*\}/g, '…').replaceAll(/[|*_<]/g, '\\$&')
  return text === '' ? 'rows' : text
}

if (import.meta.main) writeFileSync(pageFile, writePage(findHolders(root)))
