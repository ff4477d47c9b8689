import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl'
import type { ArchiveEntry } from './archive-entry.ts'
import { PackageError } from './package-error.ts'

/**
 * What is in a zip archive, one entry after the other, each unpacked only when it is read.
 * @throws {PackageError} PACKAGE_ARCHIVE_MALFORMED
 */
export async function* readZip(archive: Uint8Array): AsyncGenerator<ArchiveEntry> {
  try {
    // Undecoded, or names that lead out of the folder would count as damage; the caller knows a better reason.
    const options = { lazyEntries: true, decodeStrings: false }
    const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength)
    const zip = await fromBufferPromise(bytes, options)
    for await (const entry of zip.eachEntry()) yield toArchiveEntry(zip, entry)
  } catch (cause) {
    throw cause instanceof PackageError ? cause : damaged(cause as Error)
  }
}

function toArchiveEntry(zip: ZipFile, entry: Entry): ArchiveEntry {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry
  const path = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
  return {
    path,
    type: typeOf(entry, path),
    size: entry.uncompressedSize,
    read: () => readContent(zip, entry, path),
  }
}

async function readContent(zip: ZipFile, entry: Entry, path: string): Promise<Uint8Array> {
  let content: Buffer
  try {
    content = await buffer(await zip.openReadStreamPromise(entry))
  } catch (cause) {
    throw damaged(cause as Error)
  }
  if (crc32(content) !== entry.crc32) throw damaged(new Error(`wrong checksum of ${JSON.stringify(path)}`))
  return content
}

/** Archives made on Unix say in the upper half of the attributes what each entry was: links and devices, too. */
function typeOf(entry: Entry, path: string): ArchiveEntry['type'] {
  const kind = (entry.externalFileAttributes >>> 16) & 0o170000
  if (kind === 0o100000 || kind === 0) return path.endsWith('/') ? 'folder' : 'file'
  return kind === 0o040000 ? 'folder' : 'other'
}

function damaged(cause: Error): PackageError {
  return new PackageError('PACKAGE_ARCHIVE_MALFORMED', `The archive cannot be read: ${cause.message}.`, {
    cause,
  })
}
