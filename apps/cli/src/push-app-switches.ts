import type { PushAppSwitches } from '@pillion/schema'
import type { Command } from 'commander'
import { parseSeconds } from './parse-seconds.ts'

export interface SwitchOptions {
  tokenSeconds?: number
  refreshTokens?: boolean
  exposeUsers?: boolean
  ownershipPassword?: boolean
}

/** Adds the options for what an operator may switch for one push app. */
export function addSwitchOptions(command: Command): Command {
  return command
    .option('--token-seconds <seconds>', 'life of access tokens (at first: they do not end)', parseSeconds)
    .option('--refresh-tokens', 'hand out refresh tokens, too')
    .option('--no-refresh-tokens', 'hand out none (as at first)')
    .option('--expose-users', "let users and things read each other's whole data")
    .option('--no-expose-users', 'only id, login name and display name (as at first)')
    .option('--ownership-password', "becoming a thing's owner takes the thing's password")
    .option('--no-ownership-password', 'it takes none (as at first)')
}

/** Only what was given. */
export function toSwitches(options: SwitchOptions): PushAppSwitches {
  return {
    ...(options.tokenSeconds === undefined ? {} : { tokenSeconds: options.tokenSeconds }),
    ...(options.refreshTokens === undefined ? {} : { hasRefreshTokens: options.refreshTokens }),
    ...(options.exposeUsers === undefined ? {} : { exposesUsers: options.exposeUsers }),
    ...(options.ownershipPassword === undefined ? {} : { ownershipNeedsPassword: options.ownershipPassword }),
  }
}

/** The switches as one word each, for tables; '-' if all are as at first. */
export function describeSwitches(settings: Required<PushAppSwitches>): string {
  const words = [
    settings.tokenSeconds === 2_147_483_647 ? '' : `tokens ${settings.tokenSeconds} s`,
    settings.hasRefreshTokens ? 'refresh tokens' : '',
    settings.exposesUsers ? 'exposes users' : '',
    settings.ownershipNeedsPassword ? 'ownership password' : '',
  ].filter((word) => word !== '')
  return words.length === 0 ? '-' : words.join(', ')
}
