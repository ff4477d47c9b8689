import type { Command } from 'commander'
import type { StoreOptions } from '../copying.ts'
import { count } from '../count.ts'
import { Output } from '../output.ts'
import { addStoreOptions } from '../store-options.ts'

export function addRestore(parent: Command): void {
  const command = parent
    .command('restore')
    .description('Bring back what `pillion backup` has written, into an empty place.')
    .argument('<file>', 'the backup')
    .addHelpText(
      'after',
      `
Into the data folder, which must be empty or missing; with database.url into an empty PostgreSQL instead, from which
every node gets what it needs. Backups of earlier versions are brought up to date.

The whole file is checked first. All or nothing: if it is interrupted, run the same command again. Run it as the user
that the server runs as.

Examples:
  $ pillion restore pillion-2026-11-21.tar.gz --data /var/lib/pillion
  $ pillion restore pillion-2026-11-21.tar.gz --database-url postgres://pillion@db.example.com/pillion`,
    )
  addStoreOptions(command).action(run)
}

async function run(file: string, options: StoreOptions): Promise<void> {
  const output = new Output({ json: options.json === true })
  // Loaded only now: the other commands start faster without the whole server.
  const { runCopy, restore } = await import('../copying.ts')
  const done = await runCopy(options, output, (copyOptions) => restore({ ...copyOptions, file }))
  const rows = done.tables.reduce((sum, table) => sum + table.rows, 0)
  output.result(done, () =>
    done.wasFilled
      ? `${done.database} held all of this already; nothing was written.`
      : `${count(rows, 'row')} of ${done.backedUpAt} are in ${done.database}. Start the server with the same options.`,
  )
}
