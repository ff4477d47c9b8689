import type { Uid } from '@pillion/schema'
import type { MailboxStore } from './ports/mailbox-store.ts'

/** Counting may take so many times less than what lies between two counts of one partner. */
const REST_PER_COUNT = 100

/** Read each time: an operator may change it while this node runs. */
type RoomLimits = { readonly mailboxBytesPerPartnerMax: number }

interface Use {
  /** As counted, and what was added since; what has gone since is not taken off. */
  bytes: number
  /** Until when it is not counted again; on the monotonic clock. */
  restsUntil: number
}

/** How much room each partner's messages take on the disk. Never too low; at the bound it is counted anew. */
export class MailboxRoom {
  readonly #store: Pick<MailboxStore, 'countBytes'>
  readonly #limits: RoomLimits
  readonly #uses = new Map<Uid, Use>()

  constructor(store: Pick<MailboxStore, 'countBytes'>, limits: RoomLimits) {
    this.#store = store
    this.#limits = limits
  }

  /** Takes so much room for the partner, if it is there. */
  async take(uid: Uid, bytes: number): Promise<boolean> {
    const { mailboxBytesPerPartnerMax: bytesMax } = this.#limits
    const use = this.#uses.get(uid)
    if (use === undefined) await this.#count(uid)
    else if (use.bytes + bytes > bytesMax && performance.now() >= use.restsUntil) await this.#count(uid)
    const counted = this.#uses.get(uid)
    if (counted === undefined || counted.bytes + bytes > bytesMax) return false
    counted.bytes += bytes
    return true
  }

  async #count(uid: Uid): Promise<void> {
    const started = performance.now()
    const bytes = await this.#store.countBytes(uid)
    const ended = performance.now()
    this.#uses.set(uid, { bytes, restsUntil: ended + REST_PER_COUNT * (ended - started) })
  }
}
