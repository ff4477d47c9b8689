import { once } from 'node:events'
import { connect } from 'node:net'
import type { DataFolder } from './data-folder.ts'

/** How a program on this machine finds the server that runs on a data directory: its `server.json`. */
export interface ServerFile {
  readonly pid: number
  /** '' if neither http nor https is on. */
  readonly url: string
  readonly version: string
}

/** Another server is running on this data directory; two would overwrite each other's files. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError'
}

/**
 * A file left behind by a server that was killed does not count.
 * @throws {DataFolderInUseError}
 */
export async function refuseSecondServer(data: DataFolder): Promise<void> {
  const text = await data.read('server.json')
  if (text === undefined) return
  const { pid, url } = JSON.parse(text) as ServerFile
  if (pid === process.pid || !isAlive(pid) || (url !== '' && !(await answers(url)))) return
  throw new DataFolderInUseError(
    `A server (process ${pid}${url === '' ? '' : `, ${url}`}) is running on ${data.path}. Stop it, or choose another directory with --data.`,
  )
}

export function writeServerFile(data: DataFolder, file: ServerFile): Promise<void> {
  return data.write('server.json', JSON.stringify(file))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process may not be signalled, but it is there.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * The process id may belong to another program by now. Whoever accepts the connection counts: a listener that wants a PROXY
 * header ends a plain request, and a server that stands still does not answer.
 */
async function answers(url: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(2_000) })
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNRESET'
  } finally {
    socket.destroy()
  }
}
