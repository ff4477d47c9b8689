import type { MessageRecord } from '@pillion/schema'
import { isAtEnd } from './evidence.ts'
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

/** May this be the message that another node has dropped? Of equal ones, each is dropped once by a node, and none after its end. */
export function canBeDropped({ steps, isPopup }: MessageRecord, { node }: ArrivalDrop): boolean {
  if (isAtEnd(steps, isPopup)) return false
  return !steps.some((step) => step.state === 'dropped' && step.node === node)
}

/** With a count, as it is not the end: others have it, or another node may. */
export function readArrivalDrop({ kind, steps }: MessageRecord, drop: ArrivalDrop): SeenState[] {
  const isPartial = drop.isReached || isWithOthers(steps)
  return drop.dropped.map(([reason, receivers]) => ({
    state: 'dropped',
    at: drop.at,
    node: drop.node,
    reason: nameReason(reason, kind),
    ...(isPartial ? { count: receivers } : {}),
    isElsewhere: true,
  }))
}

/** Has it gone to anybody but one other node? */
export function isWithOthers(steps: MessageRecord['steps']): boolean {
  return steps.some(
    ({ state, count }) => state === 'routed' || state === 'kept' || (state === 'forwarded' && count !== 1),
  )
}
