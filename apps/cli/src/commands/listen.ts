import type { UplinkLine } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions } from '../connected-command.ts'
import { followLines } from '../follow-lines.ts'
import { escapeControls, Output } from '../output.ts'

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
  const path = `/partners/${encodeURIComponent(options.partner)}/messages`
  await followLines(options, output, {
    path: async () => path,
    hint: `Listening for what vehicles send to ${options.partner}; Ctrl-C ends.`,
    print: (line) => output.line(output.json ? line : formatUplink(line)),
  })
}

function formatUplink(line: string): string {
  const { at, vin, subtopic, payload } = JSON.parse(line) as UplinkLine
  const time = new Date(at).toLocaleTimeString('sv-SE')
  const where = subtopic === '' ? vin : `${vin}/${subtopic}`
  return escapeControls(`${time}  ${where}  ${describePayload(payload)}`)
}

function describePayload(payload: unknown): string {
  const isEnvelope = typeof payload === 'object' && payload !== null && 'content' in payload
  return JSON.stringify(isEnvelope ? payload.content : payload)
}
