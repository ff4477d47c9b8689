import { crc32, deflateRawSync, gzipSync } from 'node:zlib'

/** Makes archives for tests, also such as no honest tar would write. */
export interface FixtureEntry {
  path: string
  content?: string | Uint8Array
  /** '0' file, '1' hard link, '2' symbolic link, '3' device, '5' folder, 'x' pax header, 'L' GNU long name. */
  flag?: string
}

export function makeArchive(entries: readonly FixtureEntry[]): Uint8Array {
  return gzipSync(makeTar(entries))
}

/** A package of these files: path → content. */
export function makePackage(files: Record<string, string>): Uint8Array {
  return makeArchive(Object.entries(files).map(([path, content]) => ({ path, content })))
}

/** Unix modes by the flags of tar; what else there is, a zip has not. */
const modes: Record<string, number> = {
  '0': 0o100644,
  '2': 0o120777,
  '3': 0o020644,
  '5': 0o040755,
  '6': 0o010644,
}

/** `claim` changes what the archive says of an entry's size. */
export function makeZip(
  entries: readonly FixtureEntry[],
  claim: (size: number) => number = (size) => size,
): Uint8Array {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { path, content = '', flag = '0' } of entries) {
    const body = Buffer.from(content)
    const packed = deflateRawSync(body)
    const name = Buffer.from(path)
    // Flags (UTF-8), method (deflate), time, date, checksum, sizes, length of name; both headers have them.
    const common = Buffer.alloc(24)
    common.writeUInt16LE(0x0800, 0)
    common.writeUInt16LE(8, 2)
    common.writeUInt32LE(crc32(body), 8)
    common.writeUInt32LE(packed.length, 12)
    common.writeUInt32LE(claim(body.length), 16)
    common.writeUInt16LE(name.length, 20)
    const head = Buffer.concat([Buffer.from('504b03041400', 'hex'), common])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((modes[flag] ?? 0) << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.from('504b010214031400', 'hex'), common, tail, name)
    local.push(head, name, packed)
    offset += head.length + name.length + packed.length
  }
  const directory = Buffer.concat(central)
  const trailer = Buffer.alloc(22)
  trailer.write('504b0506', 'hex')
  trailer.writeUInt16LE(entries.length, 8)
  trailer.writeUInt16LE(entries.length, 10)
  trailer.writeUInt32LE(directory.length, 12)
  trailer.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, trailer])
}

export function makeTar(entries: readonly FixtureEntry[]): Buffer {
  const blocks = entries.flatMap(withLongName).flatMap(({ path, content = '', flag = '0' }) => {
    const body = Buffer.from(content)
    return [makeHeader(path, body.length, flag), body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** A header has room for 100 bytes; a longer name stands before it, as GNU tar writes it. */
function withLongName(entry: FixtureEntry): FixtureEntry[] {
  if (Buffer.byteLength(entry.path) <= 100) return [entry]
  return [{ path: '././@LongLink', content: `${entry.path}\0`, flag: 'L' }, entry]
}

function makeHeader(path: string, size: number, flag: string): Buffer {
  const header = Buffer.alloc(512)
  header.write(path, 0, 100)
  header.write('0000644\0', 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(flag, 156)
  // A link that points nowhere would not be one.
  if (flag === '1' || flag === '2') header.write('../../elsewhere', 157)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
