import { readFileSync } from 'node:fs'
import { nearest } from '@pillion/schema'
import { parseDocument } from 'yaml'
import type { ConfigSources } from './config.ts'

/** The configuration cannot be used. `path` is the offending key (an environment variable by its own name) or file. */
export class ConfigError extends Error {
  readonly path: string
  /** The key that was probably meant. */
  readonly nearest: string | undefined

  constructor(path: string, message: string, options?: ErrorOptions & { nearest?: string | undefined }) {
    super(message, options)
    this.name = 'ConfigError'
    this.path = path
    this.nearest = options?.nearest
  }
}

/** A value as found, under the name the person wrote it with. */
export interface FoundSetting {
  readonly name: string
  readonly value: unknown
  readonly source: 'file' | 'environment' | 'flag'
}

type Found = [path: string, setting: FoundSetting][]

/** Takes what is wrong, and goes on or throws it. */
export type Complain = (fault: ConfigError) => void

/** Settings by dotted path; later sources win: file < environment < flags. */
export function readSettings(
  { file, env, flags }: ConfigSources,
  paths: readonly string[],
  complain: Complain,
): Map<string, FoundSetting> {
  return new Map([
    ...(file === undefined ? [] : readYamlFile(file, paths, complain)),
    ...readEnvironment(env, paths, complain),
    ...readFlags(flags, paths, complain),
  ])
}

function readYamlFile(file: string, paths: readonly string[], complain: Complain): Found {
  let source: string
  try {
    source = readFileSync(file, 'utf8')
  } catch (cause) {
    const text = `The configuration file ${file} cannot be read: ${(cause as Error).message}`
    complain(new ConfigError(file, text, { cause }))
    return []
  }
  const document = parseDocument(source)
  const [fault] = document.errors
  if (fault !== undefined) {
    complain(new ConfigError(file, `The configuration file ${file} is not YAML: ${fault.message}`))
    return []
  }
  const tree: unknown = document.toJS()
  if (tree === null || tree === undefined) return []
  if (isSection(tree)) return flattenSections(tree, paths, '', complain)
  complain(new ConfigError(file, `The configuration file ${file} must hold keys and values.`))
  return []
}

function flattenSections(tree: object, paths: readonly string[], prefix: string, complain: Complain): Found {
  return Object.entries(tree).flatMap(([name, value]): Found => {
    const path = prefix + name
    if (paths.includes(path)) return [[path, { name: path, value, source: 'file' }]]
    const isKnownSection = paths.some((known) => known.startsWith(`${path}.`))
    if (!isKnownSection) complain(unknownKey(path, paths))
    // `listeners:` with nothing below it is an empty section, as people leave one when they comment its keys out.
    if (!isKnownSection || value === null) return []
    if (isSection(value)) return flattenSections(value, paths, `${path}.`, complain)
    complain(new ConfigError(path, `${path} is a section; its keys go below it.`))
    return []
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

function readEnvironment(env: NodeJS.ProcessEnv, paths: readonly string[], complain: Complain): Found {
  const pathOfVariable = new Map(paths.map((path) => [variableOf(path), path]))
  return Object.entries(env).flatMap(([name, value]): Found => {
    if (!name.startsWith('PILLION_') || value === undefined || foreignVariables.includes(name)) return []
    const path = pathOfVariable.get(name)
    if (path !== undefined) return [[path, { name, value, source: 'environment' }]]
    const pathOfFile = name.endsWith('_FILE') && pathOfVariable.get(name.slice(0, -'_FILE'.length))
    if (pathOfFile) return readValueFile(pathOfFile, name, value, complain)
    complain(unknownKey(name, [...pathOfVariable.keys()]))
    return []
  })
}

/** Secrets are best kept in files; most editors end one with a line feed. */
function readValueFile(path: string, name: string, file: string, complain: Complain): Found {
  try {
    return [[path, { name, value: readFileSync(file, 'utf8').trimEnd(), source: 'environment' }]]
  } catch (cause) {
    complain(new ConfigError(name, `${name}: ${file} cannot be read: ${(cause as Error).message}`, { cause }))
    return []
  }
}

function readFlags(flags: ConfigSources['flags'], paths: readonly string[], complain: Complain): Found {
  return Object.entries(flags).flatMap(([path, value]): Found => {
    if (value === undefined) return []
    if (paths.includes(path)) return [[path, { name: path, value, source: 'flag' }]]
    complain(unknownKey(path, paths))
    return []
  })
}

export function variableOf(path: string): string {
  return `PILLION_${path.replaceAll('.', '__').toUpperCase()}`
}

function unknownKey(path: string, known: readonly string[]): ConfigError {
  // A mistyped section is nearer to a section than to any full key.
  const depth = path.split('.').length
  const candidates = known.flatMap((key) => [key, key.split('.').slice(0, depth).join('.')])
  const meant = nearest(path, candidates)
  const advice = meant === undefined ? '`pillion config docs` lists them all.' : `Did you mean ${meant}?`
  return new ConfigError(path, `${path} is not a key of the configuration. ${advice}`, { nearest: meant })
}

function isSection(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
