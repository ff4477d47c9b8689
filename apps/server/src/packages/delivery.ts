import { createHash } from 'node:crypto'
import { findManifestFaults, parseManifest } from './manifest.ts'
import { PackageError } from './package-error.ts'
import type { PackageFiles } from './package-files.ts'
import { isGzip } from './read-archive.ts'

/** A package as partners hand it over; it is held to all of the published rules (W 11.1). */
export interface Delivery {
  /** Such as app_demo-v1.0.0_20250131.tar.gz. */
  readonly fileName: string
  /** Text of the .md5 file that came along; absent: none did. */
  readonly md5?: string | undefined
}

export interface PackageName {
  readonly idApp: string
  readonly version: string
}

/** Template and example differ, and an older template has no `_` after `app` (W 11.1). */
export function parsePackageName(fileName: string): PackageName | undefined {
  const groups = /^app_?(?<idApp>.+)[-_]v(?<version>\d+\.\d+\.\d+)_\d{8}\.tar\.gz$/.exec(fileName)?.groups
  return groups && { idApp: groups.idApp ?? '', version: groups.version ?? '' }
}

/**
 * Before it is unpacked: format, name and integrity file.
 * @throws {PackageError}
 */
export function checkDelivery(archive: Uint8Array, { fileName, md5 }: Delivery, idApp: string): PackageName {
  const name = parsePackageName(fileName)
  if (name === undefined) {
    const detail = `${JSON.stringify(fileName)} is not like app_${idApp}-v1.0.0_20250131.tar.gz.`
    throw new PackageError('PACKAGE_FILE_NAME_MALFORMED', detail)
  }
  if (name.idApp !== idApp)
    throw new PackageError('PACKAGE_ID_MISMATCH', `By its name it is ${name.idApp}, not ${idApp}.`)
  if (!isGzip(archive))
    throw new PackageError('PACKAGE_FORMAT_UNKNOWN', 'Only a gzip’d tar is delivered; make it with tar -czf.')
  if (md5 !== undefined) checkMd5(archive, fileName, md5)
  return name
}

/** @throws {PackageError} */
export function checkMd5(archive: Uint8Array, fileName: string, md5: string): void {
  const [, hash, name] = /^([0-9a-f]{32}) +\*?(\S+)\n$/.exec(md5) ?? []
  if (hash === undefined) {
    const detail =
      'It must be one line: the MD5 in lower-case hex, a space, the archive’s name, and a line break.'
    throw new PackageError('PACKAGE_MD5_MALFORMED', detail)
  }
  if (name !== fileName)
    throw new PackageError('PACKAGE_MD5_MISMATCH', `It names ${name}, and the archive is ${fileName}.`)
  const actual = createHash('md5').update(archive).digest('hex')
  if (actual !== hash) throw new PackageError('PACKAGE_MD5_MISMATCH', `The archive’s MD5 is ${actual}.`)
}

/**
 * After it was unpacked: layout and manifest, and that they agree with its name.
 * @throws {PackageError}
 */
export function checkDelivered(files: PackageFiles, { idApp, version }: PackageName): void {
  const folder = `web/apps/${idApp}/`
  if (!files.has(`${folder}index.html`))
    throw new PackageError('PACKAGE_START_PAGE_MISSING', `Put it at ${folder}index.html.`)
  const file = files.get(`${folder}info.json`)
  if (file === undefined) throw new PackageError('PACKAGE_INFO_MALFORMED', `There is no ${folder}info.json.`)
  const manifest = parseManifest(file)
  const [fault] = findManifestFaults(manifest)
  if (fault !== undefined) throw new PackageError('PACKAGE_INFO_MALFORMED', `info.json: ${fault.message}`)
  if (manifest.version !== version) {
    const detail = `By its name it is ${version}, by info.json ${manifest.version}.`
    throw new PackageError('PACKAGE_VERSION_MISMATCH', detail)
  }
}
