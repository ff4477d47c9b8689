import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { ArchiveEntry } from './archive-entry.ts'
import { PackageError } from './package-error.ts'
import {
  cleanPath,
  PackageCollector,
  type PackageFiles,
  type PackageLimits,
  tooLarge,
} from './package-files.ts'
import { readTar } from './tar.ts'
import { readZip } from './zip.ts'

/**
 * Unpacks a gzip'd tar, or the zip that developers may have (W 11.1), in memory; only regular files come out, anything but
 * files and folders is refused.
 * @throws {PackageError}
 */
export async function readArchive(archive: Uint8Array, limits: PackageLimits): Promise<PackageFiles> {
  if (archive.length > limits.packageArchiveBytesMax) throw tooLarge('packed', limits.packageArchiveBytesMax)
  const collector = new PackageCollector(limits)
  for await (const entry of await openArchive(archive, limits)) {
    collector.countEntry()
    if (entry.type === 'other') {
      throw new PackageError(
        'PACKAGE_ENTRY_REFUSED',
        `${JSON.stringify(entry.path)} is neither a file nor a folder.`,
      )
    }
    const clean = cleanPath(entry.path)
    if (entry.type === 'folder' || clean === undefined) continue
    collector.countBytes(entry.size)
    collector.add(clean, await entry.read())
  }
  return collector.files
}

async function openArchive(
  archive: Uint8Array,
  limits: PackageLimits,
): Promise<Iterable<ArchiveEntry> | AsyncIterable<ArchiveEntry>> {
  if (isGzip(archive)) return readTar(await unzip(archive, limits), limits.packageEntriesMax)
  if (archive[0] === 0x50 && archive[1] === 0x4b) return readZip(archive)
  throw new PackageError('PACKAGE_FORMAT_UNKNOWN', 'Pack it with tar -czf.')
}

export function isGzip(archive: Uint8Array): boolean {
  return archive[0] === 0x1f && archive[1] === 0x8b
}

async function unzip(archive: Uint8Array, limits: PackageLimits): Promise<Buffer> {
  // Headers and padding come on top of the contents, at most this much.
  const maxOutputLength = limits.packageUnpackedBytesMax + limits.packageEntriesMax * 1024
  try {
    return await promisify(gunzip)(archive, { maxOutputLength })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('unpacked', limits.packageUnpackedBytesMax)
    }
    const detail = `The archive cannot be read: ${(cause as Error).message}.`
    throw new PackageError('PACKAGE_ARCHIVE_MALFORMED', detail, { cause })
  }
}
