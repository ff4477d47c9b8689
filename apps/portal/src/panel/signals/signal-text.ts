import {
  parseSignals,
  type SignalChange,
  type SignalPath,
  signalRules,
  type VehicleSignals,
} from '@pillion/schema'

/** What the field of a signal shows; '' where there is none. */
export function textOf(signals: VehicleSignals, path: SignalPath): string {
  let value: unknown = signals
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null)?.[name]
  if (value === undefined || value === null) return ''
  if (signalRules[path].kind === 'time') return new Date(Number(value)).toISOString().slice(0, 19)
  return String(typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value)
}

/** The change that a person means who writes this into the field, or a sentence that says why it cannot be with this brand. */
export function readText(
  path: SignalPath,
  text: string,
  brand?: VehicleSignals['brand'],
): { change: SignalChange } | { fault: string } {
  const parsed = parseSignals({ [path]: meant(path, text) }, brand)
  return 'fault' in parsed && typeof parsed.fault === 'string'
    ? { fault: parsed.fault }
    : { change: parsed as SignalChange }
}

function meant(path: SignalPath, text: string): unknown {
  const rule = signalRules[path]
  switch (rule.kind) {
    case 'boolean':
      return text === 'true'
    case 'choice':
      return rule.values.find((value) => String(value) === text) ?? text
    case 'time':
      return text === '' ? null : `${text}Z`
    case 'text':
      return text
    default:
      return text.trim() === '' ? text : Number(text)
  }
}
