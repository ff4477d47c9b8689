import type { Status } from '@pillion/schema'
import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { exitCodes } from '../exit-codes.ts'
import { Output } from '../output.ts'
import { readVersion } from '../read-version.ts'

export function addVersion(parent: Command): void {
  const command = parent
    .command('version')
    .description('Print the version of this program, of Node, and of the server if one is running.')
    .addHelpText('after', '\nExample:\n  $ pillion version --json')
  addConnectedOptions(command).action(run)
}

async function run(options: ConnectedOptions): Promise<void> {
  const output = new Output({ json: options.json === true })
  const version = readVersion()
  const server = await askServer(options)
  const answer = { version, node: process.versions.node, ...(server && { server: server.version }) }
  output.result(answer, () =>
    [
      `pillion ${version} (Node ${process.versions.node})`,
      server === undefined
        ? 'No server is running here.'
        : `server  ${server.version}, since ${server.startedAt}`,
    ].join('\n'),
  )
  if (server !== undefined && server.version !== version)
    output.hint(`The server runs another version: restart it to bring it to ${version}.`)
}

/** Undefined if there is none, unless one was named. */
async function askServer(options: ConnectedOptions): Promise<Status | undefined> {
  try {
    return await connect(options).client.get<Status>('/status')
  } catch (error) {
    const isNone = error instanceof CliError && error.exitCode === exitCodes.noServer
    if (isNone && options.server === undefined) return undefined
    throw error
  }
}
