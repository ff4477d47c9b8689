import type { NewRevocation, Revocation } from '@pillion/schema'
import { type Command, Option } from 'commander'
import { usageError } from './cli-error.ts'
import { confirm } from './confirm.ts'
import { addConnectedOptions, type ConnectedOptions, connect } from './connected-command.ts'
import { count } from './count.ts'
import { describeConnections } from './describe-connections.ts'

interface Options extends ConnectedOptions {
  what: NewRevocation['what']
  fingerprint?: string
  trial?: boolean
  yes?: boolean
}

/** Adds `revoke`, which is the same for partners and vehicles. `folder` is theirs in the REST. */
export function addRevoke(
  parent: Command,
  { noun, argument, folder, example }: { noun: string; argument: string; folder: string; example: string },
): void {
  const command = parent
    .command('revoke')
    .description(`End what a ${noun} signs in with, at once, and the connections that came with it.`)
    .argument(argument, `the ${noun}`)
    .addOption(
      new Option('--what <what>', 'which of it')
        .choices(['certificate', 'password', 'everything'])
        .makeOptionMandatory(),
    )
    .option('--fingerprint <sha256>', 'with --what certificate: this one only (default: all of them)')
    .option('--trial', 'revoke nothing, only tell who would drop')
    .option('--yes', 'do not ask: it cannot be taken back')
    .addHelpText(
      'after',
      `
A revoked password or certificate stays so; \`pillion ${noun} rotate\` gives new ones, and an overlap that disturbs nobody.

Examples:
  $ pillion ${noun} revoke ${example} --what everything --trial
  $ pillion ${noun} revoke ${example} --what certificate --fingerprint 5C:1E:… --yes`,
    )
  addConnectedOptions(command).action((name: string, options: Options) => run(folder, name, options))
}

async function run(folder: string, name: string, options: Options): Promise<void> {
  const { what, fingerprint, trial = false } = options
  if (fingerprint !== undefined && what !== 'certificate')
    throw usageError('A fingerprint names a certificate: say --what certificate.')
  const { client, output } = connect(options)
  const path = `/${folder}/${encodeURIComponent(name)}/revocations`
  const request: NewRevocation = { what, ...(fingerprint === undefined ? {} : { fingerprint }) }
  const concerned = await client.post<Revocation>(path, { ...request, isTrial: true })
  const who = describeConnections(concerned.connections, concerned.total)
  if (trial) return output.result(concerned, () => who)
  const which =
    what === 'everything'
      ? 'Everything'
      : `The ${fingerprint === undefined && what === 'certificate' ? 'certificates' : what}`
  await confirm(output, `${which} of ${name} will be refused from now on. ${who}`, options)
  const revoked = await client.post<Revocation>(path, request)
  output.result(revoked, () => `Revoked ${what} of ${name}; ${count(revoked.total, 'connection')} ended.`)
  for (const node of revoked.silentNodes) output.notice(`Node ${node} did not say who is connected to it.`)
}
