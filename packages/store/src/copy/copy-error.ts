/** Why a store was not copied, backed up or restored; nothing was changed. docs/guides/backup.md explains each. */
export const copyErrorCodes = [
  'ALREADY_MOVED',
  'STORE_MISSING',
  'STORE_VERSION',
  'TARGET_NOT_EMPTY',
  'TARGET_BUSY',
  'ROW_REFUSED',
  'COPY_DIFFERS',
  'FILE_EXISTS',
  'NO_ROOM',
  'BACKUP_FOREIGN',
  'BACKUP_DAMAGED',
  'BACKUP_NEWER',
] as const

export type CopyErrorCode = (typeof copyErrorCodes)[number]

export class CopyError extends Error {
  override readonly name = 'CopyError'
  readonly code: CopyErrorCode

  constructor(code: CopyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
