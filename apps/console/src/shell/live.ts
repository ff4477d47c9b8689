import type { LiveLine } from '@pillion/schema'
import { signal } from '@preact/signals'
import { type FollowState, follow } from '../api.ts'

/** What the charts show: the last ten minutes, a line each second. */
export const liveSeconds = 600

const storedAs = 'pillion-console-live'

/** Oldest first. A reload keeps them, so that the charts are not empty after it. */
export const liveLines = signal<readonly LiveLine[]>([])

export const liveState = signal<FollowState | 'none'>('none')

/** As long as somebody is signed in. The answer stops it. */
export function followLive(): () => void {
  liveLines.value = takeStored()
  // The first line of a stream has no rates yet: it would be a dent in the lines that are there.
  let isFirst = true
  const stop = follow<LiveLine>(
    '/live',
    (line) => {
      const isDent = isFirst && liveLines.peek().length > 0
      isFirst = false
      if (isDent) return
      liveLines.value = [...liveLines.value.slice(1 - liveSeconds), line]
    },
    (state) => {
      isFirst = true
      liveState.value = state
    },
  )
  addEventListener('pagehide', store)
  return () => {
    stop()
    removeEventListener('pagehide', store)
    liveState.value = 'none'
    liveLines.value = []
  }
}

function store(): void {
  sessionStorage.setItem(storedAs, JSON.stringify(liveLines.peek()))
}

function takeStored(): LiveLine[] {
  const stored = sessionStorage.getItem(storedAs)
  sessionStorage.removeItem(storedAs)
  if (stored === null) return []
  const since = Date.now() - liveSeconds * 1_000
  return (JSON.parse(stored) as LiveLine[]).filter(({ at }) => Date.parse(at) > since)
}
