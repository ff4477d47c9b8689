import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isPacked } from '../package-archive.ts'

/** Editors and builds write a file in several steps, and several files at once. */
const quietMilliseconds = 150
/** Who never stops writing, such as a log in the folder, must not keep the rest from being seen. */
const patienceMilliseconds = 1_000
const retryMilliseconds = 1_000

/**
 * Calls `changed` when something at `path`, a folder or an archive, has changed and nothing more does for a moment, or a second is over. Each folder
 * is watched by itself: Node's own recursive watch on Linux no longer sees a file once an editor has put another in its place.
 * @returns what ends it
 * @throws it is not there, or the system watches no more folders
 */
export function watchPackage(path: string, changed: () => void): () => void {
  const isFolder = statSync(path).isDirectory()
  const concerns = (name: string) => (isFolder ? isPacked(name) : name === basename(path))
  const watchers: FSWatcher[] = []
  let timer: NodeJS.Timeout | undefined
  let isLost = false
  /** When the first change came that is not told yet. */
  let changedAt: number | undefined

  const settleIn = (milliseconds: number) => {
    clearTimeout(timer)
    timer = setTimeout(settle, milliseconds)
  }
  const noteChange = () => {
    const now = performance.now()
    changedAt ??= now
    settleIn(Math.max(0, Math.min(quietMilliseconds, changedAt + patienceMilliseconds - now)))
  }
  const close = () => {
    for (const watcher of watchers.splice(0)) watcher.close()
  }
  // Anew each time, for there may be other folders now. Whatever happened until then is part of this change.
  const open = () => {
    close()
    for (const folder of isFolder ? listFolders(path) : [dirname(path)]) {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || concerns(name)) noteChange()
      })
      watchers.push(watcher.on('error', noteChange))
    }
  }
  const settle = () => {
    changedAt = undefined
    const wasLost = isLost
    isLost = !succeeds(open)
    // It may come back.
    if (isLost) settleIn(retryMilliseconds)
    if (!isLost || !wasLost) changed()
  }

  open()
  return () => {
    clearTimeout(timer)
    close()
  }
}

function listFolders(path: string): string[] {
  const below = readdirSync(path, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && isPacked(entry.name),
  )
  return [path, ...below.flatMap(({ name }) => listFolders(join(path, name)))]
}

function succeeds(action: () => void): boolean {
  try {
    action()
    return true
  } catch {
    return false
  }
}
