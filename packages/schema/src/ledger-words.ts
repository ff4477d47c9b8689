/**
 * `off`: nothing is recorded. `recent`: in the memory of the node that took the message, the newest so many. `durable`: in
 * the store as well, for so many days.
 */
export const ledgerLevels = ['off', 'recent', 'durable'] as const
export type LedgerLevel = (typeof ledgerLevels)[number]

/** What is recorded of a payload besides its size: itself, only its SHA-256, or neither. */
export const ledgerBodies = ['kept', 'hashed', 'omitted'] as const
export type LedgerBody = (typeof ledgerBodies)[number]

/** Each is told on evidence only; what nobody has seen is not guessed. */
export const messageStates = [
  /** A node has taken it from its sender. */
  'accepted',
  /** End. It was not taken: `reason`. */
  'refused',
  /** Written to so many connections of the node that took it: `count`. */
  'routed',
  /** Handed to so many other nodes: `count`. */
  'forwarded',
  /** In the mailbox of a vehicle that is away: `count` messages of that app are there now, of `limit`. */
  'kept',
  /** End. Nobody got it, or not everybody: `reason`. */
  'dropped',
  /** Out of the mailbox, written to the head unit that came. */
  'handed_over',
  /** The head unit has it (W 4). */
  'received',
  /** Given to the app on screen; of a popup: waits for its turn. */
  'taken',
  /** Waits until the app fetches it (W 6.2). */
  'pending',
  'popup_shown',
  /** Ends of a popup: OK, Return, nobody touched it, too many waited. */
  'popup_ok',
  'popup_cancel',
  'popup_timeout',
  'popup_overflow',
  /** End. Its time was over before anybody came for it. */
  'expired',
] as const
export type MessageState = (typeof messageStates)[number]
