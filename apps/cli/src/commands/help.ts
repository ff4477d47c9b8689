import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { describeExitCodes } from '../exit-codes.ts'
import { Output } from '../output.ts'

export function addHelp(program: Command): void {
  program
    .command('help')
    .description('Explain a command, or `exit-codes`.')
    .argument('[words...]', 'a command, such as: partner add')
    .addHelpText('after', '\nExamples:\n  $ pillion help partner add\n  $ pillion help exit-codes')
    .action((words: string[]) => {
      if (words.length === 1 && words[0] === 'exit-codes')
        new Output({ json: false }).line(describeExitCodes())
      else findCommand(program, words).outputHelp()
    })
}

function findCommand(program: Command, words: readonly string[]): Command {
  let found = program
  for (const word of words) {
    const next = found.commands.find((command) => command.name() === word)
    if (next === undefined) {
      const known = found.commands.map((command) => command.name()).join(', ')
      throw usageError(
        `There is no '${words.join(' ')}' to explain. ${known === '' ? 'It has no commands.' : `Try one of: ${known}, exit-codes.`}`,
      )
    }
    found = next
  }
  return found
}
