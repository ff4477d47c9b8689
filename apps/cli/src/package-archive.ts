import { readFile, stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { describeError, usageError } from './cli-error.ts'

/** The bytes of a web app's package: a .tar.gz as it is, a folder packed. Dot files and links stay out (W 11.1). */
export async function readPackage(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if ((await stat(path)).isDirectory()) return await packFolder(path)
    const archive = await readFile(path)
    if (archive[0] === 0x1f && archive[1] === 0x8b) return archive
  } catch (error) {
    throw usageError(`Cannot read the package ${path}: ${describeError(error)}.`)
  }
  throw usageError(`${path} is neither a folder nor a .tar.gz; name one of the two with --package.`)
}

async function packFolder(folder: string): Promise<Uint8Array<ArrayBuffer>> {
  const { create } = await import('tar')
  const filter = (path: string, entry: object) =>
    !/(^|\/)(\.[^/]|node_modules(\/|$))/.test(path.replace(/^\.\//, '')) &&
    !('isSymbolicLink' in entry && typeof entry.isSymbolicLink === 'function' && entry.isSymbolicLink())
  return new Uint8Array(await buffer(create({ gzip: true, cwd: folder, portable: true, filter }, ['.'])))
}
