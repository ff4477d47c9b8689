import { readFileSync } from 'node:fs'
import { parseDocument } from 'yaml'
import type { ConfigSources } from './config.ts'

/** The configuration cannot be used. `path` is the offending key (an environment variable by its own name) or file. */
export class ConfigError extends Error {
  readonly path: string

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ConfigError'
    this.path = path
  }
}

/** A value as found, under the name the person wrote it with. */
export interface Setting {
  readonly name: string
  readonly value: unknown
}

/** Settings by dotted path; later sources win: file < environment < flags. */
export function readSettings(
  { file, env, flags }: ConfigSources,
  paths: readonly string[],
): Map<string, Setting> {
  return new Map([
    ...(file === undefined ? [] : readYamlFile(file, paths)),
    ...readEnvironment(env, paths),
    ...readFlags(flags, paths),
  ])
}

function readYamlFile(file: string, paths: readonly string[]): [string, Setting][] {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ConfigError(
      file,
      `The configuration file ${file} cannot be read: ${(cause as Error).message}`,
      { cause },
    )
  }
  const document = parseDocument(source)
  const [fault] = document.errors
  if (fault !== undefined)
    throw new ConfigError(file, `The configuration file ${file} is not YAML: ${fault.message}`)
  const tree: unknown = document.toJS()
  if (tree === null || tree === undefined) return []
  if (!isSection(tree))
    throw new ConfigError(file, `The configuration file ${file} must hold keys and values.`)
  return flattenSections(tree, paths, '')
}

function flattenSections(tree: object, paths: readonly string[], prefix: string): [string, Setting][] {
  return Object.entries(tree).flatMap(([name, value]): [string, Setting][] => {
    const path = prefix + name
    if (paths.includes(path)) return [[path, { name: path, value }]]
    const isKnownSection = paths.some((known) => known.startsWith(`${path}.`))
    if (!isKnownSection) throw unknownKey(path, paths)
    // `listeners:` with nothing below it is an empty section, as people leave one when they comment its keys out.
    if (value === null) return []
    if (!isSection(value)) throw new ConfigError(path, `${path} is a section; its keys go below it.`)
    return flattenSections(value, paths, `${path}.`)
  })
}

/** Read by the command line; not part of the configuration. */
const foreignVariables = [
  'PILLION_CA',
  'PILLION_CONFIG',
  'PILLION_DEBUG',
  'PILLION_SERVER',
  'PILLION_TOKEN_FILE',
]

function readEnvironment(env: NodeJS.ProcessEnv, paths: readonly string[]): [string, Setting][] {
  const pathOfVariable = new Map(paths.map((path) => [variableOf(path), path]))
  return Object.entries(env).flatMap(([name, value]): [string, Setting][] => {
    if (!name.startsWith('PILLION_') || value === undefined || foreignVariables.includes(name)) return []
    const path = pathOfVariable.get(name)
    if (path !== undefined) return [[path, { name, value }]]
    const pathOfFile = name.endsWith('_FILE') && pathOfVariable.get(name.slice(0, -'_FILE'.length))
    if (!pathOfFile) throw unknownKey(name, [...pathOfVariable.keys()])
    return [[pathOfFile, { name, value: readValueFile(name, value) }]]
  })
}

/** Secrets are best kept in files; most editors end one with a line feed. */
function readValueFile(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd()
  } catch (cause) {
    throw new ConfigError(name, `${name}: ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function readFlags(flags: ConfigSources['flags'], paths: readonly string[]): [string, Setting][] {
  return Object.entries(flags).flatMap(([path, value]): [string, Setting][] => {
    if (value === undefined) return []
    if (!paths.includes(path)) throw unknownKey(path, paths)
    return [[path, { name: path, value }]]
  })
}

export function variableOf(path: string): string {
  return `PILLION_${path.replaceAll('.', '__').toUpperCase()}`
}

function unknownKey(path: string, known: readonly string[]): ConfigError {
  // A mistyped section is nearer to a section than to any full key.
  const depth = path.split('.').length
  const candidates = known.flatMap((key) => [key, key.split('.').slice(0, depth).join('.')])
  const nearest = candidates.toSorted((a, b) => editDistance(path, a) - editDistance(path, b))[0] ?? ''
  return new ConfigError(path, `${path} is not a key of the configuration. Did you mean ${nearest}?`)
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
