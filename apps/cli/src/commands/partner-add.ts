import type { IssuedPartner, NewPartner } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'
import { assertPartnerFilesAbsent, type PartnerFiles, writePartnerFiles } from '../partner-files.ts'

interface Options extends ConnectedOptions {
  name?: string
  out?: string
  force?: boolean
}

export function addPartnerAdd(parent: Command): void {
  const command = parent
    .command('add')
    .description('Add a partner and show its password and client certificate, once.')
    .argument('<uid>', "the partner's login: letters, digits, _ - .")
    .option('--name <name>', 'name for people (default: the UID)')
    .option('--out <dir>', 'write client.crt, ca.crt and a ready-to-use config.json there')
    .option('--force', 'replace such files if they exist')
    .addHelpText('after', '\nExample:\n  $ pillion partner add acme --out ./acme')
  addConnectedOptions(command).action(run)
}

async function run(uid: string, options: Options): Promise<void> {
  const { client, output } = connect(options)
  if (options.out !== undefined && options.force !== true) assertPartnerFilesAbsent(options.out)
  const request: NewPartner = { uid, ...(options.name === undefined ? {} : { name: options.name }) }
  const issued = await client.post<IssuedPartner>('/partners', request)
  let files: PartnerFiles | undefined
  try {
    if (options.out !== undefined) files = writePartnerFiles(options.out, issued, client.url)
  } finally {
    // Also when the files could not be written: nobody can ask for these secrets again.
    output.result(files === undefined ? issued : { ...issued, files }, () =>
      describeIssuedPartner(issued, files),
    )
  }
  if (files === undefined) {
    output.hint(
      'These are shown once. Next time, --out DIR writes them to files with a ready-to-use config.json.',
    )
  } else {
    output.hint(
      `The password is shown once; it is also in ${files.config}. Next: connect with that file, then\n` +
        `  pillion app add IDAPP --partner ${uid}     add its first app\n` +
        `  pillion listen --partner ${uid}            see what its apps send`,
    )
  }
}

export function describeIssuedPartner(issued: IssuedPartner, files: PartnerFiles | undefined): string {
  const rows = [
    ['uid', issued.uid],
    ['password', issued.password],
    ['address', issued.partnersAddress],
  ]
  if (files === undefined) {
    return [
      ...alignColumns(rows),
      '',
      'Client certificate and private key:',
      issued.certificatePem.trim(),
    ].join('\n')
  }
  rows.push(['certificate', files.certificate], ['authority', files.authority], ['config', files.config])
  return alignColumns(rows).join('\n')
}
