import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Finding } from '../app-check/finding.ts'
import { CliError } from '../cli-error.ts'
import { count } from '../count.ts'
import { exitCodes } from '../exit-codes.ts'
import { escapeControls, Output } from '../output.ts'

export function addAppCheck(parent: Command): void {
  parent
    .command('check')
    .description(
      'Say what head units would refuse or break on: manifest, names, addresses, syntax newer than ES5, sizes.',
    )
    .argument('<path>', 'the web app: a folder, a .tar.gz or a .zip')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Each finding is one line: file:line: severity: what is wrong (rule). Ends with 1 if one of them is an error.
How a package is called and laid out, and its .md5 file, are checked of a .tar.gz only.

Examples:
  $ pillion app check ./parking
  $ pillion app check app_parking-v1.0.0_20250131.tar.gz`,
    )
    .action(run)
}

async function run(path: string, options: { json?: boolean }): Promise<void> {
  const output = new Output({ json: options.json === true })
  // Loaded only now: the other commands start faster without parsers and server.
  const { checkPackage } = await import('../app-check/check-package.ts')
  const { idApp, findings } = await checkPackage(path)
  const errors = findings.filter(({ severity }) => severity === 'error').length
  const warnings = findings.length - errors
  const summary = `${path}: ${count(errors, 'error')}, ${count(warnings, 'warning')}.`
  if (output.json) output.result({ idApp, errors, warnings, findings }, String)
  else {
    const folder = statSync(path).isDirectory() ? path : ''
    for (const finding of findings) output.line(describe(finding, folder === '' ? path : '', folder))
    if (errors === 0) output.line(summary)
  }
  if (errors > 0) throw new CliError(summary, { exitCode: exitCodes.failed, code: 'PACKAGE_FAULTY' })
}

/** As compilers print it, so that editors find the place. */
function describe({ file, line, severity, message, rule }: Finding, archive: string, folder: string): string {
  const inside = file === '' ? folder || archive : join(folder, file)
  const place = line === undefined ? inside : `${inside}:${line}`
  return escapeControls(`${place}: ${severity}: ${message} (${rule})`)
}
