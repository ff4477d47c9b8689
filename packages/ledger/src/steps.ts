import type { MessageState, MessageStep } from '@pillion/schema'

const sentences: Readonly<Record<MessageState, string>> = {
  accepted: 'Pillion has taken it from its sender.',
  refused: 'It was refused.',
  routed: 'Handed to {count} here.',
  forwarded: 'Handed to {count}.',
  kept: 'In the mailbox of the vehicle, which is away: {count} of {limit} messages of this app.',
  dropped: 'It was dropped.',
  handed_over: 'Out of the mailbox, written to the head unit that came.',
  received: 'The head unit has it.',
  taken: 'The app has it.',
  pending: 'It waits in the head unit until the app fetches it (W 6.2).',
  popup_shown: 'The popup is on screen.',
  popup_ok: 'The driver pressed OK.',
  popup_cancel: 'The driver pressed the Return arrow.',
  popup_timeout: 'Nobody touched the popup.',
  popup_overflow: 'Too many popups waited in the head unit; it was not shown (W 7.1).',
  expired: 'Its time was over before anybody came for it.',
}

/** What is counted of a state, in the singular and the plural. */
const nouns: Partial<Readonly<Record<MessageState, readonly [string, string]>>> = {
  routed: ['connection', 'connections'],
  forwarded: ['other node', 'other nodes'],
}

/** Why this server drops a message; what a head unit drops it says itself. */
export const serverReasons: Readonly<Record<string, string>> = {
  no_receiver: 'Nobody is subscribed to it.',
  not_connected: 'The installation is not connected.',
  outbox_full: 'A receiver reads too slowly; what waits for it is at its limit.',
  connection_closed: 'The connection of a receiver was closing.',
  larger_than_client_accepts: 'It is larger than a receiver accepts (MQTT 5 Maximum Packet Size).',
  relay_full: 'Too much waits for another node.',
  relay_too_large: 'It is larger than the relay carries.',
  payload_too_large: 'Its payload is larger than its topic allows (W 2.9).',
  policy_unavailable: 'The server could not check access.',
  mailbox_emptied: 'An operator emptied the mailbox.',
  mailbox_overflow: 'Newer messages for the same app pushed it out of the mailbox.',
  mailbox_malformed: 'The vehicle was away, and it is no message that an app could get (W 3.1, 3.2).',
  mailbox_unsubscribed: 'The vehicle was away, and is subscribed to no app of this name of the partner.',
  mailbox_busy: 'The vehicle was away, and its partner sends faster than mailboxes can be written.',
  mailbox_full: 'The vehicle was away, and its partner has no more room in the mailboxes.',
  mailbox_failed: 'The vehicle was away, and the mailbox could not be written.',
}

/** What was seen, before it is put into words. */
export interface SeenState {
  readonly state: MessageState
  /** Milliseconds since 1970. */
  readonly at: number
  /** As in `MessageStep`. */
  readonly node: string
  readonly count?: number
  readonly limit?: number
  readonly reason?: string
  /** Of whoever refused it. */
  readonly reasonText?: string
  /** It came to `node` from the node that remembers it. */
  readonly isElsewhere?: boolean
}

/** `reasonTexts`: sentences for the reasons that there may be. */
export function createStep(
  seen: SeenState,
  reasonTexts: Readonly<Record<string, string>>,
  isPopup = false,
): MessageStep {
  const { state, at, node, count, limit, reason } = seen
  return {
    state,
    at: new Date(at).toISOString(),
    node,
    ...(count === undefined ? {} : { count }),
    ...(limit === undefined ? {} : { limit }),
    ...(reason === undefined ? {} : { reason }),
    text: describe(seen, reasonTexts, isPopup),
  }
}

/** One sentence for a person. */
function describe(
  { state, node, count, limit, reason = '', reasonText, isElsewhere = false }: SeenState,
  reasonTexts: Readonly<Record<string, string>>,
  isPopup: boolean,
): string {
  const why = reasonText ?? reasonTexts[reason]
  if (isElsewhere) return `Dropped on node ${node}: ${why ?? reason}`
  if ((state === 'refused' || state === 'dropped') && why !== undefined) return why
  if (state === 'taken' && isPopup) return 'The head unit has taken the popup; it waits for its turn.'
  const noun = nouns[state]
  const counted = noun === undefined ? String(count ?? '') : `${count} ${noun[count === 1 ? 0 : 1]}`
  return sentences[state].replace('{count}', counted).replace('{limit}', String(limit ?? ''))
}
