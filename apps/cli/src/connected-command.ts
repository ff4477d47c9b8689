import type { Command } from 'commander'
import { AdminClient } from './client.ts'
import { Output } from './output.ts'
import { quoteForShell } from './quote-for-shell.ts'
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

export interface Connected {
  readonly client: AdminClient
  readonly output: Output
  /** A command that goes to the same server, to be pasted: `pillion ARGS` with --data, --server and --token-file as they were given. */
  readonly command: (args: string) => string
}

export function connect(options: ConnectedOptions): Connected {
  return {
    client: new AdminClient(findServer(options)),
    output: new Output({ json: options.json === true }),
    command: (args) => ['pillion', args, ...repeatServer(options)].join(' '),
  }
}

function repeatServer({ data, server, tokenFile }: ServerOptions): string[] {
  const given = Object.entries({ '--data': data, '--server': server, '--token-file': tokenFile })
  return given.flatMap(([flag, value]) => (value === undefined ? [] : [flag, quoteForShell(value)]))
}
