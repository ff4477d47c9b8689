import { readFileSync } from 'node:fs'
import { operatorRoles } from '@pillion/schema'
import { type Command, Option } from 'commander'
import { describeError, usageError } from './cli-error.ts'

export function addRoleOption(command: Command, sentence: string): Command {
  return command.addOption(new Option('--role <role>', sentence).choices([...operatorRoles]))
}

/** Its first line; a password given as an argument would be in the shell's history and in every process list. */
export function readPasswordFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? ''
  } catch (cause) {
    throw usageError(`Cannot read the password: ${describeError(cause)}.`)
  }
}
