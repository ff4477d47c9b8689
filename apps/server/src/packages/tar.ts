import { PackageError } from './package-error.ts'

export interface TarEntry {
  /** As written in the archive: not to be trusted. */
  readonly path: string
  readonly type: 'file' | 'folder' | 'other'
  readonly content: Uint8Array
}

const BLOCK = 512

/**
 * Reads POSIX.1-1988 (ustar) and POSIX.1-2001 (pax) archives, and GNU tar's long names. Nothing touches the disk:
 * what a hostile archive says is for the caller to judge.
 * @throws {PackageError} PACKAGE_ARCHIVE_MALFORMED
 */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  let offset = 0
  /** What an extension header says about the entry after it. */
  let next: { path?: string; size?: number } = {}
  while (offset + BLOCK <= archive.length) {
    const header = archive.subarray(offset, offset + BLOCK)
    if (header.every((byte) => byte === 0)) return
    verifyChecksum(header)
    const flag = String.fromCharCode(header[156] ?? 0)
    const size = 'xgLK'.includes(flag)
      ? readNumber(header, 124, 12)
      : (next.size ?? readNumber(header, 124, 12))
    const start = offset + BLOCK
    if (start + size > archive.length) throw malformed('it ends in the middle of a file')
    const content = archive.subarray(start, start + size)
    offset = start + Math.ceil(size / BLOCK) * BLOCK

    if (flag === 'x') next = { ...next, ...readPax(content) }
    else if (flag === 'L') next = { ...next, path: readText(content) }
    // Global headers and long link names say nothing about files.
    else if (flag !== 'g' && flag !== 'K') {
      yield { path: next.path ?? readPath(header), type: typeOf(flag), content }
      next = {}
    }
  }
}

function typeOf(flag: string): TarEntry['type'] {
  if (flag === '0' || flag === '\0' || flag === '7') return 'file'
  return flag === '5' ? 'folder' : 'other'
}

function readPath(header: Uint8Array): string {
  const name = readText(header.subarray(0, 100))
  const isUstar = readText(header.subarray(257, 263)) === 'ustar'
  const prefix = isUstar ? readText(header.subarray(345, 500)) : ''
  return prefix === '' ? name : `${prefix}/${name}`
}

function readText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return Buffer.from(bytes.subarray(0, end === -1 ? bytes.length : end)).toString('utf8')
}

/** Octal digits. (GNU's base 256 is for files beyond 8 GiB, which no package holds.) */
function readNumber(header: Uint8Array, start: number, length: number): number {
  const digits = readText(header.subarray(start, start + length)).trim()
  if (!/^[0-7]*$/.test(digits)) throw malformed('a size is no octal number')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

/** The sum of the header's bytes, its own field counted as spaces. */
function verifyChecksum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0)
  if (sum !== readNumber(header, 148, 8)) throw malformed('a header has a wrong checksum')
}

/** Records of the form `<length> <key>=<value>\n`, the length counting all of it. */
function readPax(content: Uint8Array): { path?: string; size?: number } {
  const records: { path?: string; size?: number } = {}
  let rest = Buffer.from(content)
  while (rest.length > 0 && rest[0] !== 0) {
    const length = Number.parseInt(rest.toString('latin1', 0, 12), 10)
    const record = rest.toString('utf8', 0, length)
    const match = /^\d+ ([^=]+)=(.*)\n$/s.exec(record)
    if (!(length > 0 && length <= rest.length) || match === null)
      throw malformed('an extension header cannot be read')
    if (match[1] === 'path') records.path = match[2] ?? ''
    if (match[1] === 'size') {
      records.size = Number(match[2])
      if (!Number.isSafeInteger(records.size) || records.size < 0) throw malformed('a size is no number')
    }
    rest = rest.subarray(length)
  }
  return records
}

function malformed(why: string): PackageError {
  return new PackageError('PACKAGE_ARCHIVE_MALFORMED', `The archive cannot be read: ${why}.`)
}
