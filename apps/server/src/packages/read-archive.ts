import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { PackageError } from './package-error.ts'
import {
  cleanPath,
  PackageCollector,
  type PackageFiles,
  type PackageLimits,
  tooLarge,
} from './package-files.ts'
import { readTar } from './tar.ts'

/** Unpacks a gzip'd tar in memory (W 11.1); only regular files come out, anything but files and folders is refused. */
export async function readArchive(archive: Uint8Array, limits: PackageLimits): Promise<PackageFiles> {
  const collector = new PackageCollector(limits)
  for (const { path, type, content } of await readTar(await unzip(archive, limits))) {
    collector.countEntry()
    if (type === 'other') {
      throw new PackageError(
        'PACKAGE_ENTRY_REFUSED',
        `${JSON.stringify(path)} is neither a file nor a folder.`,
      )
    }
    const clean = cleanPath(path)
    if (type === 'folder' || clean === undefined) continue
    collector.countBytes(content.length)
    collector.add(clean, content)
  }
  return collector.files
}

async function unzip(archive: Uint8Array, limits: PackageLimits): Promise<Buffer> {
  if (archive.length > limits.packageArchiveBytesMax) throw tooLarge('packed', limits.packageArchiveBytesMax)
  if (archive[0] === 0x50 && archive[1] === 0x4b) {
    throw new PackageError('PACKAGE_NOT_GZIP', 'This is a zip; pack it with tar -czf, or install the folder.')
  }
  // Headers and padding come on top of the contents, at most this much.
  const maxOutputLength = limits.packageUnpackedBytesMax + limits.packageEntriesMax * 1024
  try {
    return await promisify(gunzip)(archive, { maxOutputLength })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('unpacked', limits.packageUnpackedBytesMax)
    }
    throw new PackageError('PACKAGE_NOT_GZIP', 'Pack it with tar -czf.', { cause })
  }
}
