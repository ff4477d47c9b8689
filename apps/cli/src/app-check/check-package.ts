import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { defaultLimits, PackageError, type PackageFiles, readArchive } from '@pillion/server'
import { isPacked, readPackage } from '../package-archive.ts'
import { checkApp } from './check-app.ts'
import { checkDelivery } from './check-delivery.ts'
import type { Finding } from './finding.ts'
import { locateApp } from './locate-app.ts'

export interface CheckedPackage {
  /** undefined if it could not even be unpacked. */
  readonly idApp: string | undefined
  readonly findings: readonly Finding[]
}

/**
 * Everything in a folder, .tar.gz or .zip that the original would refuse or break on. A folder is work in progress: how a
 * package is called and laid out is checked of archives only.
 * @throws {CliError} it cannot be read
 */
export async function checkPackage(path: string): Promise<CheckedPackage> {
  const archive = await readPackage(path)
  let files: PackageFiles
  try {
    files = await readArchive(archive, defaultLimits)
  } catch (error) {
    if (!(error instanceof PackageError)) throw error
    const finding: Finding = { severity: 'error', file: '', rule: 'package', message: error.message }
    return { idApp: undefined, findings: [finding] }
  }
  const app = locateApp(files, basename(resolve(path)))
  const isFolder = (await stat(path)).isDirectory()
  const delivery = await (isFolder ? findLinks(path) : checkDelivery(path, archive, app))
  return { idApp: app.idApp, findings: [...delivery, ...checkApp(files, app)].sort(byPlace) }
}

/** They would be refused of an archive. */
async function findLinks(folder: string): Promise<Finding[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const links = entries.filter((entry) => entry.isSymbolicLink())
  const files = links.map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
  const message = 'A symbolic link stays out, and an archive with one is refused.'
  return files.filter(isPacked).map((file) => ({ severity: 'warning', file, rule: 'package', message }))
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0)
}
