import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** What the server keeps on disk, by name. Secrets are readable by their owner only. */
export interface DataFolder {
  readonly path: string
  /** undefined if there is no such file. */
  read(name: string): Promise<string | undefined>
  /** Whole or not at all: a reader never sees half a file. */
  write(name: string, content: string, options?: { secret: boolean }): Promise<void>
  remove(name: string): Promise<void>
}

export async function openDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder)
  await mkdir(path, { recursive: true, mode: 0o700 })
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

function undefinedIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined
  throw error
}
