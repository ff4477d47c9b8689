import type { IssuedPartner, NewCredentials } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { parseSeconds } from '../parse-seconds.ts'
import { type PartnerFiles, preparePartnerFiles, writePartnerFiles } from '../partner-files.ts'
import { describeIssuedPartner } from './partner-add.ts'

interface Options extends ConnectedOptions {
  overlap?: number
  out?: string
  force?: boolean
}

export function addPartnerRotate(parent: Command): void {
  const command = parent
    .command('rotate')
    .description(
      'Give a partner a new password and client certificate, once. The old ones go on working for a while.',
    )
    .argument('<uid>', 'the partner')
    .option('--overlap <seconds>', 'how long the old ones work (default: 86400, a day)', parseSeconds)
    .option('--out <dir>', 'write client.crt, ca.crt and a ready-to-use config.json there')
    .option('--force', 'replace such files if they exist')
    .addHelpText(
      'after',
      `
When the old ones end, so do the connections that signed in with them. --overlap 0 ends them at once, for what leaked.

Examples:
  $ pillion partner rotate acme --out ./acme-new
  $ pillion partner rotate acme --overlap 0`,
    )
  addConnectedOptions(command).action(run)
}

async function run(uid: string, options: Options): Promise<void> {
  const { client, output } = connect(options)
  const { overlap, out } = options
  if (out !== undefined) preparePartnerFiles(out, options)
  const request: NewCredentials = overlap === undefined ? {} : { overlapSeconds: overlap }
  const issued = await client.post<IssuedPartner>(`/partners/${encodeURIComponent(uid)}/credentials`, request)
  let files: PartnerFiles | undefined
  try {
    if (out !== undefined) files = writePartnerFiles(out, issued, client.url)
  } finally {
    // Also when the files could not be written: nobody can ask for these secrets again.
    output.result(files === undefined ? issued : { ...issued, files }, () =>
      describeIssuedPartner(issued, files),
    )
  }
  output.hint(
    overlap === 0
      ? 'These are shown once. The old ones have ended.'
      : `These are shown once. The old ones work until ${issued.replacedEndsAt}.`,
  )
}
