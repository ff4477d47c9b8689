import type { ReadonlySignal } from '@preact/signals'
import { dropTexts } from '../head-unit.ts'

/** What came to nothing, counted by reason; the sentence for it on hover and in the log. */
export function Drops({
  drops,
}: {
  drops: ReadonlySignal<readonly (readonly [reason: string, count: number])[]>
}) {
  if (drops.value.length === 0) return null
  return (
    <ul class="drops" aria-label="Dropped messages by reason">
      {drops.value.map(([reason, count]) => (
        <li key={reason} title={dropTexts[reason]}>
          {reason} <b>{count}</b>
        </li>
      ))}
    </ul>
  )
}
