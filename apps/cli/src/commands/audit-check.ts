import type { AuditCheck, AuditPage } from '@pillion/schema'
import { type Command, InvalidArgumentError } from 'commander'
import { failure } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'

interface Kept {
  readonly number: number
  readonly hash: string
}

interface Options extends ConnectedOptions {
  kept?: Kept
}

export function addAuditCheck(parent: Command): void {
  const command = parent
    .command('check')
    .description('Check that no entry was changed or taken out; ends with 1 if one was.')
    .option(
      '--kept <number:hash>',
      'what an earlier check printed as last: it must still be there, unchanged',
      parseKept,
    )
    .addHelpText(
      'after',
      `
Whoever can write to the database can write a whole new record. So keep what this prints as last somewhere else, and
give it to a later check.

Examples:
  $ pillion audit check
  $ pillion audit check --kept 211:9f2c…`,
    )
  addConnectedOptions(command).action((_options: Options, self: Command) =>
    run(self.optsWithGlobals<Options>()),
  )
}

async function run({ kept, ...options }: Options): Promise<void> {
  const { client, output } = connect(options)
  const check = await client.get<AuditCheck>('/audit/check')
  if (!check.isWhole)
    throw failure(
      `Entry ${check.firstBroken} does not fit to those before it: something was changed or taken out.`,
    )
  const last = check.removed + check.entries
  if (kept !== undefined && kept.number <= check.removed)
    throw failure(
      `Entry ${kept.number} was removed meanwhile, as it was older than audit.retentionDays: the oldest is ${check.removed + 1}.`,
    )
  if (kept !== undefined) {
    const page = await client.get<AuditPage>(`/audit?count=1&before=${kept.number + 1}`)
    const [found] = page.entries
    if (found?.number !== kept.number || found.hash !== kept.hash)
      throw failure(
        `Entry ${kept.number} is not the one that was kept: the record was cut off or written anew.`,
      )
  }
  const rows = [
    ['entries', String(check.entries)],
    ...(check.removed === 0 ? [] : [['removed', `${check.removed} older ones, by audit.retentionDays`]]),
    ['last', `${last}:${check.lastHash}`],
  ]
  output.result(check, () => alignColumns(rows).join('\n'))
  output.hint('Nothing was changed or taken out. Keep `last` elsewhere, for `pillion audit check --kept`.')
}

function parseKept(text: string): Kept {
  const match = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  if (match === null) throw new InvalidArgumentError('It is a number, a colon and a hash of 64 digits.')
  return { number: Number(match[1]), hash: String(match[2]) }
}
