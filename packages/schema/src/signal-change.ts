import type { VehicleSignals } from './vehicle-signals.ts'

/** Some signals anew. A group such as `media` may be given in part: the rest of it stays. Every `Partial<VehicleSignals>` is one. */
export type SignalChange = ChangeOf<VehicleSignals>

type ChangeOf<Value> = Value extends object
  ? { readonly [Name in keyof Value]?: ChangeOf<Value[Name]> | undefined }
  : Value

/** Of one signal; null also for a group that is not there. */
export type SignalValue = string | number | boolean | null

const nowhere = { latitude: 0, longitude: 0, town: '', city: '', province: '', country: '' }

/** What a group that was null begins with when a part of it is set. */
const blankGroups: Pick<
  VehicleSignals,
  'position' | 'destination' | 'maneuver' | 'journey' | 'nextWaypoint'
> = {
  position: { ...nowhere, address: '', altitude: 0 },
  destination: { ...nowhere, address: '' },
  maneuver: { ...nowhere, nextStreetName: '' },
  journey: { arrival: { hours: 0, minutes: 0 } },
  nextWaypoint: { arrival: { hours: 0, minutes: 0 } },
}

/** The signals after a change: `signals` itself if it changes nothing, and its own groups where they stay. */
export function mergeSignals(signals: VehicleSignals, change: SignalChange): VehicleSignals {
  return merge(signals, change, blankGroups) as VehicleSignals
}

/** The single signals of a change, by their paths; a group that is null is one of them. */
export function flattenSignals(change: SignalChange): [path: string, value: SignalValue][] {
  return flatten(change, '')
}

/** The reverse; of two values for one path the later counts. */
export function nestSignals(entries: Iterable<readonly [path: string, value: SignalValue]>): SignalChange {
  const change = {}
  for (const [path, value] of entries) setSignal(change, path, value)
  return change
}

/** `path` must be one of ours. */
export function setSignal(change: object, path: string, value: SignalValue): void {
  const names = path.split('.')
  const last = names.pop() ?? ''
  let group = change as Record<string, unknown>
  for (const name of names) {
    const inner = group[name]
    const next = isGroup(inner) ? inner : {}
    group[name] = next
    group = next
  }
  group[last] = value
}

function flatten(change: object, prefix: string): [string, SignalValue][] {
  return Object.entries(change).flatMap(([name, value]): [string, SignalValue][] => {
    if (value === undefined) return []
    return isGroup(value) ? flatten(value, `${prefix}${name}.`) : [[prefix + name, value]]
  })
}

function merge(before: unknown, change: unknown, blank: unknown): unknown {
  if (change === undefined) return before
  if (!isGroup(change)) return change
  const base = isGroup(before) ? before : isGroup(blank) ? blank : {}
  const blanks = isGroup(blank) ? blank : {}
  const after = { ...base }
  let changed = base !== before
  for (const name of Object.keys(change)) {
    after[name] = merge(base[name], change[name], blanks[name])
    changed ||= after[name] !== base[name]
  }
  return changed ? after : before
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
