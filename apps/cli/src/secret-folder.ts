import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describeError, systemCode, usageError } from './cli-error.ts'

/** About as much as credentials take; a full disk takes an empty file. */
const probeBytes = 8_192

/** Makes a folder and writes into it for a trial, before a server is asked for what is shown only once. */
export function prepareSecretFolder(folder: string): void {
  const probe = join(folder, `.pillion-${process.pid}`)
  try {
    makeFolder(resolve(folder))
    writeFileSync(probe, Buffer.alloc(probeBytes), { mode: 0o600, flag: 'wx' })
    rmSync(probe)
  } catch (error) {
    rmQuietly(probe)
    throw usageError(
      `Nothing was asked of the server, as ${folder} cannot be written: ${describeError(error)}.`,
    )
  }
}

/** One after the other: mkdir of Node with `recursive` never ends where the system says ENOENT to a folder that is there, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}

/** There may be nothing to remove, nor a folder to look into. */
function rmQuietly(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // What went wrong before is what matters.
  }
}
