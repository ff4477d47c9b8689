import type { MessageOutcome } from '@pillion/broker'
import type { MessageRecord, MessageState } from '@pillion/schema'

export interface OutcomeState {
  readonly state: MessageState
  readonly count?: number
  readonly reason?: string
  readonly reasonText?: string
}

/** Of a message that was just taken. Receivers that missed it come before those that got it: the last state is where it is now. */
export function readOutcome(
  { refused, routed, forwarded, isKept, dropped }: MessageOutcome,
  kind: MessageRecord['kind'],
): OutcomeState[] {
  if (refused !== undefined) return [{ state: 'refused', reason: refused.reason, reasonText: refused.text }]
  const isWithSomebody = routed > 0 || forwarded > 0 || isKept
  const states: OutcomeState[] = [{ state: 'accepted' }]
  for (const [reason, count] of dropped) {
    if (reason === 'no_receiver') continue
    // With a count: of so many receivers; without: nobody has it.
    states.push({ state: 'dropped', reason, ...(isWithSomebody ? { count } : {}) })
  }
  if (dropped.has('no_receiver')) states.push({ state: 'dropped', reason: nameReason('no_receiver', kind) })
  if (routed > 0) states.push({ state: 'routed', count: routed })
  if (forwarded > 0) states.push({ state: 'forwarded', count: forwarded })
  return states
}

/** Of an installation it is known who it is. */
export function nameReason(reason: string, kind: MessageRecord['kind']): string {
  return reason === 'no_receiver' && kind === 'push' ? 'not_connected' : reason
}
