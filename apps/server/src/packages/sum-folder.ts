import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'

export interface FolderSum {
  /** Of the files, their paths and sizes, in hex. */
  readonly sha256: string
  /** When anything in the folder changed last, by the clock of its file system. */
  readonly changedMilliseconds: number
}

/** Reads everything, holding a little of it at a time. */
export async function sumFolder(folder: string): Promise<FolderSum> {
  const hash = createHash('sha256')
  let changedMilliseconds = (await stat(folder)).ctimeMs
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)))
  for (const path of paths.sort()) {
    const file = join(folder, path)
    const found = await stat(file)
    changedMilliseconds = Math.max(changedMilliseconds, found.ctimeMs)
    if (!found.isFile()) continue
    hash.update(`${path.split(sep).join('/')}\0${found.size}\0`)
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  }
  return { sha256: hash.digest('hex'), changedMilliseconds }
}

/** When the file, or the nearest folder above it that is there, changed last; Infinity: not even `folder` is there. */
export async function findChange(file: string, folder: string): Promise<number> {
  for (let path = file; path.startsWith(folder); path = dirname(path)) {
    const found = await stat(path).catch(() => undefined)
    if (found !== undefined) return found.ctimeMs
  }
  return Number.POSITIVE_INFINITY
}
