import { computed, signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { formatAgo, formatExact } from '../format.ts'

/** Milliseconds since 1970, renewed each second. */
export const now = signal(Date.now())
setInterval(() => {
  if (!document.hidden) now.value = Date.now()
}, 1_000)

/** How long ago, or how soon; the exact time on hover. `at` is ISO 8601, empty or absent for never. */
export function Ago({ at, never = '–' }: { at: string | undefined; never?: string }) {
  const text = useMemo(
    () => computed(() => (at === undefined ? '' : formatAgo(Date.parse(at), now.value))),
    [at],
  )
  if (at === undefined || at === '') return <span class="faint">{never}</span>
  return (
    <time dateTime={at} title={formatExact(Date.parse(at))}>
      {text}
    </time>
  )
}

/** The exact time, to the second. */
export function Exact({ at }: { at: string }) {
  return <time dateTime={at}>{formatExact(Date.parse(at))}</time>
}
