import type { SignalPath } from '@pillion/schema'
import { type SignalGroup, type SignalName, signalNames } from './signal-names.ts'

/** Groups with those signals of which every word occurs in the group's title, the name, the path or the unit; groups without any are left out. */
export function findSignals(
  text: string,
): readonly { group: SignalGroup; signals: readonly (readonly [SignalPath, SignalName])[] }[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return signalNames.flatMap((group) => {
    const signals = (Object.entries(group.signals) as [SignalPath, SignalName][]).filter(
      ([path, { name, unit }]) => {
        const haystack = `${group.title} ${name} ${path} ${unit ?? ''}`.toLowerCase()
        return words.every((word) => haystack.includes(word))
      },
    )
    return signals.length === 0 ? [] : [{ group, signals }]
  })
}
