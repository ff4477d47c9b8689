import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { readConfig } from '../../apps/server/src/config.ts'
import { parseScenario } from '../../packages/host/src/index.ts'
import { pushErrors } from '../../packages/push/src/push-error.ts'
import { ProblemBody } from '../../packages/schema/src/index.ts'
import { generatedPages } from './generated.ts'
import type { Block, Page } from './page.ts'
import type { Problem } from './problem.ts'
import { readers } from './readers.ts'

/**
 * Snippets that nothing checks, and those of configuration and JSON that are not what they say. What each language is checked by:
 *
 * - sh, console, sql: run by a reader (`readers.ts`, `test/docs/pages.test.ts`); what they need before stands in notes (`test/support/page-runner.ts`)
 * - ts, js, diff, html: the compiler (`typed-snippets.ts`); the site's test has a browser load those of html
 * - yaml, json: what `<!-- is: … -->` before it names, of `kinds`; without it YAML is a configuration. JSON may be a file that the
 *   page's shell uses, or made from the code, whose tests hold it then
 * - text is only to be looked at, unless `<!-- is: haproxy -->`: then HAProxy has to take it (`test/docs/check.test.ts`)
 *
 * `<!-- runs not: WHY -->` before a block leaves it out.
 */
export function checkSnippets(pages: readonly Page[]): Problem[] {
  return pages.flatMap(({ file, blocks }) =>
    blocks
      .filter(({ notes }) => !notes.has('runs not'))
      .flatMap((block) => findFaults(file, block).map((fault) => ({ file, line: block.line, ...fault }))),
  )
}

type Fault = Pick<Problem, 'what' | 'nearest'>

const run = new Set(['sh', 'console', 'sql'])
const compiled = new Set(['ts', 'js', 'diff', 'html'])
const read = new Set(readers.flatMap((each) => each.pages))

function findFaults(file: string, { language, title, text, notes }: Block): readonly Fault[] {
  if (run.has(language))
    return read.has(file) ? [] : [{ what: `no reader in scripts/docs/readers.ts does ${file}` }]
  if (compiled.has(language)) return []
  if (language === '') return [{ what: 'the block names no language; text is what is only to be looked at' }]
  const isUsed = title !== undefined && read.has(file)
  const kind = notes.get('is') ?? { yaml: 'configuration', text: 'text' }[language]
  if (kind === undefined && language === 'json' && (isUsed || generatedPages.has(file))) return []
  const find = kinds.get(kind ?? '')
  if (find !== undefined) return find(text)
  const known = `<!-- is: … --> knows ${[...kinds.keys()].join(', ')}`
  return [{ what: `nothing checks this ${kind ?? language}: ${known}; <!-- runs not: WHY --> leaves it out` }]
}

const kinds: ReadonlyMap<string, (text: string) => readonly Fault[]> = new Map([
  ['configuration', findConfigurationFaults],
  ['scenario', findScenarioFaults],
  ['problem', findProblemFaults],
  ['push error', findPushErrorFaults],
  ['haproxy', () => []],
  ['text', () => []],
])

/** As `pillion config check` does, but for files that are elsewhere. */
function findConfigurationFaults(text: string): readonly Fault[] {
  const folder = mkdtempSync(join(tmpdir(), 'pillion-snippet-'))
  try {
    const file = join(folder, 'pillion.yaml')
    writeFileSync(file, text)
    const faults: (Fault & { path: string })[] = []
    readConfig({ file, env: {}, flags: {} }, ({ path, message, nearest }) => {
      faults.push({ path, what: message.replaceAll(file, 'the file'), nearest })
    })
    return faults.filter(({ path }) => !path.endsWith('File')).map(({ what, nearest }) => ({ what, nearest }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function findScenarioFaults(text: string): readonly Fault[] {
  return (parseScenario(text).faults ?? []).map(({ line, text: what }) => ({ what: `line ${line}: ${what}` }))
}

/** Of `/admin/v1` and `/partner/v1`. */
function findProblemFaults(text: string): readonly Fault[] {
  return Value.Check(ProblemBody, JSON.parse(text)) ? [] : [{ what: 'this is no ProblemBody' }]
}

function findPushErrorFaults(text: string): readonly Fault[] {
  const { errorCode, message } = JSON.parse(text) as { errorCode: string; message: unknown }
  return errorCode in pushErrors && typeof message === 'string' ? [] : [{ what: 'this is no error of push' }]
}
