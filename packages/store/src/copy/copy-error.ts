/** Why a store was not copied, backed up or restored; nothing was changed. docs/guides/backup.md explains each. */
export type CopyErrorCode =
  /** There is no database to read, or its tables are not those of this version. */
  | 'STORE_MISSING'
  | 'STORE_VERSION'
  /** Where it should go to holds something else already, or somebody is writing there. */
  | 'TARGET_NOT_EMPTY'
  | 'TARGET_BUSY'
  /** The target does not take a row, or does not give back what it took. */
  | 'ROW_REFUSED'
  | 'COPY_DIFFERS'
  | 'FILE_EXISTS'
  /** The file is no backup, is not as it was written, or was written by a newer version. */
  | 'BACKUP_FOREIGN'
  | 'BACKUP_DAMAGED'
  | 'BACKUP_NEWER'

export class CopyError extends Error {
  override readonly name = 'CopyError'
  readonly code: CopyErrorCode

  constructor(code: CopyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
