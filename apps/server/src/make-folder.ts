import { existsSync } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a folder, for its owner only, and those above it: one after the other, as mkdir of Node with `recursive` never ends, at
 * full load, where the system says ENOENT to a folder whose parent is there, such as in /proc or on a mount that has gone.
 * True if it was not there before. An error is that of mkdir.
 */
export async function makeFolder(path: string): Promise<boolean> {
  if (!existsSync(dirname(path))) await makeFolder(dirname(path))
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await stat(path)).isDirectory()) return false
    throw error
  }
}
