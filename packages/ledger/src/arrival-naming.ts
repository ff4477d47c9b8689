import { payloadMark } from '@pillion/schema'
import type { Budget } from './budget.ts'
import type { Later } from './later.ts'
import type { Arrival } from './recent-records.ts'

export interface ArrivalNamingParts {
  readonly budget: Budget
  readonly later: Pick<Later, 'add' | 'hasRoom'>
  readonly now: () => number
}

/** Names messages that have come to nothing between nodes, as far as there is room to tell of them; of the rest nobody hears. */
export class ArrivalNaming {
  readonly #parts: ArrivalNamingParts

  constructor(parts: ArrivalNamingParts) {
    this.#parts = parts
  }

  /** `tell` is called later, with the time of this call. */
  name(topic: string, payload: Uint8Array, tell: (arrival: Arrival, at: number) => void): void {
    const { budget, later, now } = this.#parts
    if (!later.hasRoom || budget.take(topic, 1) === 0) return
    budget.weigh(topic, payload.length)
    const at = now()
    const copy = Buffer.from(payload)
    later.add({ bytes: copy.length + 256, run: () => tell({ topic, mark: payloadMark(copy) }, at) })
  }
}
