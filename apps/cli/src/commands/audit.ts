import type { AuditEntry, AuditPage } from '@pillion/schema'
import { type Command, InvalidArgumentError } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { escapeControls } from '../output.ts'
import { parseSince } from '../parse-since.ts'
import { addAuditCheck } from './audit-check.ts'

interface Options extends ConnectedOptions {
  since?: string
  actor?: string
  action?: string
  target?: string
  count: number
}

const COUNT_DEFAULT = 100
const PAGE_MAX = 500

export function addAudit(program: Command): void {
  const command = program
    .command('audit')
    .helpCommand(false)
    .description(
      'Show what was done to this server, by whom and from where; or check that the record is whole.',
    )
    .option('--since <time>', 'only what was done since: 90s, 10m, 2h, 7d or a time', parseSince)
    .option('--actor <actor>', 'only what this one did: operator:NAME, admin-token, server or anonymous')
    .option('--action <action>', 'only this, such as partner.add')
    .option('--target <target>', 'only what was done to this, such as partner:UID')
    .option('--count <n>', 'so many at most, the newest', parseCount, COUNT_DEFAULT)
    .addHelpText(
      'after',
      `
Examples:
  $ pillion audit
  $ pillion audit --since 2h --actor operator:anna
  $ pillion audit check`,
    )
  addConnectedOptions(command).action(run)
  addAuditCheck(command)
}

async function run({ since, actor, action, target, count, ...options }: Options): Promise<void> {
  const { client, output } = connect(options)
  const filters = Object.entries({ since, actor, action, target }).filter(([, value]) => value !== undefined)
  const entries: AuditEntry[] = []
  let before: number | undefined
  do {
    const query = new URLSearchParams(filters as [string, string][])
    query.set('count', String(Math.min(PAGE_MAX, count - entries.length)))
    if (before !== undefined) query.set('before', String(before))
    const page = await client.get<AuditPage>(`/audit?${query}`)
    entries.push(...page.entries)
    before = page.next
  } while (before !== undefined && entries.length < count)
  if (output.json) return output.result(entries, String)
  output.table(
    ['no', 'at', 'who', 'from', 'did', 'to', 'details'],
    entries.map(({ number, at, actor, address = '-', action, target = '-', details }) =>
      [String(number), at, actor, address, action, target, JSON.stringify(details)].map(escapeControls),
    ),
  )
  if (entries.length === 0) output.hint('Nothing like that was done.')
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a whole number, 1 to 999999.')
  return Number(text)
}
