import { findManifestFaults, PackageError, parseManifest } from '@pillion/server'
import { type Finding, lineAt } from './finding.ts'

/**
 * info.json (W 11.2).
 * @param content undefined if there is none
 * @param documentedId of the folder below `web/apps/`; undefined outside the documented layout
 */
export function checkManifest(
  content: Uint8Array | undefined,
  file: string,
  documentedId: string | undefined,
): Finding[] {
  const error = (message: string, line?: number): Finding => {
    return { severity: 'error', file, rule: 'manifest', message, ...(line === undefined ? {} : { line }) }
  }
  if (content === undefined) return [error('There is no info.json.')]
  const text = Buffer.from(content).toString('utf8')
  try {
    const manifest = parseManifest(content)
    const faults = findManifestFaults(manifest).map(({ field, message }) =>
      error(message, lineOf(text, field)),
    )
    const { artifactId } = manifest
    if (documentedId === undefined || typeof artifactId !== 'string' || artifactId === documentedId)
      return faults
    const message = `artifactId is ${artifactId}, but the folder is web/apps/${documentedId}/.`
    return [...faults, error(message, lineOf(text, 'artifactId'))]
  } catch (fault) {
    if (!(fault instanceof PackageError)) throw fault
    const line = /\(line (\d+) /.exec(fault.detail)?.[1]
    return [error(fault.detail.replace(/^info\.json: /, ''), line === undefined ? undefined : Number(line))]
  }
}

function lineOf(text: string, field: string): number | undefined {
  const index = text.search(new RegExp(`"${field}"\\s*:`))
  return index === -1 ? undefined : lineAt(text, index)
}
