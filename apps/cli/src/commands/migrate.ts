import type { Command } from 'commander'
import type { StoreOptions } from '../copying.ts'
import { Output } from '../output.ts'
import { addStoreOptions } from '../store-options.ts'

export function addMigrate(parent: Command): void {
  const command = parent
    .command('migrate')
    .description('Move everything from the SQLite of a data folder to an empty PostgreSQL.')
    .addHelpText(
      'after',
      `
Partners, vehicles, apps and their packages, accounts, push, mailboxes, and what all nodes have in common: the
certificate authority, the admin token, the key of endpoints. So every client signs in as before. Stop the server
first. The data folder stays as it is; once you are content, its pillion.db is no longer needed.

All or nothing: if it is interrupted, nothing was written, and the same command can be run again. At the end every
table is read back and compared; one line for each: rows, and the first digits of a checksum of them all.

Examples:
  $ pillion migrate --config /etc/pillion/pillion.yaml
  $ pillion migrate --data /var/lib/pillion --database-url postgres://pillion@db.example.com/pillion`,
    )
  addStoreOptions(command).action(run)
}

async function run(options: StoreOptions): Promise<void> {
  const output = new Output({ json: options.json === true })
  // Loaded only now: the other commands start faster without the whole server.
  const { runCopy, migrateStore } = await import('../copying.ts')
  const { tables, wasFilled } = await runCopy(options, output, migrateStore)
  if (output.json) {
    output.result({ tables, wasFilled }, String)
    return
  }
  output.table(
    ['table', 'rows', 'checksum'],
    tables.map(({ name, rows, sha256 }) => [name, String(rows), sha256.slice(0, 12)]),
  )
  output.hint(
    `PostgreSQL ${wasFilled ? 'held all of this already; nothing was written' : 'holds everything now'}. Start the server with database.url, and more nodes with relay.url as well.`,
  )
}
