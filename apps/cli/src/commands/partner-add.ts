import type { IssuedPartner, NewPartner } from '@pillion/schema'
import type { Command } from 'commander'
import { addConnectedOptions, type ConnectedOptions, connect } from '../connected-command.ts'
import { alignColumns } from '../output.ts'
import { type PartnerFiles, preparePartnerFiles, writePartnerFiles } from '../partner-files.ts'

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
  const { client, output, command } = connect(options)
  if (options.out !== undefined) preparePartnerFiles(options.out, options)
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
    const next = alignColumns([
      [`  ${command(`app add IDAPP --partner ${uid}`)}`, 'add its first app'],
      [`  ${command(`listen --partner ${uid}`)}`, 'see what its apps send'],
    ])
    output.hint(
      `The password is shown once; it is also in ${files.config}. Next: connect with that file, then\n${next.join('\n')}`,
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
