import type { MessageRecord } from '@pillion/schema'
import { isWithOthers } from './arrival-drops.ts'
import { isAtEnd, isInHeadUnit, relayLost } from './evidence.ts'
import type { Arrival } from './recent-records.ts'
import type { SeenState } from './steps.ts'

/** A message that this node has sent to another one, which went without acknowledging it. */
export interface LostForwarded extends Arrival {
  /** When that was seen, and when it was sent; milliseconds since 1970. */
  readonly at: number
  readonly sentAt: number
  /** The node that went. */
  readonly node: string
}

/** What is forwarded is sent a turn or two of the event loop later, which may be busy. */
const TURN_MILLISECONDS = 2_000
/** The clock that records go by may have been slowed down or sped up meanwhile. */
const CLOCK_MILLISECONDS = 50

/** When the message was taken. */
export function spanOf({ sentAt }: LostForwarded): { since: number; until: number } {
  return { since: sentAt - TURN_MILLISECONDS, until: sentAt + CLOCK_MILLISECONDS }
}

/** May this be the message? Not if anybody has said something of it who can only have got it from there. */
export function canBeLost({ steps, isPopup }: MessageRecord, { node }: LostForwarded): boolean {
  if (isAtEnd(steps, isPopup) || steps.some((step) => step.node === node)) return false
  return isWithOthers(steps) || !isInHeadUnit(steps)
}

export function readLost({ steps }: MessageRecord, { at, node }: LostForwarded): SeenState {
  return {
    state: 'dropped',
    at,
    node,
    reason: relayLost,
    reasonText: `It was on its way to node ${node}, which never acknowledged it: it is lost, or may be.`,
    ...(isWithOthers(steps) ? { count: 1 } : {}),
  }
}
