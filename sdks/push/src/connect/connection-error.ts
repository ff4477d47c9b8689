export type PushConnectionCode =
  /** The server cannot be reached, or ended the connection. It is tried again. */
  | 'CONNECTION_LOST'
  /** The server refuses the endpoint's credentials although they are new. It is tried again, ever more seldom. */
  | 'SIGN_IN_REFUSED'
  /** Another connection of the same user or thing took over. It is tried again. */
  | 'TAKEN_OVER'
  /** That happens again and again; the message says what to do. It is tried again every few minutes. */
  | 'TAKE_OVER_LOOP'
  /** A message is no JSON object; it was not handed over. The connection goes on. */
  | 'MESSAGE_UNREADABLE'
  /** The installation is gone. Final. */
  | 'UNINSTALLED'
  /** The server does not give the endpoint: token expired, user or app disabled. Final. */
  | 'REQUEST_REFUSED'
  /** `close()` was called. */
  | 'CLOSED'

/** What goes wrong with a push connection, after and while it is made. */
export class PushConnectionError extends Error {
  readonly code: PushConnectionCode

  constructor(code: PushConnectionCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.name = 'PushConnectionError'
    this.code = code
  }
}
