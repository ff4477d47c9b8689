import { setTimeout as wait } from 'node:timers/promises'
import { CliError } from './cli-error.ts'
import { AdminClient } from './client.ts'
import type { ConnectedOptions } from './connected-command.ts'
import { exitCodes } from './exit-codes.ts'
import type { Output } from './output.ts'
import { findServer } from './server-address.ts'

const retryMilliseconds = 1_000

export interface Follow {
  /** Path of the stream; asked for again after each loss of the server. */
  readonly path: (client: AdminClient) => Promise<string>
  /** Called once, when nothing is missed any more and nothing is printed yet. */
  readonly begin?: (client: AdminClient) => Promise<void>
  /** Said once, after that. */
  readonly hint: string
  readonly print: (line: string) => void
}

/** Prints the lines of a stream until Ctrl-C; goes on when the server comes back. */
export async function followLines(
  options: ConnectedOptions,
  output: Output,
  { path, begin, hint, print }: Follow,
): Promise<void> {
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
  let openedOnce = false
  let lost = false
  const opened = async (client: AdminClient) => {
    if (lost) output.notice('The server is back; listening again.')
    else if (!openedOnce) {
      await begin?.(client)
      output.hint(hint)
    }
    openedOnce = true
    lost = false
  }
  while (!ended.signal.aborted) {
    try {
      // Found anew each time: a restarted server may have another port and another token.
      const client = new AdminClient(findServer(options))
      const open = () => opened(client)
      for await (const line of client.lines(await path(client), ended.signal, open)) print(line)
    } catch (error) {
      if (ended.signal.aborted) return
      if (!openedOnce || !isPassing(error)) throw error
    }
    if (ended.signal.aborted) return
    if (!lost) output.notice('The server hung up; trying again until it is back …')
    lost = true
    await wait(retryMilliseconds, undefined, { signal: ended.signal }).catch(() => {})
  }
}

/** What goes away when the server is back: no connection, or one cut in the middle of an answer. */
function isPassing(error: unknown): boolean {
  return !(error instanceof CliError) || error.exitCode === exitCodes.noServer
}
