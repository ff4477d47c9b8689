import { type Command, CommanderError } from 'commander'
import { CliError, describeError } from './cli-error.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { styleFor } from './output.ts'
import { buildProgram } from './program.ts'

// The reader of a pipe may leave early (`pillion listen … | head`); that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? exitCodes.ok : exitCodes.failed),
)

process.exitCode = await run(process.argv.slice(2))

async function run(args: string[]): Promise<ExitCode> {
  const program = buildProgram()
  takeOverErrors(program)
  try {
    if (args.length === 0) program.outputHelp()
    else await program.parseAsync(withoutVainHelp(program, args), { from: 'user' })
    // Of a question that was answered with no.
    return (process.exitCode as ExitCode | undefined) ?? exitCodes.ok
  } catch (error) {
    // --help and --version end this way too; they have printed already.
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok
    const shown = error instanceof CliError ? error : unexpected(error)
    report(shown, args.includes('--json'))
    return shown.exitCode
  }
}

/** Commander answers --help before it sees that there is no such command, and so explains another one. */
function withoutVainHelp(program: Command, args: string[]): string[] {
  let command = program
  for (const word of args) {
    if (word.startsWith('-') || command.commands.length === 0) return args
    const next = command.commands.find((each) => each.name() === word)
    if (next === undefined) return args.filter((each) => each !== '--help' && each !== '-h')
    command = next
  }
  return args
}

/** What commander finds wrong becomes a CliError that names the command's help. */
function takeOverErrors(command: Command): void {
  command.configureOutput({ outputError: () => {} })
  command.exitOverride((error) => {
    if (error.exitCode === 0) throw error
    if (error.code === 'commander.help')
      throw new CliError(`Say which: ${command.commands.map((each) => each.name()).join(', ')}.`, {
        exitCode: exitCodes.usage,
        code: 'USAGE',
      })
    const text = error.message
      .replace(/^error: /, '')
      .replace(/\n\((.*)\)$/, '. $1')
      .replace(/([^.?!])$/, '$1.')
    throw new CliError(`${text}\nSee \`${fullName(command)} --help\`.`, {
      exitCode: exitCodes.usage,
      code: 'USAGE',
    })
  })
  for (const child of command.commands) takeOverErrors(child)
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`
}

function unexpected(error: unknown): CliError {
  if (process.env.PILLION_DEBUG !== undefined) console.error(error)
  return new CliError(describeError(error), { exitCode: exitCodes.failed, code: 'FAILED', cause: error })
}

function report(error: CliError, json: boolean): void {
  const { exitCode, code, message } = error
  if (json) process.stderr.write(`${JSON.stringify({ error: { exitCode, code, message } })}\n`)
  else process.stderr.write(`${styleFor(process.stderr, 'red', 'error:')} ${message}\n`)
}
