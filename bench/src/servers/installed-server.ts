import { execFile, spawn } from 'node:child_process'
import { delimiter } from 'node:path'
import { promisify } from 'node:util'
import type { Passwords } from '../population.ts'
import { Child } from './child.ts'
import { findFreePort } from './free-port.ts'
import type { RunningServer } from './server.ts'
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder.ts'

/** Servers often live in sbin, which ordinary users do not have in their path. */
const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [process.env.PATH ?? '', '/usr/local/sbin', '/usr/sbin'].join(delimiter),
}

/** As many open files as the system allows, which Node takes by itself; then the command, as the same process. */
const withOpenFiles = 'ulimit -n "$(ulimit -H -n)"; exec "$0" "$@"'

/**
 * Starts a server of this machine that takes `-c FILE`. `writeConfiguration` is given a folder that goes when
 * the server stops, and returns the file.
 */
export async function startInstalledServer(
  command: string,
  passwords: Passwords,
  writeConfiguration: (folder: string, port: number) => Promise<string>,
): Promise<RunningServer> {
  const folder = await makeTemporaryFolder()
  const port = await findFreePort()
  const file = await writeConfiguration(folder, port)
  const args = ['-c', withOpenFiles, command, '-c', file]
  const child = new Child(command, spawn('/bin/sh', args, { stdio: ['ignore', 'ignore', 'pipe'], env }))
  const stop = async () => {
    await child.stop()
    await removeTemporaryFolder(folder)
  }
  try {
    await child.listensOn(port)
  } catch (error) {
    await stop()
    throw error
  }
  return { port, pid: child.pid, passwords, stop }
}

/** What a command prints, even if it exits with an error as `mosquitto -h` does; '' if there is no such command. */
export async function printedBy(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { env })).stdout
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? ''
  }
}
