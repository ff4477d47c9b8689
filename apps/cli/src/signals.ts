import { closeSync, openSync } from 'node:fs'
import { exitCodes } from './exit-codes.ts'

/** Signals this close together are one: a terminal and npx both pass on the same Ctrl-C. */
const sameSignalMilliseconds = 300

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. With `reload`, SIGHUP calls that
 * instead, unless it says that the terminal in which this runs was closed.
 */
export function waitForSignal(reload?: () => void): Promise<NodeJS.Signals> {
  const hadTerminal = hasTerminal()
  return new Promise((resolve) => {
    let first: number | undefined
    const receive = (signal: NodeJS.Signals) => {
      const now = performance.now()
      if (first === undefined) resolve(signal)
      else if (now - first > sameSignalMilliseconds) process.exit(exitCodes.interrupted)
      first ??= now
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, receive)
    process.on('SIGHUP', () => {
      if (reload === undefined || (hadTerminal && !hasTerminal())) receive('SIGHUP')
      else reload()
    })
  })
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
