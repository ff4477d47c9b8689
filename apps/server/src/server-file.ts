import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import packageJson from '../package.json' with { type: 'json' }
import { type DataFolder, DataFolderError } from './data-folder.ts'

/** How a program on this machine finds the server that runs on a data directory: its `server.json`. */
interface ServerFile {
  readonly pid: number
  /** '' while it starts, and if neither http nor https is on. */
  readonly url: string
  readonly version: string
}

/** Another process is at work on this data directory; two would overwrite each other's files. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
}

/** Stays when nobody holds the directory: whoever waits for it may have opened it already. */
export const LOCK_FILE = 'server.lock'

/** A data directory that nobody else has until it is released, or this process ends in whatever way. */
export class HeldFolder {
  readonly #data: DataFolder
  readonly #lock: DatabaseSync

  private constructor(data: DataFolder, lock: DatabaseSync) {
    this.#data = data
    this.#lock = lock
  }

  /**
   * Of several that ask at the same moment one gets it.
   * @throws {DataFolderInUseError}
   */
  static async hold(data: DataFolder): Promise<HeldFolder> {
    const lock = tryLock(join(data.path, LOCK_FILE))
    if (lock === undefined) throw new DataFolderInUseError(await describeHolder(data))
    const held = new HeldFolder(data, lock)
    await held.tell('')
    return held
  }

  /** Where this server is found. */
  tell(url: string): Promise<void> {
    const file: ServerFile = { pid: process.pid, url, version: packageJson.version }
    return this.#data.write('server.json', JSON.stringify(file))
  }

  /** From here on nobody is led here; the folder is still held. */
  hide(): Promise<void> {
    return this.#data.remove('server.json')
  }

  async release(): Promise<void> {
    await this.hide()
    this.#lock.close()
  }
}

const SQLITE_BUSY = 5

/**
 * SQLite's lock on an empty database: the kernel gives it to one, and takes it back from a process that was killed, so that nothing
 * is ever left behind, as a process id in a file would be, which may be that of another program after a restart of the machine.
 */
function tryLock(file: string): DatabaseSync | undefined {
  const lock = openLock(file)
  try {
    // Without a journal beside it, which a killed process would leave.
    lock.exec('pragma journal_mode = memory; begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
    return undefined
  }
}

/** @throws {DataFolderError} SQLite names no file */
function openLock(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { timeout: 0 })
  } catch (cause) {
    const text = `${file} cannot be opened: ${(cause as Error).message}. Run this as the user that it belongs to.`
    throw new DataFolderError(text, { cause })
  }
}

const READ_MS = 20
const READS_MAX = 50

/** Whoever has just got it tells who it is a moment later. */
async function describeHolder(data: DataFolder): Promise<string> {
  let holder: ServerFile | undefined
  for (let reads = 0; reads < READS_MAX && !isAlive(holder); reads++) {
    await wait(READ_MS)
    const text = await data.read('server.json')
    holder = text === undefined ? undefined : (JSON.parse(text) as ServerFile)
  }
  const who = holder && ` (process ${holder.pid}${holder.url === '' ? '' : `, ${holder.url}`})`
  return `Another Pillion${who ?? ', which is stopping,'} is running on ${data.path}. Stop it, or choose another directory with --data.`
}

function isAlive(holder: ServerFile | undefined): boolean {
  if (holder === undefined) return false
  try {
    process.kill(holder.pid, 0)
    return true
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
