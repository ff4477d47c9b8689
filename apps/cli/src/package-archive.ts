import { readFile, stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describeError, usageError } from './cli-error.ts'

/** The bytes of a web app's package: an archive as it is, a folder packed. Dot files and links stay out (W 11.1). */
export async function readPackage(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if ((await stat(path)).isDirectory()) return await packFolder(path)
    const archive = await readFile(path)
    if (isGzip(archive) || isZip(archive)) return archive
  } catch (error) {
    throw usageError(`Cannot read the package ${path}: ${describeError(error)}.`)
  }
  throw usageError(`${path} is neither a folder nor a .tar.gz or .zip; name one of them.`)
}

function isGzip(archive: Uint8Array): boolean {
  return archive[0] === 0x1f && archive[1] === 0x8b
}

function isZip(archive: Uint8Array): boolean {
  return archive[0] === 0x50 && archive[1] === 0x4b
}

/** Is a file of a folder part of its package? */
export function isPacked(path: string): boolean {
  return !/(^|\/)(\.[^/]|node_modules(\/|$))/.test(path)
}

async function packFolder(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { create } = await import('tar')
  const filter = (path: string, entry: object) =>
    isPacked(path.replace(/^\.\//, '')) &&
    !('isSymbolicLink' in entry && typeof entry.isSymbolicLink === 'function' && entry.isSymbolicLink())
  return new Uint8Array(await buffer(create({ gzip: true, cwd: folder, portable: true, filter }, ['.'])))
}
