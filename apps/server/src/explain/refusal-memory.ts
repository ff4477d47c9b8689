import type { RefusalListener, SeenRefusal } from '@pillion/broker'
import type { RefusalView } from '@pillion/schema'
import type { Limits } from '../limits.ts'
import { findReason } from './reasons.ts'

/** Of what clients wrote: enough to recognise it, too little to fill the memory with. */
const TEXT_CHARACTERS_MAX = 256

/** What was refused: `tls` before there was anything else, `http` by a request. */
export interface NotedRefusal extends Omit<SeenRefusal, 'packet'> {
  readonly packet: SeenRefusal['packet'] | 'tls' | 'http'
}

export interface RefusalMemoryOptions {
  readonly node: string
  readonly limits: Pick<Limits, 'refusalsMax'>
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

export interface RefusalQuery {
  /** Part of name, client id, address, listener, topic or reason, whatever the case of its letters. */
  readonly search?: string
  /** Both in milliseconds since 1970. */
  readonly since?: number
  readonly until?: number
}

interface Remembered {
  readonly refusal: NotedRefusal
  at: number
  repeated: number
}

/**
 * The last refusals of this node. What happens again, to the same name (or client id, where there is none) from the same address, is
 * counted and not kept again, so that one client that tries for ever pushes nobody else out.
 */
export class RefusalMemory implements RefusalListener {
  readonly #options: RefusalMemoryOptions
  readonly #now: () => number
  /** The newest is the last one. */
  readonly #refusals = new Map<string, Remembered>()

  constructor(options: RefusalMemoryOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  refused(seen: NotedRefusal): void {
    const refusal = clip(seen)
    const { packet, address, listener, clientId, name, topic, reason, text } = refusal
    // One reason stands for all that can be wrong with a handshake.
    const what = packet === 'tls' ? text : reason
    const key = JSON.stringify([packet, address, listener, name || clientId, topic, what])
    const known = this.#refusals.get(key)
    if (known !== undefined) this.#refusals.delete(key)
    this.#refusals.set(key, { refusal, at: this.#now(), repeated: (known?.repeated ?? 0) + 1 })
    for (const oldest of this.#refusals.keys()) {
      if (this.#refusals.size <= this.#options.limits.refusalsMax) return
      this.#refusals.delete(oldest)
    }
  }

  /** Newest first. */
  list({ search = '', since = 0, until = Number.POSITIVE_INFINITY }: RefusalQuery): RefusalView[] {
    const wanted = search.toLowerCase()
    return [...this.#refusals.values()]
      .filter(({ at, refusal }) => at >= since && at <= until && isLike(refusal, wanted))
      .map((each) => this.#toView(each))
      .reverse()
  }

  #toView({ refusal, at, repeated }: Remembered): RefusalView {
    const known = findReason(refusal.reason)
    return {
      ...refusal,
      at: new Date(at).toISOString(),
      node: this.#options.node,
      // The client is told less, where more would help whoever guesses.
      text: refusal.packet === 'tls' ? refusal.text : (known?.text ?? refusal.text),
      ...(known === undefined ? {} : { fix: known.fix }),
      repeated,
    }
  }
}

function clip(seen: NotedRefusal): NotedRefusal {
  return {
    ...seen,
    clientId: seen.clientId.slice(0, TEXT_CHARACTERS_MAX),
    name: seen.name.slice(0, TEXT_CHARACTERS_MAX),
    text: seen.text.slice(0, TEXT_CHARACTERS_MAX),
    ...(seen.topic === undefined ? {} : { topic: seen.topic.slice(0, TEXT_CHARACTERS_MAX) }),
  }
}

function isLike(
  { name, clientId, address, listener, topic = '', reason }: NotedRefusal,
  wanted: string,
): boolean {
  if (wanted === '') return true
  return [name, clientId, address, listener, topic, reason].some((each) =>
    each.toLowerCase().includes(wanted),
  )
}
