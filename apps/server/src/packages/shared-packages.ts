import { createHash } from 'node:crypto'
import type { Fleet } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import type { AppPackage, AppPackages } from '@pillion/store'
import type { Logger } from 'pino'
import { layOut, type PackageLayout } from './layout.ts'
import { createInstallation, type InstalledApp, type LocalApps } from './local-apps.ts'
import { packApp } from './pack-app.ts'
import { PackageError } from './package-error.ts'
import type { PackageLimits } from './package-files.ts'
import { readArchive } from './read-archive.ts'

/** What was installed was held to the limits in force then. */
export const sharedLimits: PackageLimits = {
  packageArchiveBytesMax: 2 ** 31,
  packageUnpackedBytesMax: 2 ** 31,
  packageAppBytesMax: 2 ** 31,
  packageEntriesMax: 1_000_000,
}
/** Somebody installs another one each time, or damages the copy. */
const FETCHES_MAX = 3

/** Where nodes put packages and find them. */
export type PackageStore = Pick<AppPackages, 'find' | 'list' | 'put' | 'putFirst' | 'read' | 'remove'>

/** Runs one job after the other: a package takes memory. */
export type InTurn = <Answer>(job: () => Promise<Answer>) => Promise<Answer>

/**
 * The packages as several nodes share them: one archive of each app in the store, of the form that partners deliver (W 11.1).
 * What only this version of the program makes of a package (icons, checks) is not in it. Each node serves a copy.
 */
export class SharedPackages {
  readonly #packages: PackageStore
  readonly #local: LocalApps
  readonly #log: Logger

  constructor({ packages, local, log }: { packages: PackageStore; local: LocalApps; log: Logger }) {
    this.#packages = packages
    this.#local = local
    this.#log = log
  }

  /** What is in `folder` is the app's package from now on. */
  async put(idApp: IdApp, installed: InstalledApp, folder: string): Promise<void> {
    const archive = await packApp(folder, idApp)
    await this.#packages.put(describePackage(idApp, installed, archive, Date.now()), archive)
  }

  remove(idApp: IdApp): Promise<void> {
    return this.#packages.remove(idApp)
  }

  /** Of an app that has no package any more. Nobody installs one meanwhile. */
  async removeLeftCopy(idApp: IdApp): Promise<void> {
    if ((await this.#packages.find(idApp)) === undefined) await this.#local.remove(idApp)
  }

  /** Puts in what was installed here while this node was alone. */
  async putLocal(fleet: Pick<Fleet, 'listApps'>): Promise<void> {
    const shared = new Set((await this.#packages.list()).map(({ idApp }) => idApp))
    for (const { idApp, version } of await fleet.listApps()) {
      const installed = shared.has(idApp) ? undefined : await this.#local.find(idApp)
      // Of another version: left from another deployment.
      if (installed === undefined || installed.version !== version) continue
      const archive = await packApp(this.#local.folder(idApp, installed), idApp).catch((error: unknown) => {
        this.#log.warn({ err: error, idApp }, 'a package that was installed here cannot be read')
      })
      if (archive === undefined) continue
      // A name of its own: another node may be a copy of this one, or this one was killed at the same place before.
      const renamed = { ...installed, installation: createInstallation() }
      await this.#packages.putFirst(describePackage(idApp, renamed, archive, Date.now()), archive)
      this.#log.info({ idApp, version }, 'package brought along for the other nodes')
    }
  }

  /** The app's copy here, fetched if there is none or it is not whole; undefined: the app has no package. */
  async bringUpToDate(idApp: IdApp, inTurn: InTurn): Promise<InstalledApp | undefined> {
    for (let fetches = 0; ; fetches++) {
      const wanted = await this.#packages.find(idApp)
      if (wanted === undefined) return undefined
      const copy = await this.#local.find(idApp)
      if (await this.#isWhole(idApp, copy, wanted)) return copy
      if (fetches < FETCHES_MAX && (await inTurn(() => this.#fetch(wanted)))) continue
      const { installation, version } = wanted
      this.#log.error({ idApp, installation, version }, 'the package in the store cannot be used')
      return copy !== undefined && (await this.#local.check(idApp, copy)) ? copy : undefined
    }
  }

  /** false: it is of no use. */
  async #fetch(wanted: AppPackage): Promise<boolean> {
    const { idApp, installation } = wanted
    // Another request was waiting for the same.
    if (await this.#isWhole(idApp, await this.#local.find(idApp), wanted)) return true
    try {
      const layout = await this.#read(wanted)
      if (layout === undefined) return (await this.#packages.find(idApp))?.installation !== installation
      await this.#local.write(idApp, layout, { installation, isSummed: true })
      return true
    } catch (error) {
      if (!(error instanceof PackageError)) throw error
      this.#log.error({ err: error, idApp }, 'the package in the store is refused')
      return false
    }
  }

  async #isWhole(idApp: IdApp, copy: InstalledApp | undefined, wanted: AppPackage): Promise<boolean> {
    return copy?.installation === wanted.installation && this.#local.check(idApp, copy)
  }

  /** undefined: the archive is damaged, or another has taken its place meanwhile. */
  async #read({ idApp, installation, sha256 }: AppPackage): Promise<PackageLayout | undefined> {
    const archive = await this.#packages.read(installation)
    if (Buffer.compare(sum(archive), sha256) !== 0) return undefined
    return layOut(await readArchive(archive, sharedLimits), idApp, sharedLimits)
  }
}

/** With an archive that `packApp` has made of the installation. */
function describePackage(
  idApp: IdApp,
  { installation, version }: InstalledApp,
  archive: Uint8Array,
  createdAt: number,
): AppPackage {
  return { idApp, installation, version, sha256: sum(archive), createdAt }
}

function sum(archive: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(archive).digest())
}
