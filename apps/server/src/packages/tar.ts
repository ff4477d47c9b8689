import { Parser, type ReadEntry } from 'tar'
import { PackageError } from './package-error.ts'

export interface TarEntry {
  /** As written in the archive: not to be trusted. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'other'
  readonly content: Uint8Array
}

/**
 * What is in a tar archive. Nothing touches the disk: what a hostile archive says is for the caller to judge.
 * @throws {PackageError} PACKAGE_ARCHIVE_MALFORMED
 */
export function readTar(archive: Uint8Array): Promise<TarEntry[]> {
  return new Promise((resolve, reject) => {
    const entries: TarEntry[] = []
    const read = (entry: ReadEntry) => {
      const chunks: Buffer[] = []
      entry.on('data', (chunk: Buffer) => chunks.push(chunk))
      entry.on('end', () =>
        entries.push({ path: entry.path, type: typeOf(entry.type), content: Buffer.concat(chunks) }),
      )
    }
    const parser = new Parser({ strict: true, onReadEntry: read })
    parser.on('ignoredEntry', (entry) => {
      entries.push({ path: entry.path, type: 'other', content: new Uint8Array() })
      entry.resume()
    })
    parser.on('error', (cause: Error) => {
      const detail = `The archive cannot be read: ${cause.message}.`
      reject(new PackageError('PACKAGE_ARCHIVE_MALFORMED', detail, { cause }))
    })
    parser.on('end', () => resolve(entries))
    parser.end(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength))
  })
}

function typeOf(type: ReadEntry['type']): TarEntry['type'] {
  if (type === 'File' || type === 'OldFile' || type === 'ContiguousFile') return 'file'
  return type === 'Directory' || type === 'GNUDumpDir' ? 'folder' : 'other'
}
