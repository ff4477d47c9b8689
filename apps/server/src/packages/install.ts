import { type AppRecord, type Fleet, FleetError } from '@pillion/fleet'
import type { InstalledApps } from './installed-apps.ts'
import { readArchive } from './read-archive.ts'
import { readFolder } from './read-folder.ts'

export type PackageSource = { archive: Uint8Array } | { folder: string }

/**
 * Installs a web app (W 11.1) and records its version, and its name unless the operator gave it another (W 11.2).
 * @throws {FleetError} no such app
 * @throws {PackageError} the package cannot be used; the installed version stays
 */
export async function installPackage(
  parts: { fleet: Fleet; installedApps: InstalledApps },
  idApp: string,
  source: PackageSource,
): Promise<AppRecord> {
  const { fleet, installedApps } = parts
  const app = await fleet.findApp(idApp)
  if (app === undefined) throw new FleetError('APP_NOT_FOUND', `App ${idApp}; add it first.`)
  const { limits } = installedApps
  const files =
    'archive' in source ? await readArchive(source.archive, limits) : await readFolder(source.folder, limits)
  const earlier = await installedApps.find(app.idApp)
  const { version, name } = await installedApps.install(app.idApp, files)
  // An app goes by its id, or by what its last package called it, until an operator says otherwise.
  const goesByPackage = app.name === app.idApp || app.name === earlier?.name
  return fleet.setAppVersion(app.idApp, version, goesByPackage ? (name ?? app.idApp) : undefined)
}
