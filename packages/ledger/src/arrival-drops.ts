import type { ArrivalOutcome } from '@pillion/broker'
import { type MessageRecord, payloadMark } from '@pillion/schema'
import type { Budget } from './budget.ts'
import { isAtEnd } from './evidence.ts'
import type { Later } from './later.ts'
import { nameReason } from './read-outcome.ts'
import type { Arrival } from './recent-records.ts'
import type { SeenState } from './steps.ts'

/** A message from another node that was dropped here. */
export interface ArrivalDrop extends Arrival {
  readonly at: number
  readonly node: string
  /** Does anybody here have it? */
  readonly isReached: boolean
  /** Reason and number of receivers. */
  readonly dropped: readonly (readonly [reason: string, receivers: number])[]
}

export interface ArrivalDropsParts {
  /** Name of this node. */
  readonly node: string
  readonly budget: Budget
  readonly later: Pick<Later, 'add' | 'hasRoom'>
  readonly now: () => number
  readonly tell: (drop: ArrivalDrop) => void
}

/** What this node drops of the messages that others have taken, as far as there is room to tell; of the rest nobody hears. */
export class ArrivalDrops {
  readonly #parts: ArrivalDropsParts

  constructor(parts: ArrivalDropsParts) {
    this.#parts = parts
  }

  add(topic: string, payload: Uint8Array, { reached, dropped }: ArrivalOutcome): void {
    const { node, budget, later, now, tell } = this.#parts
    if (!later.hasRoom || budget.take(topic, 1) === 0) return
    budget.weigh(topic, payload.length)
    const at = now()
    const copy = Buffer.from(payload)
    const run = () =>
      tell({ topic, mark: payloadMark(copy), at, node, isReached: reached > 0, dropped: [...dropped] })
    later.add({ bytes: copy.length + 256, run })
  }
}

/** May this be the message that another node has dropped? Of equal ones, each is dropped once by a node, and none after its end. */
export function canBeDropped({ steps, isPopup }: MessageRecord, { node }: ArrivalDrop): boolean {
  if (isAtEnd(steps, isPopup)) return false
  return !steps.some((step) => step.state === 'dropped' && step.node === node)
}

/** With a count, as it is not the end: others have it, or another node may. */
export function readArrivalDrop({ kind, steps }: MessageRecord, drop: ArrivalDrop): SeenState[] {
  const isWithOthers = steps.some(
    ({ state, count }) => state === 'routed' || state === 'kept' || (state === 'forwarded' && count !== 1),
  )
  return drop.dropped.map(([reason, receivers]) => ({
    state: 'dropped',
    at: drop.at,
    node: drop.node,
    reason: nameReason(reason, kind),
    ...(isWithOthers || drop.isReached ? { count: receivers } : {}),
    isElsewhere: true,
  }))
}
