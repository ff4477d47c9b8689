/** What an archive of either kind holds. Nothing of it is to be trusted: whoever reads it judges. */
export interface ArchiveEntry {
  /** As written in the archive. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'other'
  /** Bytes of its content, unpacked; `read` never gives more. */
  readonly size: number
  /** @throws {PackageError} PACKAGE_ARCHIVE_MALFORMED */
  read(): Promise<Uint8Array>
}
