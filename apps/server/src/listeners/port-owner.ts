import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

const LISTENING = '0A'
/** They say nothing; what they run does. */
const interpreters = /^(node|nodejs|python[\d.]*|java|ruby|deno|bun|sh|bash)$/

/** Who listens on a port of this machine, in words that complete “… has it”; undefined if that cannot be found out here. */
export function describePortOwner(port: number): string | undefined {
  try {
    const sockets = ['tcp', 'tcp6'].flatMap((table) => findSockets(`/proc/net/${table}`, port))
    const [socket] = sockets
    if (socket === undefined) return undefined
    const pid = findProcess(new Set(sockets.map(({ inode }) => `socket:[${inode}]`)))
    if (pid === `${process.pid}`) return 'another listener of this server'
    if (pid !== undefined) return `${nameProcess(pid)} (process ${pid})`
    return `a program of another user (uid ${socket.uid}); sudo ss -ltnp 'sport = :${port}' shows which: it`
  } catch {
    // Not Linux, or not permitted.
    return undefined
  }
}

/** Columns of proc(5): sl, local_address, rem_address, st, …, uid (7), timeout, inode (9). */
function findSockets(table: string, port: number): { uid: string; inode: string }[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return readFileSync(table, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => state === LISTENING && local.endsWith(suffix))
    .map((columns) => ({ uid: columns[7] ?? '', inode: columns[9] ?? '' }))
}

function findProcess(links: ReadonlySet<string>): string | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => listLinks(`/proc/${pid}/fd`).some((link) => links.has(link)))
}

/** None of a process that is another user's, or that has just ended. */
function listLinks(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => readLink(`${folder}/${name}`))
  } catch {
    return []
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** Never its arguments, in which a secret may stand. */
function nameProcess(pid: string): string {
  const [program = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  const name = basename(program)
  return interpreters.test(name) && script !== '' && !script.startsWith('-')
    ? `${name} ${basename(script)}`
    : name
}
