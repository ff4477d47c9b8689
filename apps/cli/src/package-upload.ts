import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { App, PackageUpload } from '@pillion/schema'
import { usageError } from './cli-error.ts'
import type { AdminClient } from './client.ts'
import { readPackage } from './package-archive.ts'

/** A package that has been read and can be sent. */
export interface OpenedPackage {
  readonly archive: Uint8Array
  readonly query: PackageUpload
}

/**
 * With `strict`, or when an .md5 file lies beside an archive, the server holds it to all of the published rules (W 11.1).
 * @throws {CliError} it cannot be read, or a folder is to be strict
 */
export async function openPackage(path: string, { strict = false } = {}): Promise<OpenedPackage> {
  const archive = await readPackage(path)
  if ((await stat(path)).isDirectory()) {
    if (strict) throw usageError('--strict is for a .tar.gz: a folder is never as the original wants it.')
    return { archive, query: {} }
  }
  const md5 = await readMd5(path)
  const rules = { ...(strict ? { strict: 'true' as const } : {}), ...(md5 === undefined ? {} : { md5 }) }
  return { archive, query: { ...rules, fileName: basename(path) } }
}

export function uploadPackage(
  client: AdminClient,
  idApp: string,
  { archive, query }: OpenedPackage,
): Promise<App> {
  const search = new URLSearchParams(query as Record<string, string>)
  return client.putArchive<App>(`/apps/${encodeURIComponent(idApp)}/package?${search}`, archive)
}

/** Text of the .md5 file beside an archive, by either reading of "same name"; undefined if there is none (W 11.1). */
export async function readMd5(path: string): Promise<string | undefined> {
  for (const candidate of [`${path}.md5`, path.replace(/\.tar\.gz$/i, '.md5')]) {
    if (candidate === path) continue
    const text = await readFile(candidate, 'utf8').catch(() => undefined)
    if (text !== undefined) return text
  }
  return undefined
}
