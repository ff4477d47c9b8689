import { type AppRecord, type Fleet, FleetError } from '@pillion/fleet'
import { parseIdApp } from '@pillion/schema'
import { checkDelivered, checkDelivery, type Delivery } from './delivery.ts'
import type { InstalledApp, InstalledApps } from './installed-apps.ts'
import type { PackageFiles, PackageLimits } from './package-files.ts'
import { readArchive } from './read-archive.ts'
import { readFolder } from './read-folder.ts'

export type PackageSource =
  | { archive: Uint8Array /** Absent: as developers pack it. */; delivery?: Delivery | undefined }
  | { folder: string }

/**
 * Installs a web app (W 11.1) and records its version, and its name unless the operator gave it another (W 11.2).
 * @param owner UID of the partner that an app is added for if there is none of that id
 * @throws {FleetError} no such app, and no owner for it
 * @throws {PackageError} the package cannot be used; the installed version stays, and no app was added
 */
export async function installPackage(
  parts: { fleet: Fleet; installedApps: InstalledApps },
  idApp: string,
  source: PackageSource,
  owner?: string,
): Promise<AppRecord> {
  const { fleet, installedApps } = parts
  const known = await fleet.findApp(idApp)
  if (known === undefined && owner === undefined)
    throw new FleetError('APP_NOT_FOUND', `App ${idApp}; add it first.`)
  const { limits } = installedApps
  const files =
    'archive' in source ? await readPackage(source, idApp, limits) : await readFolder(source.folder, limits)
  const app = known ?? (await addApp(parts, { idApp, uid: owner ?? '', files }))
  const earlier = await installedApps.find(app.idApp)
  // An app goes by its id, or by what its last package called it, until an operator says otherwise.
  const goesByPackage = app.name === app.idApp || app.name === earlier?.name
  const record = ({ version, name }: InstalledApp) =>
    fleet.setAppVersion(app.idApp, version, goesByPackage ? (name ?? app.idApp) : undefined)
  let installed = await installedApps.install(app.idApp, files)
  for (;;) {
    const recorded = await record(installed)
    // Two nodes may install at once; the last record is to be that of the package that all of them serve.
    const current = await installedApps.findAgain(app.idApp)
    if (current === undefined || current.installation === installed.installation) return recorded
    installed = current
  }
}

/** Apps stay for good, so a wrong id must not make one. */
function addApp(
  { fleet, installedApps }: { fleet: Fleet; installedApps: InstalledApps },
  { idApp, uid, files }: { idApp: string; uid: string; files: PackageFiles },
): Promise<AppRecord> {
  const id = parseIdApp(idApp)
  if (id !== undefined) installedApps.check(id, files)
  return fleet.addApp({ idApp, uid })
}

async function readPackage(
  { archive, delivery }: { archive: Uint8Array; delivery?: Delivery | undefined },
  idApp: string,
  limits: PackageLimits,
): Promise<PackageFiles> {
  if (delivery === undefined) return readArchive(archive, limits)
  const name = checkDelivery(archive, delivery, idApp)
  const files = await readArchive(archive, limits)
  checkDelivered(files, name)
  return files
}
