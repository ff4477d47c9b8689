import { systemClock } from '@pillion/host'
import { useEffect, useState } from 'preact/hooks'

/** The time in milliseconds since 1970, renewed each second. */
export function useNow(): number {
  const [now, setNow] = useState(systemClock.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(systemClock.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** Whole seconds until then, not below 0. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1_000))
}
