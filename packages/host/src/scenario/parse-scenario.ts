import { limits, parseSignals, type SignalChange, type VehicleSignals } from '@pillion/schema'
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import type { Scenario, ScenarioStep } from './scenario.ts'

/** What is wrong with a scenario's text; lines count from 1. */
export interface ScenarioFault {
  readonly line: number
  readonly text: string
}

export type ParsedScenario =
  | { readonly scenario: Scenario; readonly faults?: undefined }
  | { readonly scenario?: undefined; readonly faults: readonly ScenarioFault[] }

const secondsMax = 7 * 86_400
const noteCharactersMax = 200
const faultsMax = 20

/**
 * Reads a scenario from YAML: `name`, `description` and `steps`, each `at` a time (seconds, `m:ss` or `h:mm:ss`) with any of `set`
 * (signals as in `parseSignals`), `over` (a time), `drive` and `note`. Never throws.
 */
export function parseScenario(text: string): ParsedScenario {
  const { scenarioCharactersMax } = limits
  if (text.length > scenarioCharactersMax)
    return { faults: [{ line: 1, text: `The text is longer than ${scenarioCharactersMax} characters.` }] }
  try {
    return new ScenarioReader(text).read()
  } catch (error) {
    // What the YAML parser gives up on, such as lists within each other by the thousand.
    return { faults: [{ line: 1, text: `The text cannot be read: ${String(error)}` }] }
  }
}

class ScenarioReader {
  #lines = new LineCounter()
  #document: Document.Parsed
  #faults: ScenarioFault[] = []
  /** Of the steps so far: it says which themes there are (W 11.6). */
  #brand: VehicleSignals['brand'] | undefined

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false })
  }

  read(): ParsedScenario {
    this.#checkSyntax()
    const scenario = this.#faults.length === 0 ? this.#readScenario(this.#document.contents) : undefined
    if (scenario && this.#faults.length === 0) return { scenario }
    return { faults: this.#faults.sort((a, b) => a.line - b.line).slice(0, faultsMax) }
  }

  #checkSyntax(): void {
    for (const { pos, message } of this.#document.errors)
      this.#faults.push({ line: this.#lines.linePos(pos[0]).line, text: message })
    visit(this.#document, {
      Alias: (_, node) => this.#fault(node, 'Aliases are not taken: write the value out.'),
    })
  }

  #readScenario(root: unknown): Scenario | undefined {
    const fields = this.#readFields(root, ['name', 'description', 'steps'], 'A scenario')
    if (!fields) return undefined
    const name = this.#readText(fields.get('name'), 'name', root)
    const description = fields.has('description')
      ? this.#readText(fields.get('description'), 'description', root)
      : ''
    return { name, description, steps: this.#readSteps(fields.get('steps'), root) }
  }

  #readSteps(pair: Pair | undefined, root: unknown): ScenarioStep[] {
    const list = pair?.value
    if (!isSeq(list) || list.items.length === 0) {
      this.#fault(pair?.key ?? root, '`steps` must be a list of at least one step.')
      return []
    }
    if (list.items.length > limits.scenarioStepsMax) {
      this.#fault(pair?.key, `There are more than ${limits.scenarioStepsMax} steps.`)
      return []
    }
    let before = 0
    return list.items.flatMap((item) => {
      const step = this.#readStep(item)
      if (!step) return []
      if (step.atSeconds < before) this.#fault(item, 'The step comes before the one above it.')
      before = Math.max(before, step.atSeconds)
      return [step]
    })
  }

  #readStep(item: unknown): ScenarioStep | undefined {
    const fields = this.#readFields(item, ['at', 'over', 'set', 'drive', 'note'], 'A step')
    if (!fields) return undefined
    const drive = fields.get('drive')
    return {
      atSeconds: this.#readSeconds(fields.get('at'), 'at', item),
      overSeconds: fields.has('over') ? this.#readSeconds(fields.get('over'), 'over', item) : 0,
      set: fields.has('set') ? this.#readSet(fields.get('set')) : {},
      ...(drive ? { drive: this.#readBoolean(drive, 'drive') } : {}),
      note: fields.has('note') ? this.#readText(fields.get('note'), 'note', item) : '',
    }
  }

  #readSet(pair: Pair | undefined): SignalChange {
    if (!isMap(pair?.value)) {
      this.#fault(pair?.key, '`set` must be a group of signals and values.')
      return {}
    }
    const set = pair.value
    const faultsBefore = this.#faults.length
    // One by one, so that each fault is told.
    for (const { key, value } of set.items) {
      const read = parseSignals({ [String(plain(key))]: isNode(value) ? value.toJS(this.#document) : null })
      if ('fault' in read) this.#fault(nodeAt(set, read.path) ?? key, read.fault)
    }
    if (this.#faults.length > faultsBefore) return {}
    const all = parseSignals(set.toJS(this.#document), this.#brand)
    if ('fault' in all) {
      this.#fault(nodeAt(set, all.path) ?? pair.key, all.fault)
      return {}
    }
    this.#brand = all.brand ?? this.#brand
    return all
  }

  /** By name; undefined if it is no group. */
  #readFields(node: unknown, names: readonly string[], what: string): Map<string, Pair> | undefined {
    const list = names.map((name) => `\`${name}\``).join(', ')
    if (!isMap(node)) {
      this.#fault(node, `${what} is a group of ${list}.`)
      return undefined
    }
    const fields = new Map<string, Pair>()
    for (const pair of node.items) {
      const name = String(plain(pair.key))
      if (names.includes(name)) fields.set(name, pair)
      else this.#fault(pair.key, `${what} has no \`${name}\`, only ${list}.`)
    }
    return fields
  }

  #readText(pair: Pair | undefined, name: string, parent: unknown): string {
    const value = plain(pair?.value)
    const charactersMax = name === 'description' ? 2_000 : noteCharactersMax
    if (typeof value === 'string' && value.length > 0 && value.length <= charactersMax) return value.trim()
    this.#fault(pair?.key ?? parent, `\`${name}\` must be text of at most ${charactersMax} characters.`)
    return ''
  }

  #readSeconds(pair: Pair | undefined, name: string, parent: unknown): number {
    const seconds = toSeconds(plain(pair?.value))
    if (seconds !== undefined) return seconds
    this.#fault(pair?.key ?? parent, `\`${name}\` must be a time: seconds, m:ss or h:mm:ss, up to 7 days.`)
    return 0
  }

  #readBoolean(pair: Pair, name: string): boolean {
    const value = plain(pair.value)
    if (typeof value !== 'boolean') this.#fault(pair.key, `\`${name}\` must be true or false.`)
    return value === true
  }

  #fault(node: unknown, text: string): void {
    const start = isNode(node) ? node.range?.[0] : undefined
    this.#faults.push({ line: start === undefined ? 1 : this.#lines.linePos(start).line, text })
  }
}

function plain(node: unknown): unknown {
  return isScalar(node) ? node.value : undefined
}

/** The key at which the signal of this path stands, or the group that it should be in. */
function nodeAt(group: YAMLMap, path: string): unknown {
  for (const { key, value } of group.items) {
    const name = String(plain(key))
    if (path === name) return key
    if (path.startsWith(`${name}.`))
      return (isMap(value) && nodeAt(value, path.slice(name.length + 1))) || key
  }
  return undefined
}

function toSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? clockSeconds(value) : value
  return typeof seconds === 'number' && seconds >= 0 && seconds <= secondsMax ? seconds : undefined
}

function clockSeconds(text: string): number | undefined {
  const match = /^(?:(\d{1,3}):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(text)
  if (!match) return undefined
  const [, hours = 0, minutes, seconds] = match
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}
