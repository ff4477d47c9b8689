import { nearest } from './nearest.ts'
import { type SignalChange, type SignalValue, setSignal } from './signal-change.ts'
import { type SignalPath, type SignalRule, signalGroups, signalRules, themesByBrand } from './signal-rules.ts'
import type { VehicleSignals } from './vehicle-signals.ts'

/** Why a change was refused: a sentence, and the path of the signal it is about ('' for the whole). */
export interface SignalFault {
  readonly fault: string
  readonly path: string
}

/**
 * Reads a change of signals from outside: a scenario, the admin API, a person. Groups may be nested, in part, or written as dotted
 * paths (`{ 'media.track': 'One' }`); the result is nested. One fault and nothing of it counts: tell it by `'fault' in result`.
 * A theme is checked against the brand of the change, or against `brand`, the vehicle's own, where that is known.
 */
export function parseSignals(value: unknown, brand?: VehicleSignals['brand']): SignalChange | SignalFault {
  if (!isObject(value)) return { path: '', fault: 'A change of signals is an object of signals and values.' }
  const change: SignalChange = {}
  return readGroup(value, '', change) ?? findThemeFault(change, brand) ?? change
}

/** What an id means depends on the brand, and not every brand has all (W 11.6). */
function findThemeFault(
  { theme, brand: changed }: SignalChange,
  known: VehicleSignals['brand'] | undefined,
): SignalFault | undefined {
  const brand = changed ?? known
  if (theme === undefined || brand === undefined || themesByBrand[brand].includes(theme)) return undefined
  const ids = themesByBrand[brand].join(', ')
  return { path: 'theme', fault: `\`theme\` must be one of ${ids} with brand ${brand}; it is ${theme}.` }
}

function readGroup(group: object, prefix: string, change: object): SignalFault | undefined {
  for (const [name, value] of Object.entries(group)) {
    const fault = readEntry(prefix + name, value, change)
    if (fault) return fault
  }
  return undefined
}

function readEntry(path: string, value: unknown, change: object): SignalFault | undefined {
  const nested = Object.hasOwn(signalGroups, path) ? signalGroups[path] : undefined
  if (nested) {
    if (isObject(value)) return readGroup(value, `${path}.`, change)
    if (value !== null || !nested.nullable) {
      const orNull = nested.nullable ? ' or null' : ''
      return { path, fault: `\`${path}\` must be a group of signals${orNull}; it is ${show(value)}.` }
    }
    setSignal(change, path, null)
    return undefined
  }
  if (!Object.hasOwn(signalRules, path)) return { path, fault: describeUnknown(path) }
  const rule = signalRules[path as SignalPath]
  const read = readSignal(rule, value)
  if (read === undefined)
    return { path, fault: `\`${path}\` must be ${describeRule(rule)}; it is ${show(value)}.` }
  setSignal(change, path, read)
  return undefined
}

/** With the signal that was probably meant: one that goes on as this begins, such as `speedKmh`, or is a letter or two away. */
function describeUnknown(path: string): string {
  const known = Object.keys(signalRules)
  const meant =
    known.find((each) => each.toLowerCase().startsWith(path.toLowerCase())) ?? nearest(path, known)
  return `There is no signal \`${path}\`.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`
}

/** undefined if it breaks the rule. */
function readSignal(rule: SignalRule, value: unknown): SignalValue | undefined {
  switch (rule.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'text':
      return typeof value === 'string' && value.length <= rule.charactersMax ? value : undefined
    case 'choice':
      return rule.values.find((allowed) => allowed === value)
    case 'time':
      return readTime(value)
    default: {
      if (typeof value !== 'number' || (rule.kind === 'whole' && !Number.isInteger(value))) return undefined
      return rule.ranges.some(([min, max]) => value >= min && value <= max) ? value : undefined
    }
  }
}

/** Up to the last moment that a `Date` can hold. */
function readTime(value: unknown): number | null | undefined {
  if (value === null) return null
  const time = typeof value === 'string' ? Date.parse(value) : value
  return typeof time === 'number' && Math.abs(time) <= 8.64e15 ? time : undefined
}

function describeRule(rule: SignalRule): string {
  switch (rule.kind) {
    case 'boolean':
      return 'true or false'
    case 'text':
      return `text of at most ${rule.charactersMax} characters`
    case 'choice':
      return `one of ${rule.values.map(show).join(', ')}`
    case 'time':
      return 'milliseconds since 1970, an ISO 8601 time or null'
    default: {
      const ranges = rule.ranges.map(([min, max]) => `${min} to ${max}`).join(' or ')
      return `a ${rule.kind === 'whole' ? 'whole ' : ''}number from ${ranges}`
    }
  }
}

/** Short enough for a sentence; YAML can hold what contains itself. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (isObject(value)) return 'a group'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
