import type { Command } from 'commander'

/** Which store `migrate`, `backup` and `restore` are about. */
export function addStoreOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'folder of the server (default: ./pillion-data)')
    .option('--config <file>', 'YAML configuration of the server; flags and PILLION_… variables win over it')
    .option(
      '--database-url <url>',
      'PostgreSQL; its password is best left to PGPASSWORD, or the whole to PILLION_DATABASE__URL_FILE',
    )
    .option('--json', 'print JSON')
}
