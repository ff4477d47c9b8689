import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'

/** What the server keeps on disk, by name. Secrets are readable by their owner only. */
export interface DataFolder {
  readonly path: string
  /** undefined if there is no such file. */
  read(name: string): Promise<string | undefined>
  /** Whole or not at all: a reader never sees half a file. */
  write(name: string, content: string, options?: { secret: boolean }): Promise<void>
  remove(name: string): Promise<void>
}

/** The data directory cannot be used; the message names it and says what to change. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError'
}

/** @throws {DataFolderError} */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder)
  try {
    await makeFolder(path)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw new DataFolderError(explain(path, cause as NodeJS.ErrnoException), { cause })
  }
  return {
    path,
    read: (name) => readFile(join(path, name), 'utf8').catch(undefinedIfMissing),
    async write(name, content, { secret } = { secret: false }) {
      const file = join(path, name)
      const beside = `${file}.${randomBytes(6).toString('hex')}`
      await mkdir(dirname(file), { recursive: true, mode: 0o700 })
      await writeFile(beside, content, { mode: secret ? 0o600 : 0o644 })
      await rename(beside, file)
    },
    remove: (name) => rm(join(path, name), { force: true }),
  }
}

function explain(path: string, { code, message }: NodeJS.ErrnoException): string {
  const other = 'Choose another directory with --data.'
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return `The data directory ${path} cannot be made: there is a file in its place. ${other}`
  if (code === 'EACCES' || code === 'EPERM')
    return `This user may not use the data directory ${path}. Run this as the user that it belongs to, or choose another with --data.`
  return `The data directory ${path} cannot be used: ${message}. ${other}`
}

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
