export type PackageErrorCode = keyof typeof packageErrors

/** Why a package was not installed. A code keeps its meaning for good. */
export const packageErrors = {
  PACKAGE_FORMAT_UNKNOWN: 'The upload is neither a gzip’d tar nor a zip archive',
  PACKAGE_ARCHIVE_MALFORMED: 'The archive is damaged',
  PACKAGE_ENTRY_REFUSED: 'The package holds something that is not a plain file or folder',
  PACKAGE_PATH_REFUSED: 'The package holds a path that cannot be used',
  PACKAGE_TOO_LARGE: 'The package is too large',
  PACKAGE_ENTRIES_TOO_MANY: 'The package holds too many entries',
  PACKAGE_ID_MISMATCH: 'The package is of another app',
  PACKAGE_FILE_NAME_MALFORMED: 'The package is not named as packages are',
  PACKAGE_MD5_MALFORMED: 'The .md5 file is not as it should be',
  PACKAGE_MD5_MISMATCH: 'The package is not the one its .md5 file is of',
  PACKAGE_VERSION_MISMATCH: 'Name and manifest tell different versions',
  PACKAGE_INFO_MALFORMED: 'info.json cannot be read',
  PACKAGE_START_PAGE_MISSING: 'The package has no index.html',
  PACKAGE_FOLDER_NOT_FOUND: 'The folder cannot be read',
} as const

/** Thrown for a package that cannot be installed; nothing was changed. */
export class PackageError extends Error {
  readonly code: PackageErrorCode
  /** One sentence for a person, with the fix where there is one. */
  readonly detail: string

  constructor(code: PackageErrorCode, detail: string, options?: ErrorOptions) {
    super(`${packageErrors[code]}: ${detail}`, options)
    this.name = 'PackageError'
    this.code = code
    this.detail = detail
  }
}
