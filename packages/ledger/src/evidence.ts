import type { MessageRecord, MessageState, MessageStep } from '@pillion/schema'
import type { MarkedPlace } from './ports/ledger-store.ts'

/** Something that was seen of a message later, by a mailbox or a head unit. */
export interface Evidence extends MarkedPlace {
  readonly state: MessageState
  /** When it was seen: milliseconds since 1970, by the clock of the node that saw it. */
  readonly at: number
  /** The node that saw it. */
  readonly node: string
  readonly count?: number
  readonly limit?: number
  readonly reason?: string
}

/** Only onwards: a message in a state takes those of a higher rank. */
const ranks: Readonly<Record<MessageState, number>> = {
  accepted: 0,
  routed: 1,
  forwarded: 1,
  kept: 2,
  handed_over: 3,
  received: 4,
  pending: 5,
  taken: 6,
  popup_shown: 7,
  popup_ok: 8,
  popup_cancel: 8,
  popup_timeout: 8,
  popup_overflow: 8,
  expired: 9,
  dropped: 9,
  refused: 9,
}

/** Of a message that was on its way to a node that went: it is lost, or may be. */
export const relayLost = 'relay_lost'

const fromMailbox: readonly MessageState[] = ['kept', 'handed_over', 'expired']
const underWay: readonly MessageState[] = ['routed', 'forwarded', 'handed_over']

/**
 * May this be told of that message? Of equal messages it picks out those that are so far: what is in a mailbox has not been
 * taken by a head unit yet, and what has come to its end does nothing more.
 */
export function canTake(
  { node, steps, isPopup }: MessageRecord,
  evidence: Evidence,
  isInMailbox: boolean,
): boolean {
  const seen = new Set(steps.map((step) => step.state))
  const furthest = Math.max(...steps.map((step) => (isOpen(step) ? 0 : ranks[step.state])))
  // Its receiver left the other node while it was on its way there.
  const mayBeKept =
    isInMailbox || (seen.has('forwarded') && evidence.node !== node && furthest <= ranks.forwarded)
  const isOfMailbox =
    fromMailbox.includes(evidence.state) || (evidence.reason?.startsWith('mailbox_') ?? false)
  if (isOfMailbox) {
    if (evidence.state === 'kept') return mayBeKept && !seen.has('kept')
    if (evidence.state === 'dropped') return (mayBeKept || seen.has('kept')) && !isAtEnd(steps, isPopup)
    return seen.has('kept') && !seen.has(evidence.state) && !isAtEnd(steps, isPopup)
  }
  if (!underWay.some((state) => seen.has(state)) || isAtEnd(steps, isPopup)) return false
  return ranks[evidence.state] > furthest
}

/** Some receivers did not get it, or nobody knows whether they did: the story may go on. */
function isOpen({ state, count, reason }: MessageStep): boolean {
  return state === 'dropped' && (count !== undefined || reason === relayLost)
}

/** Of equal messages, one of which something is seen is less likely this one. */
export function mayBeLost({ steps }: MessageRecord): boolean {
  return steps.at(-1)?.reason === relayLost
}

/** Has a head unit said that it has it? */
export function isInHeadUnit(steps: MessageRecord['steps']): boolean {
  return steps.some(({ state }) => ranks[state] >= ranks.received && ranks[state] <= ranks.popup_overflow)
}

/** Nothing more is told of it. */
export function isAtEnd(steps: MessageRecord['steps'], isPopup: boolean | undefined): boolean {
  return steps.some((step) => {
    if (step.state === 'taken') return isPopup !== true
    return ranks[step.state] >= ranks.popup_ok && !isOpen(step)
  })
}
