import { useEffect, useRef, useState } from 'preact/hooks'

/** The value, but never more often anew than every so many milliseconds: what is slow to draw follows what changes fast. */
export function useCalm<Value>(value: Value, milliseconds: number): Value {
  const shown = useRef({ value, at: Number.NEGATIVE_INFINITY })
  const [, draw] = useState(0)
  const now = performance.now()
  if (shown.current.value !== value && now - shown.current.at >= milliseconds)
    shown.current = { value, at: now }
  const isLate = shown.current.value !== value
  useEffect(() => {
    if (!isLate) return
    const timer = setTimeout(() => draw((count) => count + 1), milliseconds)
    return () => clearTimeout(timer)
  }, [isLate, milliseconds])
  return shown.current.value
}
