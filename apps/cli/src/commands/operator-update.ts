import { randomBytes } from 'node:crypto'
import type { Operator, OperatorRole, OperatorUpdate } from '@pillion/schema'
import type { Command } from 'commander'
import { usageError } from '../cli-error.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { addRoleOption, readPasswordFile } from '../operator-options.ts'
import { alignColumns } from '../output.ts'

interface Options extends ConnectedOptions {
  role?: OperatorRole
  disable?: boolean
  enable?: boolean
  passwordFile?: string
  newPassword?: boolean
  resetFactor?: boolean
}

const PASSWORD_BYTES = 18

export function addOperatorUpdate(parent: Command): void {
  const command = parent
    .command('update')
    .description(
      'Give an operator another role or password, disable or enable it, reset a lost second factor; it has to sign in again.',
    )
    .argument('<name>', 'the operator')
  addRoleOption(command, 'what they may do from now on')
    .option('--disable', 'let them sign in no more')
    .option('--enable', 'let them sign in again')
    .option('--password-file <file>', 'a new password, from the first line')
    .option('--new-password', 'a new password, made here and shown once')
    .option('--reset-factor', 'turn off the second factor of somebody who has lost it')
    .addHelpText(
      'after',
      `
The last admin who can sign in stays one.

Examples:
  $ pillion operator update anna --role operator
  $ pillion operator update anna --new-password
  $ pillion operator update anna --disable
  $ pillion operator update anna --reset-factor`,
    )
  addConnectedOptions(command).action(run)
}

async function run(name: string, options: Options): Promise<void> {
  const { role, disable = false, enable = false, passwordFile, newPassword = false, resetFactor } = options
  if (disable && enable) throw usageError('Say --disable or --enable, not both.')
  if (newPassword && passwordFile !== undefined)
    throw usageError('Say --password-file or --new-password, not both.')
  const made = newPassword ? randomBytes(PASSWORD_BYTES).toString('base64url') : undefined
  const password = passwordFile === undefined ? made : readPasswordFile(passwordFile)
  const request: OperatorUpdate = {
    ...(role === undefined ? {} : { role }),
    ...(disable || enable ? { isDisabled: disable } : {}),
    ...(password === undefined ? {} : { password }),
    ...(resetFactor ? { secondFactor: 'off' } : {}),
  }
  if (Object.keys(request).length === 0)
    throw usageError('Say what to change; `pillion operator update --help` lists it.')
  const { client, output } = connect(options)
  const operator = await client.patch<Operator>(`/operators/${encodeURIComponent(name)}`, request)
  const rows = [
    ['name', operator.name],
    ['role', operator.role],
    ['state', operator.isDisabled ? 'disabled' : 'enabled'],
    ['second factor', operator.secondFactor],
    ...(made === undefined ? [] : [['password', made]]),
  ]
  output.result({ ...operator, ...(made === undefined ? {} : { password: made }) }, () =>
    alignColumns(rows).join('\n'),
  )
  if (made !== undefined) output.hint('The password is shown once; it can be changed in the console.')
}
