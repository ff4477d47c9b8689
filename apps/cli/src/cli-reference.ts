import type { Command, Option } from 'commander'
import { describeExitCodes } from './exit-codes.ts'
import { buildProgram } from './program.ts'

/** docs/reference/cli.md; `npm run docs:write` writes it, `npm run docs:check` compares. */
export function formatCliReference(): string {
  const commands = listCommands(buildProgram(), '')
  return `${[intro, ...commands.map(formatCommand), exitCodesSection].join('\n').trimEnd()}\n`
}

const intro = `# Command line

Made from \`apps/cli/src\`. In a checkout of the repository it is \`npx pillion …\`. \`--json\` prints one JSON value for scripts;
without it the output is for people. A mistyped command is answered with the nearest known one. What cannot be brought back is
done only after it was asked for at the terminal, or with \`--yes\`; where nobody can be asked, as in scripts, it takes \`--yes\`.
`

const exitCodesSection = `## Exit codes

${'```'}text
${describeExitCodes()}
${'```'}
`

interface Listed {
  readonly path: string
  readonly command: Command
}

/** Those that do something, in the order of the help. */
function listCommands(command: Command, path: string): Listed[] {
  return command.commands.flatMap((each): Listed[] => {
    const name = `${path} ${each.name()}`.trim()
    // `audit` does something, and has `audit check` below it; what only holds others has no options.
    const isCommand = each.commands.length === 0 || each.options.length > 0
    return [...(isCommand ? [{ path: name, command: each }] : []), ...listCommands(each, name)]
  })
}

function formatCommand({ path, command }: Listed): string {
  const args = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? '...' : '')
    return argument.required ? `<${name}>` : `[${name}]`
  })
  const explained = command.registeredArguments.map(
    (argument): Row => [`<${argument.name()}>`, argument.description],
  )
  const options = command.options.filter(({ hidden }) => !hidden).map(toRow)
  const usage = ['pillion', path, ...args].join(' ')
  const table = formatTable([...explained, ...options])
  return [`## ${path}`, '', `\`${usage}\``, '', command.description(), '', table].join('\n')
}

type Row = readonly [name: string, text: string]

function toRow(option: Option): Row {
  const { flags, description, defaultValue } = option
  return [flags, typeof defaultValue === 'number' ? `${description} (default: ${defaultValue})` : description]
}

function formatTable(rows: readonly Row[]): string {
  if (rows.length === 0) return ''
  const lines = rows.map(([name, text]) => `| \`${name.replaceAll('|', '\\|')}\` | ${escapeCell(text)} |`)
  return ['| | |', '| --- | --- |', ...lines, ''].join('\n')
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}

if (import.meta.main) process.stdout.write(formatCliReference())
