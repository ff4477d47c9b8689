import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const binary = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  existsSync,
)

/** For the `skip` option of a test: false, or why the test cannot run here. */
export const mosquittoMissing = binary === undefined && 'mosquitto is not installed'

export interface Mosquitto {
  readonly port: number
  /** Kills it as a crash would. */
  kill(): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  /** From the next start on. */
  setUsers(users: Record<string, string>): void
}

/** A temporary folder; `remove` it at the end. */
export function makeFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pillion-partner-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/**
 * A real mosquitto on a free loopback port. `lines` are its configuration, without the listener. `users` maps a name to its
 * password; without, anybody may sign in.
 */
export async function startMosquitto(
  folder: string,
  { lines = [], users }: { lines?: readonly string[]; users?: Record<string, string> } = {},
): Promise<Mosquitto> {
  const port = await findFreePort()
  const config = join(folder, `mosquitto-${port}.conf`)
  const access =
    users === undefined ? ['allow_anonymous true'] : [`password_file ${writePasswords(folder, port, users)}`]
  // Started by root it would change its user, which cannot read our folder.
  const fixed = [`listener ${port} 127.0.0.1`, `user ${userInfo().username}`, 'log_type none']
  writeFileSync(config, [...fixed, ...access, ...lines, ''].join('\n'))
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn(binary ?? 'mosquitto', ['-c', config], { stdio: 'ignore' })
    await untilReachable(port, child)
  }
  const kill = async () => {
    const running = child
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return
    const exited = new Promise((resolve) => running.once('exit', resolve))
    running.kill('SIGKILL')
    await exited
  }
  await start()
  return { port, start, kill, setUsers: (changed) => void writePasswords(folder, port, changed) }
}

function writePasswords(folder: string, port: number, users: Record<string, string>): string {
  const file = join(folder, `passwords-${port}`)
  const lines = Object.entries(users).map(([name, password]) => `${name}:${password}\n`)
  writeFileSync(file, lines.join(''), { mode: 0o600 })
  execFileSync('mosquitto_passwd', ['-U', file])
  return file
}

export async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function untilReachable(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`)
    const reachable = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (reachable) return
    await sleep(25)
  }
  throw new Error('mosquitto does not answer')
}
