import { setImmediate } from 'node:timers/promises'
import type { DirectoryStore, Scan, Scanned } from './ports/directory-store.ts'
import type { InstallationRecord } from './ports/installation-store.ts'
import type { Target } from './ports/target-store.ts'
import type { ThingRecord } from './ports/thing-store.ts'
import type { UserRecord } from './ports/user-store.ts'

/** Some milliseconds of the event loop. */
const ROWS_MAX = 2_000
/** Whoever searches among very many gets what was found by then, and may go on. */
const SEARCH_MILLISECONDS = 1_000

export interface DirectoryQuery {
  readonly search: string
  /** `next` of the page before. */
  readonly cursor: string | undefined
  readonly count: number
}

export interface DirectoryPage<Row> {
  readonly items: Row[]
  readonly next: string | undefined
}

/** Everything that users and things have in an app, as its operator may look through it. */
export class Directory {
  readonly #store: DirectoryStore

  constructor(store: DirectoryStore) {
    this.#store = store
  }

  users(appID: string, query: DirectoryQuery): Promise<DirectoryPage<UserRecord>> {
    return gather(query, (scan) => this.#store.scanUsers(appID, scan))
  }

  things(appID: string, query: DirectoryQuery): Promise<DirectoryPage<ThingRecord>> {
    return gather(query, (scan) => this.#store.scanThings(appID, scan))
  }

  installations(appID: string, query: DirectoryQuery): Promise<DirectoryPage<InstallationRecord>> {
    return gather(query, (scan) => this.#store.scanInstallations(appID, scan))
  }

  targets(appID: string, kind: Target['kind'], query: DirectoryQuery): Promise<DirectoryPage<Target>> {
    return gather(query, (scan) => this.#store.scanTargets(appID, kind, scan))
  }
}

async function gather<Row>(
  { search, cursor, count }: DirectoryQuery,
  scan: (scan: Scan) => Promise<Scanned<Row>>,
): Promise<DirectoryPage<Row>> {
  const deadline = performance.now() + SEARCH_MILLISECONDS
  const items: Row[] = []
  let after = readCursor(cursor)
  for (;;) {
    const { found, next } = await scan({ search, after, countMax: count - items.length, rowsMax: ROWS_MAX })
    items.push(...found)
    after = next
    if (after === undefined || items.length >= count || performance.now() >= deadline) break
    await setImmediate()
  }
  return { items, next: after === undefined ? undefined : JSON.stringify(after) }
}

/** From the beginning, if it is none of ours. */
function readCursor(cursor: string | undefined): readonly string[] | undefined {
  try {
    const after: unknown = JSON.parse(cursor ?? 'null')
    return Array.isArray(after) && after.every((each) => typeof each === 'string') ? after : undefined
  } catch {
    return undefined
  }
}
