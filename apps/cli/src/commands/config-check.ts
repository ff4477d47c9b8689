import type { Command } from 'commander'
import { CliError } from '../cli-error.ts'
import { count } from '../count.ts'
import { exitCodes } from '../exit-codes.ts'
import { addListenerOptions, type ListenerOptions, toConfigFlags } from '../listener-options.ts'
import { Output } from '../output.ts'

export function addConfigCheck(parent: Command): void {
  const command = parent
    .command('check')
    .description('Check the configuration as `serve` would read it, without starting anything.')
    .addHelpText(
      'after',
      `
Reads the file, the PILLION_… variables and the flags. Every mistake is told, with its key and the one that was probably
meant. Ends with 0 if there is none, with 2 otherwise.

Examples:
  $ pillion config check --config /etc/pillion/pillion.yaml
  $ pillion config check --config pillion.yaml --json`,
    )
  addListenerOptions(command).action(run)
}

async function run(options: ListenerOptions): Promise<void> {
  const output = new Output({ json: options.json === true })
  // Loaded only now: the other commands start faster without the whole server.
  const { checkConfig, findConfigFile } = await import('../config-sources.ts')
  const sources = { ...findConfigFile(options.config), env: process.env, flags: toConfigFlags(options) }
  const { found, faults } = checkConfig(sources)
  const told = faults.map(({ path, message, nearest }) => ({ path, message, nearest }))
  const text = () => faults.map(({ message }) => message).join('\n')
  const where = sources.file ?? 'the variables and flags'
  if (faults.length === 0) {
    output.result(
      { faults: told, keys: found.size },
      () => `Nothing wrong in ${where}: ${count(found.size, 'key')} set.`,
    )
    return
  }
  output.result({ faults: told, keys: found.size }, text)
  const mistakes = faults.length === 1 ? 'One mistake' : `${faults.length} mistakes`
  throw new CliError(`${mistakes} in ${where}; a server would not start.`, {
    exitCode: exitCodes.usage,
    code: 'CONFIG_WRONG',
  })
}
