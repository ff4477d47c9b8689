import { globSync, readFileSync } from 'node:fs'
import { listConfigKeys } from '../../apps/server/src/config.ts'
import { listMetrics } from '../../apps/server/src/metrics/metrics-reference.ts'
import { nearest } from '../../packages/schema/src/index.ts'
import type { Page, Placed } from './page.ts'
import type { Problem } from './problem.ts'
import { root } from './root.ts'

/** Metrics, configuration keys, error codes and reasons that the code does not have. */
export function checkNames(pages: readonly Page[]): Problem[] {
  return pages.flatMap((page) => {
    const problem =
      (placed: Placed) =>
      (fault: Fault): Problem => ({ file: page.file, line: placed.line, ...fault })
    return [
      ...page.inlineCode.flatMap((placed) =>
        [...findWordFaults(placed.text), ...findKeyFaults(placed.text)].map(problem(placed)),
      ),
      ...[...page.inlineCode, ...splitBlocks(page)].flatMap((placed) =>
        [...findMetricFaults(placed.text), ...findVariableFaults(placed.text)].map(problem(placed)),
      ),
    ]
  })
}

type Fault = Pick<Problem, 'what' | 'nearest'>

const words = readWords()
const metrics = listMetrics().map(({ name }) => name)
/** Of the cookie, of which the documentation speaks as well. */
const noMetrics = new Set(['pillion_session'])

function findMetricFaults(text: string): Fault[] {
  return [...text.matchAll(/\bpillion_[a-z0-9_]+/g)].flatMap(([name]) => {
    const metric = name.replace(/_(bucket|sum|count)$/, '')
    if (metrics.includes(name) || metrics.includes(metric) || noMetrics.has(name)) return []
    return [{ what: `there is no metric ${name}`, nearest: nearest(name, metrics) }]
  })
}

const keys = listConfigKeys().map(({ path }) => path)
const sections = new Set(keys.map((path) => path.split('.')[0] ?? ''))
const fileEnding = /\.(ts|tsx|js|mjs|json|md|yaml|yml|db|html|css|service|test)$/

/** `limits.connectionsMax`, `limits.push…`, `tls` with something behind it. */
function findKeyFaults(text: string): Fault[] {
  const [, path = '', isBegun = ''] = /^([a-z]\w*(?:\.\w+)*\.?)(…|\*)?$/.exec(text) ?? []
  if (!path.includes('.') || !sections.has(path.split('.')[0] ?? '') || fileEnding.test(path)) return []
  if (keys.some((key) => key === path || key.startsWith(isBegun === '' ? `${path}.` : path))) return []
  return [{ what: `the configuration has no ${text}`, nearest: nearest(path, keys) }]
}

const variables = keys.map((path) => `PILLION_${path.replaceAll('.', '__').toUpperCase()}`)

function findVariableFaults(text: string): Fault[] {
  return [...text.matchAll(/\bPILLION_[A-Z_]*[A-Z]\b(?!…)/g)].flatMap(([name]) => {
    if (variables.includes(name.replace(/_FILE$/, '')) || variables.includes(name)) return []
    if (name === 'PILLION_SECTION__KEY' || (!name.includes('__') && words.has(name))) return []
    return [{ what: `no variable is called ${name}`, nearest: nearest(name, variables) }]
  })
}

/** `TOPIC_NOT_FOUND`, `outbox_full`: error codes and reasons, and whatever else is written like this. */
function findWordFaults(text: string): Fault[] {
  if (!/^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)$/.test(text)) return []
  if (/^(PILLION|pillion)_/.test(text) || words.has(text)) return []
  return [{ what: `the code has no ${text}`, nearest: nearest(text, words) }]
}

/** Every word of that form in the program's own texts and names, tests left out; and those of programs beside ours. */
function readWords(): Set<string> {
  const words = new Set(['max_connections', 'node_modules', 'proxy_pass'])
  const files = globSync(
    '{apps,packages,sdks,deploy,bench,examples}/**/*.{ts,tsx,js,yaml,yml,env,conf,cfg}',
    {
      cwd: root,
      exclude: (name) => /(^|\/)(node_modules|dist|public)$|\.test\.ts$/.test(name),
    },
  )
  for (const file of files) {
    const text = readFileSync(root + file, 'utf8')
    for (const [word] of text.matchAll(
      /\b(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[a-z][a-z0-9]*(?:_[a-z0-9]+)+)\b/g,
    ))
      words.add(word)
  }
  return words
}

function splitBlocks({ blocks }: Page): Placed[] {
  return blocks.flatMap(({ line, text }) =>
    text.split('\n').map((each, index) => ({ line: line + index, text: each })),
  )
}
