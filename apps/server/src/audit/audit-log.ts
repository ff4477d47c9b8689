import { createHash } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import type { AuditCheck, AuditEntry } from '@pillion/schema'
import type { AuditQuery, AuditStore, StoredAuditEntry } from '@pillion/store'

export interface AuditLogOptions {
  readonly store: AuditStore
  readonly node: string
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** What somebody did, or is about to do. */
export interface Act {
  /** `operator:NAME`, `admin-token`, `anonymous` or `server`. */
  readonly actor: string
  readonly address?: string | undefined
  /** `noun.verb` */
  readonly action: string
  /** Such as `partner:UID`. */
  readonly target?: string | undefined
  /** Never a secret. */
  readonly details?: Record<string, unknown> | undefined
}

const CHECKED_AT_ONCE = 500

/**
 * Who did what, for good. Each entry holds the hash of the one before, over all nodes, so whoever keeps the last hash
 * elsewhere can tell whether anything was changed since.
 */
export class AuditLog {
  readonly #store: AuditStore
  readonly #node: string
  readonly #now: () => number

  constructor({ store, node, now = Date.now }: AuditLogOptions) {
    this.#store = store
    this.#node = node
    this.#now = now
  }

  /** Its number, once it lasts. Rejects if it cannot be kept: then what it tells of must not be done. */
  async write({ actor, address, action, target, details = {} }: Act): Promise<number> {
    const entry = {
      at: this.#now(),
      node: this.#node,
      actor,
      address,
      action,
      target: target === undefined ? undefined : toKeepable(target),
      details: JSON.stringify(details),
    }
    return (await this.#store.append(entry, seal)).number
  }

  /** Newest first. */
  async search(query: AuditQuery): Promise<AuditEntry[]> {
    return (await this.#store.search(query)).map(toEntry)
  }

  /** Reads everything, a little at a time. */
  async check(): Promise<AuditCheck> {
    let last = { number: 0, hash: '' }
    for (;;) {
      const entries = await this.#store.listAfter(last.number, CHECKED_AT_ONCE)
      for (const entry of entries) {
        const isNext = entry.number === last.number + 1 && entry.previousHash === last.hash
        if (!isNext || seal(entry) !== entry.hash)
          return { isWhole: false, entries: last.number, firstBroken: entry.number, lastHash: last.hash }
        last = entry
      }
      if (entries.length < CHECKED_AT_ONCE)
        return { isWhole: true, entries: last.number, lastHash: last.hash }
      await turn()
    }
  }
}

/** As every database gives it back: half of a surrogate pair or U+0000 would come back as something else, and break the chain. */
function toKeepable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}')
}

/** SHA-256, hex, of all that an entry says and the hash of the one before: as a JSON array, in which nothing can be shifted. */
function seal(entry: Omit<StoredAuditEntry, 'hash'>): string {
  const { number, at, node, actor, address, action, target, details, previousHash } = entry
  const text = JSON.stringify([
    number,
    new Date(at).toISOString(),
    node,
    actor,
    address ?? null,
    action,
    target ?? null,
    details,
    previousHash,
  ])
  return createHash('sha256').update(text).digest('hex')
}

function toEntry({ at, address, target, details, ...entry }: StoredAuditEntry): AuditEntry {
  return {
    ...entry,
    at: new Date(at).toISOString(),
    ...(address === undefined ? {} : { address }),
    ...(target === undefined ? {} : { target }),
    details: JSON.parse(details) as Record<string, unknown>,
  }
}
