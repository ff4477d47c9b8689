import { Parser, type ReadEntry } from 'tar'
import type { ArchiveEntry } from './archive-entry.ts'
import { PackageError } from './package-error.ts'

/**
 * What is in a tar archive, as far as one entry more than `entriesMax`: a million empty ones take no room, but the server's time.
 * Nothing touches the disk.
 * @throws {PackageError} PACKAGE_ARCHIVE_MALFORMED
 */
export function readTar(archive: Uint8Array, entriesMax: number): Promise<ArchiveEntry[]> {
  return new Promise((resolve, reject) => {
    const entries: ArchiveEntry[] = []
    const read = (entry: ReadEntry) => {
      if (entries.length > entriesMax) {
        resolve(entries)
        parser.abort(new Error('too many entries'))
        return
      }
      const chunks: Buffer[] = []
      entry.on('data', (chunk: Buffer) => chunks.push(chunk))
      entry.on('end', () =>
        entries.push(toArchiveEntry(entry.path, typeOf(entry.type), Buffer.concat(chunks))),
      )
    }
    const parser = new Parser({ strict: true, onReadEntry: read })
    parser.on('ignoredEntry', (entry) => {
      entries.push(toArchiveEntry(entry.path, 'other', new Uint8Array()))
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

function toArchiveEntry(path: string, type: ArchiveEntry['type'], content: Uint8Array): ArchiveEntry {
  return { path, type, size: content.length, read: async () => content }
}

function typeOf(type: ReadEntry['type']): ArchiveEntry['type'] {
  if (type === 'File' || type === 'OldFile' || type === 'ContiguousFile') return 'file'
  return type === 'Directory' || type === 'GNUDumpDir' ? 'folder' : 'other'
}
