import type { Command } from 'commander'
import type { StoreOptions } from '../copying.ts'
import { count } from '../count.ts'
import { Output } from '../output.ts'
import { addStoreOptions } from '../store-options.ts'

export function addBackup(parent: Command): void {
  const command = parent
    .command('backup')
    .description('Write everything that lasts into one file, while the server runs.')
    .argument('<file>', 'such as pillion-2026-11-21.tar.gz; it must not be there yet')
    .option('--force', 'take the place of a file that is there')
    .option('--no-verify', 'do not restore it for a trial first')
    .addHelpText(
      'after',
      `
From the SQLite of the data folder or, with database.url, from PostgreSQL; either can be restored into the other. It
holds the database in the state of one moment, the certificate authority, the admin token, the key of endpoints and
the packages of apps. Whoever reads it can act as the operator and as any push endpoint: its mode is 0600, keep it so.
Run this as the user that the server runs as.

The file gets its name when it is whole and was restored for a trial in a temporary place beside it, which needs a
few times its size.

Examples:
  $ pillion backup pillion-$(date +%F).tar.gz
  $ pillion backup /backup/pillion.tar.gz --force --config /etc/pillion/pillion.yaml`,
    )
  addStoreOptions(command).action(run)
}

async function run(
  file: string,
  options: StoreOptions & { force?: boolean; verify: boolean },
): Promise<void> {
  const output = new Output({ json: options.json === true })
  // Loaded only now: the other commands start faster without the whole server.
  const { runCopy, backUp } = await import('../copying.ts')
  const { force, verify } = options
  const done = await runCopy(options, output, (copyOptions) =>
    backUp({ ...copyOptions, file, isForced: force === true, isVerified: verify }),
  )
  const rows = done.tables.reduce((sum, table) => sum + table.rows, 0)
  output.result(done, () => {
    const verified = done.isVerified ? ' It was restored for a trial, and was whole.' : ''
    return `${done.file}: ${count(rows, 'row')} of ${done.database}, ${count(done.files, 'file')}, ${done.bytes} bytes.${verified}`
  })
}
