import type { PushAppView } from '@pillion/schema'
import { CliError, usageError } from './cli-error.ts'
import type { AdminClient } from './client.ts'
import { exitCodes } from './exit-codes.ts'

/** The app that --app names, else the only one there is. */
export async function choosePushApp(client: AdminClient, named: string | undefined): Promise<string> {
  if (named !== undefined) return named
  const [first, ...others] = await client.get<PushAppView[]>('/push-apps')
  if (first === undefined)
    throw new CliError('There is no push app yet; add one with `pillion push-app add`.', {
      exitCode: exitCodes.refused,
      code: 'APP_NOT_FOUND',
    })
  if (others.length > 0)
    throw usageError(`There are several push apps; say which with --app: ${listSome([first, ...others])}.`)
  return first.appID
}

function listSome(apps: readonly PushAppView[]): string {
  const shown = apps.slice(0, 5).map(({ appID }) => appID)
  return apps.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ')
}
