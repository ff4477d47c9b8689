import type { Limits } from '../limits.ts'
import { PackageError } from './package-error.ts'

export type PackageLimits = Pick<
  Limits,
  'packageArchiveBytesMax' | 'packageUnpackedBytesMax' | 'packageAppBytesMax' | 'packageEntriesMax'
>

/** Systems take 4,096 with the path of the data folder in front. */
const PATH_BYTES_MAX = 1_024
const SEGMENT_BYTES_MAX = 255

/** Regular files by their clean path: relative, parted by `/`, without `.` and `..`. */
export type PackageFiles = Map<string, Uint8Array>

/**
 * The path as it may be used below a folder of ours, or undefined if it is one to skip: `__MACOSX/`, dot files, or
 * the package's root itself (W 11.1).
 * @throws {PackageError} absolute, with `..`, too long, or with characters that some file system reads otherwise
 */
export function cleanPath(path: string): string | undefined {
  const isAbsolute = path.startsWith('/') || /^[A-Za-z]:/.test(path)
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const isOdd = /[\\\x00-\x1f\x7f]/.test(path)
  const isLong =
    Buffer.byteLength(path) > PATH_BYTES_MAX ||
    segments.some((segment) => Buffer.byteLength(segment) > SEGMENT_BYTES_MAX)
  if (isAbsolute || isOdd || isLong || segments.includes('..')) {
    const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path)
    const fault = isLong
      ? `is too long: at most ${PATH_BYTES_MAX} bytes, ${SEGMENT_BYTES_MAX} for each name.`
      : 'is not a plain path below the package.'
    throw new PackageError('PACKAGE_PATH_REFUSED', `${shown} ${fault}`)
  }
  if (segments.length === 0 || segments.some((segment) => segment === '__MACOSX' || segment.startsWith('.')))
    return undefined
  return segments.join('/')
}

/** Collects files, counting what they take before they are taken. */
export class PackageCollector {
  readonly files: PackageFiles = new Map()
  readonly #limits: PackageLimits
  readonly #folders = new Set<string>()
  #bytes = 0
  #entries = 0

  constructor(limits: PackageLimits) {
    this.#limits = limits
  }

  /** Counts an entry of any kind. Call it for each, skipped ones included. */
  countEntry(): void {
    this.#entries++
    if (this.#entries > this.#limits.packageEntriesMax) {
      throw new PackageError(
        'PACKAGE_ENTRIES_TOO_MANY',
        `At most ${this.#limits.packageEntriesMax} files and folders.`,
      )
    }
  }

  /** A later file of the same path replaces the earlier one, as tar has it. */
  add(path: string, content: Uint8Array): void {
    for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
      const folder = path.slice(0, slash)
      if (this.files.has(folder)) throw twoThings(folder)
      this.#folders.add(folder)
    }
    if (this.#folders.has(path)) throw twoThings(path)
    this.files.set(path, content)
  }

  /** Counts bytes that are about to be read. */
  countBytes(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes > this.#limits.packageUnpackedBytesMax)
      throw tooLarge('unpacked', this.#limits.packageUnpackedBytesMax)
  }
}

export function tooLarge(what: string, bytesMax: number): PackageError {
  return new PackageError('PACKAGE_TOO_LARGE', `At most ${Math.floor(bytesMax / 1024 / 1024)} MiB ${what}.`)
}

function twoThings(path: string): PackageError {
  return new PackageError('PACKAGE_ENTRY_REFUSED', `${JSON.stringify(path)} is both a file and a folder.`)
}
