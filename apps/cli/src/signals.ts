import { exitCodes } from './exit-codes.ts'

/** Signals this close together are one: a terminal and npx both pass on the same Ctrl-C. */
const sameSignalMilliseconds = 300

/** Resolves at the first SIGINT, SIGTERM or SIGHUP; a second one ends the process at once. */
export function waitForSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: number | undefined
    const receive = (signal: NodeJS.Signals) => {
      const now = performance.now()
      if (first === undefined) resolve(signal)
      else if (now - first > sameSignalMilliseconds) process.exit(exitCodes.interrupted)
      first ??= now
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, receive)
  })
}
