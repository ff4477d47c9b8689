export { CopyError, type CopyErrorCode, copyErrorCodes } from './copy/copy-error.ts'
export {
  type CopiedTable,
  type CopyProgress,
  type CopyWatch,
  type Filled,
  fillPostgres,
} from './copy/fill-postgres.ts'
export { decodeRow, encodeRow, isSameSum, RunningSum, type TableSum } from './copy/lines.ts'
export { latestMigration, readStore, type StoreAddress } from './copy/read-store.ts'
export type { Row } from './copy/rows.ts'
export { type DatabaseKind, type StoreSource, sumTable } from './copy/source.ts'
export { emptyTables, refuseNewer, SqliteTarget } from './copy/sqlite-target.ts'
export { type TableShape, tableShapes } from './copy/tables.ts'
export { type AddedRows, withRows } from './copy/with-rows.ts'
export { type AppPackage, type AppPackages, toParts } from './nodes/app-packages.ts'
export type { AskedBefore, AskedOnce, KeptAnswers } from './nodes/kept-answers.ts'
export type { OnQuery } from './on-query.ts'
export type { OpenStore } from './open-store.ts'
export type {
  AuditQuery,
  AuditStore,
  NewAuditEntry,
  StoredAuditEntry,
} from './operators/audit-store.ts'
export type { ConfirmedFactor, FactorStore } from './operators/factor-store.ts'
export type {
  OperatorChange,
  OperatorStore,
  StoredFactor,
  StoredOperator,
} from './operators/operator-store.ts'
export type {
  CheckedOperator,
  SessionBounds,
  SessionStore,
  StoredSession,
} from './operators/session-store.ts'
export { openPostgres, type PostgresOptions } from './postgres/open-postgres.ts'
export { type MigrationPlan, type Preflight, StoreNewerError } from './preflight.ts'
export { isFull } from './sqlite/is-unavailable.ts'
export { openSqlite } from './sqlite/open-sqlite.ts'
export { describeCause, StoreUnavailableError } from './store-unavailable.ts'
