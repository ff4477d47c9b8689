import type { IdApp, Uid, Vin } from '@pillion/schema'

/**
 * Keeps what came for vehicles while no head unit was connected. The same promises as `IdentityStore`: resolved means it
 * lasts, rejected means that the store is away (with an error whose `mayBeDone` is false: and nothing was changed), calls may overlap. Whoever is no longer subscribed to an app, or no longer
 * there, loses what was kept for it, with that change and at once.
 */
export interface MailboxStore {
  /**
   * All or nothing: first keeps what is new, in this order, then forgets what was taken. New messages for an app of another
   * partner, or one that the vehicle is not subscribed to at that moment, are left out. Of each vehicle and app that gets a
   * new one, no more than the newest `perAppMax` stay, which is one at least; those whose time was over at `now` have gone
   * before, and push out nobody.
   */
  write(
    changes: MailboxChanges,
    rules: { now: number; perAppMax: number },
    tell?: TellMailboxEvents,
  ): Promise<MailboxWritten>
  /**
   * Oldest first, without those whose time was over at `now`: no more than `countMax`, and no more than have `bytesMax` of
   * payload together, but one at least, if there is one.
   */
  list(vin: Vin, now: number, portion: { countMax: number; bytesMax: number }): Promise<KeptPortion>
  /** Forgets messages whose time was over at `now`, `countMax` at most; resolves to how many. */
  removeExpired(now: number, countMax: number, tell?: TellMailboxEvents): Promise<number>
  /** Bytes of all payloads kept of this partner. */
  countBytes(uid: Uid): Promise<number>
  /** How many messages are kept for the vehicle, without those whose time was over at `now`. */
  count(vin: Vin, now: number): Promise<number>
  /**
   * Mailboxes in the order of vehicle and app, those that come after `after`, of the next `vehiclesMax` vehicles that have any: each
   * whose VIN, UID or app has `search` in it, whatever the case of its letters. Nothing is told of what their messages say.
   */
  listMailboxes(page: {
    search: string
    after: MailboxName | undefined
    vehiclesMax: number
    now: number
  }): Promise<{
    mailboxes: MailboxSummary[] /** The last vehicle, if others may follow. */
    next: Vin | undefined
  }>
  /** Forgets what is kept for the vehicle, or for one app of it; resolves to how many messages. */
  empty(vin: Vin, idApp: IdApp | undefined, tell?: TellMailboxEvents): Promise<number>
}

/**
 * Called once with everything that has happened, before the promise resolves and once it lasts; without it nothing of single
 * messages is read.
 */
export type TellMailboxEvents = (events: readonly MailboxEvent[]) => void

/** What became of one message. */
export interface MailboxEvent {
  readonly what: 'kept' | 'unsubscribed' | 'expired' | 'pushed_out' | 'emptied'
  readonly vin: Vin
  readonly uid: Uid
  /** JSON text. */
  readonly payload: string
  /** With `kept`: how many messages of its app were there then. */
  readonly count?: number
}

export interface MailboxName {
  readonly vin: Vin
  readonly idApp: IdApp
}

/** One app of one vehicle. */
export interface MailboxSummary extends MailboxName {
  readonly uid: Uid
  readonly messages: number
  /** Of all payloads. */
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly oldestAt: number
}

export interface MailboxChanges {
  readonly kept: readonly NewMessage[]
  /** Keys that a vehicle has not, or no longer, are none of its business and change nothing. */
  readonly taken: ReadonlyMap<Vin, ReadonlySet<number>>
}

export interface NewMessage {
  readonly vin: Vin
  readonly idApp: IdApp
  readonly uid: Uid
  readonly subtopic: string
  /** JSON text. */
  readonly payload: string
  /** Of the payload in UTF-8. */
  readonly bytes: number
  /** Both in milliseconds since 1970-01-01T00:00:00Z. */
  readonly receivedAt: number
  readonly expiresAt: number
}

export interface KeptMessage extends Omit<NewMessage, 'vin' | 'bytes' | 'idApp'> {
  /** Made by the store; grows with each message of a vehicle, and none has one that another ever had. */
  readonly key: number
}

export interface KeptPortion {
  readonly messages: readonly KeptMessage[]
  /** Is nothing left behind it? */
  readonly isAll: boolean
}

/** How many messages met which end. */
export interface MailboxWritten {
  /** Left out, as nobody is subscribed. */
  readonly unsubscribed: number
  /** Their time was over; as with `removeExpired`. */
  readonly expired: number
  /** Pushed out by newer ones, be it of the same call. */
  readonly pushedOut: number
}
