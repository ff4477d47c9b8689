import { setTimeout as wait } from 'node:timers/promises'
import type { UplinkLine } from '@pillion/schema'
import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { AdminClient } from '../client.ts'
import { addConnectedOptions, type ConnectedOptions } from '../connected-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { escapeControls, Output } from '../output.ts'
import { findServer } from '../server-address.ts'

const retryMilliseconds = 1_000

export function addListen(parent: Command): void {
  const command = parent
    .command('listen')
    .description('Print what vehicles send to a partner, one line each, until Ctrl-C: time, VIN, content.')
    .requiredOption('--partner <uid>', 'the partner')
    .addHelpText(
      'after',
      `
With --json each line is {"at","vin","subtopic","payload"}. If the server restarts, listening goes on;
what vehicles sent in between is not shown.

Example:
  $ pillion listen --partner acme`,
    )
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions & { partner: string }): Promise<void> {
  const output = new Output({ json: options.json === true })
  const ended = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
  const path = `/partners/${encodeURIComponent(options.partner)}/messages`
  let openedOnce = false
  let lost = false
  const opened = () => {
    if (lost) output.notice('The server is back; listening again.')
    else if (!openedOnce) output.hint(`Listening for what vehicles send to ${options.partner}; Ctrl-C ends.`)
    openedOnce = true
    lost = false
  }
  while (!ended.signal.aborted) {
    try {
      // Found anew each time: a restarted server may have another port and another token.
      const client = new AdminClient(findServer(options))
      for await (const line of client.lines(path, ended.signal, opened)) printUplink(line, output)
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

function printUplink(line: string, output: Output): void {
  if (output.json) {
    output.line(line)
    return
  }
  const { at, vin, subtopic, payload } = JSON.parse(line) as UplinkLine
  const time = new Date(at).toLocaleTimeString('sv-SE')
  const where = subtopic === '' ? vin : `${vin}/${subtopic}`
  output.line(escapeControls(`${time}  ${where}  ${describePayload(payload)}`))
}

function describePayload(payload: unknown): string {
  const isEnvelope = typeof payload === 'object' && payload !== null && 'content' in payload
  return JSON.stringify(isEnvelope ? payload.content : payload)
}
