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
/** Deleted in one transaction, some 100 ms of work. */
const REMOVED_AT_ONCE = 10_000
const DAY_MS = 86_400_000
/** Of the entry that says which were removed. */
const REMOVAL = { actor: 'server', action: 'audit.remove-old' }

/** What the first entry must follow. */
interface Start {
  readonly number: number
  readonly hash: string
}

/**
 * Who did what, for good or for as long as the operator wants it. Each entry holds the hash of the one before, over all nodes,
 * so whoever keeps the last hash elsewhere can tell whether anything was changed since.
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

  /**
   * Removes what is older than so many days, about once a day, and leaves an entry that says up to which number, and what its
   * hash was: there the chain of what is left is anchored. Resolves to how many.
   */
  async removeOlderThan(days: number): Promise<number> {
    const now = this.#now()
    const [first] = await this.#store.listAfter(0, 1)
    if (first === undefined || now - first.at < (days + 1) * DAY_MS) return 0
    const bounds = { before: now - days * DAY_MS, countMax: REMOVED_AT_ONCE }
    const describe = ({ number, hash }: Start) => ({
      ...REMOVAL,
      at: now,
      node: this.#node,
      address: undefined,
      target: undefined,
      details: JSON.stringify({ upTo: number, hash, olderThanDays: days }),
    })
    let total = 0
    for (;;) {
      const removed = await this.#store.removeOldest(bounds, describe, seal)
      total += removed
      if (removed < REMOVED_AT_ONCE) return total
      await turn()
    }
  }

  /** Reads everything, a little at a time. */
  async check(): Promise<AuditCheck> {
    for (;;) {
      const start = await this.#findStart()
      const check = await this.#checkAfter(start)
      // Old entries may have been removed while they were read.
      if (check.isWhole || (await this.#findStart()).number === start.number) return check
    }
  }

  async #checkAfter(start: Start): Promise<AuditCheck> {
    let last = start
    const describe = () => ({
      entries: last.number - start.number,
      removed: start.number,
      lastHash: last.hash,
    })
    for (;;) {
      const entries = await this.#store.listAfter(last.number, CHECKED_AT_ONCE)
      for (const entry of entries) {
        const isNext = entry.number === last.number + 1 && entry.previousHash === last.hash
        if (!isNext || seal(entry) !== entry.hash)
          return { isWhole: false, ...describe(), firstBroken: entry.number }
        last = entry
      }
      if (entries.length < CHECKED_AT_ONCE) return { isWhole: true, ...describe() }
      await turn()
    }
  }

  /** The beginning, or what the newest removal has left as the last that is gone. */
  async #findStart(): Promise<Start> {
    const [[first], [removal]] = await Promise.all([
      this.#store.listAfter(0, 1),
      this.#store.search({ ...REMOVAL, count: 1 }),
    ])
    const { upTo, hash } = JSON.parse(removal?.details ?? '{}') as { upTo?: number; hash?: string }
    const isAnchored = first !== undefined && upTo === first.number - 1 && hash === first.previousHash
    return isAnchored ? { number: upTo, hash } : { number: 0, hash: '' }
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
