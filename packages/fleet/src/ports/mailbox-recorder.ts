/** Is told what becomes of the messages in the mailboxes, once it has happened. It returns at once and does not throw. */
export interface MailboxRecorder {
  /** Is anything of this partner’s messages recorded? Of the others nothing is told. */
  isRecorded(uid: string): boolean
  recordMailbox(message: RecordedMessage, what: MailboxOutcome): void
}

export interface RecordedMessage {
  readonly vin: string
  readonly uid: string
  readonly payload: Uint8Array | string
}

export interface MailboxOutcome {
  /** On the disk; out of it and on its way to the head unit; lost, for a reason of the mailbox; too old. */
  readonly state: 'kept' | 'handed_over' | 'dropped' | 'expired'
  /** With `dropped`, in snake_case, as it is counted. */
  readonly reason?: string
  /** With `kept`: so many messages of its app are there, of so many that may be. */
  readonly count?: number
  readonly limit?: number
}
