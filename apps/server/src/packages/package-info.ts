import type { IdApp } from '@pillion/schema'
import { isRecord, parseManifest } from './manifest.ts'
import { PackageError } from './package-error.ts'
import type { PackageFiles } from './package-files.ts'

/** What the server needs of info.json (W 11.2). */
export interface PackageInfo {
  readonly version: string
  /** For people; undefined: the app's id has to do. */
  readonly name: string | undefined
  /** Paths by brand code or `*`, and by size. */
  readonly icons: Readonly<Record<string, unknown>>
}

/** A developer's package needs no info.json (W 11.1), but it must have some version. */
const VERSION_WITHOUT_INFO = '0.0.0'

/** @throws {PackageError} info.json cannot be read, or names another app */
export function readPackageInfo(app: PackageFiles, idApp: IdApp): PackageInfo {
  const file = app.get('info.json')
  if (file === undefined) return { version: VERSION_WITHOUT_INFO, name: undefined, icons: {} }
  const { artifactId, version, name, icons } = parseManifest(file)
  if (artifactId !== undefined && artifactId !== idApp) {
    const detail = `info.json says artifactId ${JSON.stringify(artifactId)}; install it under that id or correct it to ${idApp}.`
    throw new PackageError('PACKAGE_ID_MISMATCH', detail)
  }
  return {
    version: typeof version === 'string' && version !== '' ? version.slice(0, 64) : VERSION_WITHOUT_INFO,
    name: readName(name),
    icons: isRecord(icons) ? icons : {},
  }
}

/** As the fleet takes names: one line of at most 100 characters. */
function readName(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const line = value.replace(/\p{Cc}+/gu, ' ').trim()
  return [...line].slice(0, 100).join('') || undefined
}
