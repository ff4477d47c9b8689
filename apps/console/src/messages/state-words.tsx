import type { MessageState } from '@pillion/schema'
import { State, type StateKind } from '../parts/index.ts'

/** A word for each state, and how good it is. */
const words: Record<MessageState, readonly [kind: StateKind, text: string]> = {
  accepted: ['info', 'Accepted'],
  refused: ['bad', 'Refused'],
  routed: ['good', 'Routed'],
  forwarded: ['info', 'Forwarded'],
  kept: ['warn', 'In the mailbox'],
  dropped: ['bad', 'Dropped'],
  handed_over: ['good', 'Handed over'],
  received: ['good', 'Received'],
  taken: ['good', 'Taken by the app'],
  pending: ['warn', 'Pending'],
  popup_shown: ['info', 'Popup shown'],
  popup_ok: ['good', 'OK'],
  popup_cancel: ['quiet', 'Return'],
  popup_timeout: ['warn', 'Timed out'],
  popup_overflow: ['bad', 'Overflow'],
  expired: ['bad', 'Expired'],
}

export const stateOptions = Object.entries(words).map(([state, [, text]]) => [state, text] as const)

export function stateKind(state: string): StateKind {
  return words[state as MessageState]?.[0] ?? 'quiet'
}

export function stateText(state: string): string {
  return words[state as MessageState]?.[1] ?? state
}

/** Of a message: its newest state. */
export function StateWord({ state }: { state: string }) {
  return <State kind={stateKind(state)}>{stateText(state)}</State>
}
