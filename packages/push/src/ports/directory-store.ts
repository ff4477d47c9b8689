import type { InstallationRecord } from './installation-store.ts'
import type { Target } from './target-store.ts'
import type { ThingRecord } from './thing-store.ts'
import type { UserRecord } from './user-store.ts'

/**
 * Gives an operator everything there is in an app, a little at a time. Each call looks at no more than `rowsMax` rows, however few
 * of them have what is searched, so that nobody else waits for it.
 */
export interface DirectoryStore {
  /** By user id; searched are ids, names and addresses. */
  scanUsers(appID: string, scan: Scan): Promise<Scanned<UserRecord>>
  /** By thing id; searched are thing id and vendor id. */
  scanThings(appID: string, scan: Scan): Promise<Scanned<ThingRecord>>
  /** By type and registration id; searched are installation id and whose it is. */
  scanInstallations(appID: string, scan: Scan): Promise<Scanned<InstallationRecord>>
  /** Of all scopes, by scope and name; searched are both. */
  scanTargets(appID: string, kind: Target['kind'], scan: Scan): Promise<Scanned<Target>>
}

export interface Scan {
  /** Part of one of the searched texts, whatever the case of its letters; '' is part of all. */
  readonly search: string
  /** Behind the row that these name; absent: from the beginning. */
  readonly after: readonly string[] | undefined
  readonly countMax: number
  readonly rowsMax: number
}

export interface Scanned<Row> {
  readonly found: Row[]
  /** `after` of what follows; absent: nothing does. */
  readonly next: readonly string[] | undefined
}
