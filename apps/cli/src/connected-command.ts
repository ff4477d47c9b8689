import type { Command } from 'commander'
import { AdminClient } from './client.ts'
import { Output } from './output.ts'
import { findServer, type ServerOptions } from './server-address.ts'

export interface ConnectedOptions extends ServerOptions {
  json?: boolean
}

/** Adds the options of every command that speaks to a running server. */
export function addConnectedOptions(command: Command): Command {
  return command
    .optionsGroup('Server:')
    .option('--data <dir>', 'data directory of the server (default: ./pillion-data)')
    .option('--server <url>', 'address of the server, instead of the one running in --data')
    .option('--token-file <file>', 'file with its admin token (default: admin-token in --data)')
    .optionsGroup('Output:')
    .option('--json', 'print JSON')
}

export function connect(options: ConnectedOptions): { client: AdminClient; output: Output } {
  return { client: new AdminClient(findServer(options)), output: new Output({ json: options.json === true }) }
}
