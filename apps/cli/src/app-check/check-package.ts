import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { defaultLimits, PackageError, type PackageFiles, readArchive } from '@pillion/server'
import { readPackage } from '../package-archive.ts'
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
  const delivery = isFolder ? [] : await checkDelivery(path, archive, app)
  return { idApp: app.idApp, findings: [...delivery, ...checkApp(files, app)].sort(byPlace) }
}

function byPlace(a: Finding, b: Finding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0)
}
