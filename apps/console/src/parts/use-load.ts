import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { getFromNodes, type ProblemError, type Query } from '../api.ts'
import { asProblem } from './form.tsx'

export interface Loaded<T> {
  /** The last answer; stays while a newer one is on its way. */
  readonly value: T | undefined
  /** Nodes whose part is missing in it, if the answer says so in its header. */
  readonly silentNodes: readonly string[]
  /** Of the last request. */
  readonly error: ProblemError | undefined
  readonly isLoading: boolean
  readonly reload: () => void
}

interface State<T> {
  readonly of?: string
  readonly value?: T
  readonly silentNodes?: readonly string[]
  readonly error?: ProblemError | undefined
}

interface LoadOptions {
  readonly query?: Query
  /** Asked again so often, while the page is in sight. */
  readonly everySeconds?: number
}

/** The answer to GET of that path; asked anew when path or query change. `undefined` as path asks nothing. */
export function useLoad<T>(path: string | undefined, options: LoadOptions = {}): Loaded<T> {
  const { query = {}, everySeconds } = options
  const [state, setState] = useState<State<T>>({})
  const [isLoading, setLoading] = useState(path !== undefined)
  const [round, setRound] = useState(0)
  const current = useRef({ query, isAsking: false, isRenewal: false })
  current.current.query = query
  const reload = useCallback(() => setRound((before) => before + 1), [])
  const renew = useCallback(() => {
    // A server that takes longer than that is asked less often.
    if (current.current.isAsking) return
    current.current.isRenewal = true
    reload()
  }, [reload])
  const address = JSON.stringify([path, query])

  // `address` stands for the query, `round` for asking again
  useEffect(() => {
    if (path === undefined) return
    const end = new AbortController()
    const { query, isRenewal } = current.current
    Object.assign(current.current, { isAsking: true, isRenewal: false })
    setLoading(true)
    getFromNodes<T>(path, query, { signal: end.signal, isUnattended: isRenewal })
      .then((answer) => setState({ of: path, ...answer }))
      .catch((thrown) => {
        if (end.signal.aborted) return
        const error = asProblem(thrown)
        setState((before) => (before.of === path ? { ...before, error } : { of: path, error }))
      })
      .finally(() => {
        if (end.signal.aborted) return
        current.current.isAsking = false
        setLoading(false)
      })
    return () => end.abort()
  }, [address, round])

  useEvery(everySeconds, renew)
  // What was asked of another path is not an answer to this one; another query of the same may show the old a moment longer.
  const { value, silentNodes = [], error } = state.of === path ? state : {}
  return { value, silentNodes, error, isLoading, reload }
}

/** Calls `act` so often, while the page is in sight, and when it comes back into sight. */
export function useEvery(seconds: number | undefined, act: () => void): void {
  useEffect(() => {
    if (seconds === undefined) return
    const tick = () => {
      if (!document.hidden) act()
    }
    const timer = setInterval(tick, seconds * 1_000)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [seconds, act])
}
