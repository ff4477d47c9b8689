import { parseIdApp } from '@pillion/schema'
import { parseLenientJson } from './lenient-json.ts'
import { PackageError } from './package-error.ts'

/** What the published rules do not allow of a manifest (W 11.2). */
export interface ManifestFault {
  readonly field: string
  /** One sentence for a person. */
  readonly message: string
}

const version = /^\d+\.\d+\.\d+$/
const buildDate = /^\d{4}-\d\d-\d\d \d\d:\d\d$/

/** @throws {PackageError} PACKAGE_INFO_MALFORMED: it cannot be read, or holds no object */
export function parseManifest(file: Uint8Array): Record<string, unknown> {
  let manifest: unknown
  try {
    manifest = parseLenientJson(Buffer.from(file).toString('utf8'))
  } catch (cause) {
    throw new PackageError('PACKAGE_INFO_MALFORMED', `info.json: ${(cause as Error).message}.`, { cause })
  }
  if (!isRecord(manifest)) throw new PackageError('PACKAGE_INFO_MALFORMED', 'info.json must hold an object.')
  return manifest
}

/** Developers may leave out what is needed here (W 11.1). */
export function findManifestFaults(manifest: Readonly<Record<string, unknown>>): ManifestFault[] {
  const faults: ManifestFault[] = []
  const expect = (field: string, isRight: boolean, wanted: string) => {
    if (!isRight) faults.push({ field, message: `${field} must be ${wanted}.` })
  }
  const isIdApp = parseIdApp(manifest.artifactId) !== undefined
  expect('artifactId', isIdApp, 'the app’s id: at most 64 letters, digits, _, - and .')
  expect('version', isLike(version, manifest.version), 'a version of three numbers, such as 1.0.0')
  expect('buildDate', isLike(buildDate, manifest.buildDate), 'a time such as 2025-01-31 12:00')
  for (const field of ['name', 'description']) {
    const value = manifest[field]
    expect(field, value === undefined || typeof value === 'string', 'a text')
  }
  const icons = manifest.icons ?? {}
  const isIcons = isRecord(icons) && Object.values(icons).every(isRecord)
  expect('icons', isIcons, 'paths by size by brand, such as {"*": {"136": "icons/icon-136x136.png"}}')
  return faults
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isLike(pattern: RegExp, value: unknown): boolean {
  return typeof value === 'string' && pattern.test(value)
}
