import { gzipSync } from 'node:zlib'

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

export function makeTar(entries: readonly FixtureEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', flag = '0' }) => {
    const body = Buffer.from(content)
    return [makeHeader(path, body.length, flag), body, Buffer.alloc((512 - (body.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
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
