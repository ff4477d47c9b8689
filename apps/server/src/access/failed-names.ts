import type { Limits } from '../limits.ts'

export type FailedNamesLimits = Pick<
  Limits,
  'signInFailuresPerAccountMax' | 'signInWindowSeconds' | 'signInNamesMax'
>

/** No name that can sign in is longer; longer ones are only counted against their address. */
const NAME_CHARACTERS_MAX = 256

/** Wrong passwords by the name they were tried for: a name is locked while its window holds as many as it may. */
export class FailedNames {
  readonly #limits: FailedNamesLimits
  /** Times of the failures, oldest first; the name that failed last is the last one. */
  readonly #known = new Map<string, number[]>()
  /** Apart from those that exist: whoever makes names up must not make us forget the others. */
  readonly #unknown = new Map<string, number[]>()

  constructor(limits: FailedNamesLimits) {
    this.#limits = limits
  }

  /** True: this failure locked the name. */
  add(name: string | undefined, isKnown: boolean, now: number): boolean {
    if (name === undefined || name.length > NAME_CHARACTERS_MAX) return false
    const table = isKnown ? this.#known : this.#unknown
    const times = this.#within(table.get(name) ?? [], now)
    const max = this.#limits.signInFailuresPerAccountMax
    const locks = times.length === max - 1
    table.delete(name)
    table.set(name, [...times, now].slice(-max))
    const [oldest] = table.keys()
    if (table.size > this.#limits.signInNamesMax && oldest !== undefined) table.delete(oldest)
    return locks
  }

  /** Milliseconds until one more may be tried; 0 = at once. */
  waitOf(name: string | undefined, now: number): number {
    if (name === undefined) return 0
    return Math.max(this.#waitIn(this.#known, name, now), this.#waitIn(this.#unknown, name, now))
  }

  /** Names that are locked, and how often each has failed. */
  listLocked(now: number): { name: string; failures: number; waitMilliseconds: number }[] {
    return [this.#known, this.#unknown].flatMap((table) =>
      [...table].flatMap(([name, times]) => {
        const waitMilliseconds = this.#waitIn(table, name, now)
        return waitMilliseconds === 0 ? [] : [{ name, failures: times.length, waitMilliseconds }]
      }),
    )
  }

  /** False if nothing was known of it. */
  forget(name: string): boolean {
    const wasKnown = this.#known.delete(name)
    return this.#unknown.delete(name) || wasKnown
  }

  get size(): number {
    return this.#known.size + this.#unknown.size
  }

  #waitIn(table: ReadonlyMap<string, number[]>, name: string, now: number): number {
    const times = this.#within(table.get(name) ?? [], now)
    const [oldest] = times
    if (oldest === undefined || times.length < this.#limits.signInFailuresPerAccountMax) return 0
    return oldest + this.#limits.signInWindowSeconds * 1_000 - now
  }

  #within(times: readonly number[], now: number): readonly number[] {
    const start = now - this.#limits.signInWindowSeconds * 1_000
    return times[0] !== undefined && times[0] > start ? times : times.filter((time) => time > start)
  }
}
