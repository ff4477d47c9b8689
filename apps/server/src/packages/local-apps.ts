import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { appLabel } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import type { DataFolder } from '../data-folder.ts'
import { findIcon, findIcons, type IconPaths } from './find-icon.ts'
import type { PackageLayout } from './layout.ts'
import type { PackageFiles } from './package-files.ts'
import { readPackageInfo } from './package-info.ts'
import { findChange, sumFolder } from './sum-folder.ts'

/** What stands in `apps/<label>/installed.json`. */
export interface InstalledApp {
  /** Folder of this installation beside installed.json, with `app/` and `media/` in it; new with every installation. */
  readonly installation: string
  readonly version: string
  /** What the package calls itself; absent: nothing. */
  readonly name?: string
  /** Path below the app's start page; absent: none found. */
  readonly icon?: string
  /** The same, by brand code and size; absent: installed before there was such a table. */
  readonly icons?: IconPaths
  /** Of the files, by which damage is seen; absent: there is no store to bring them back from. */
  readonly sha256?: string
}

export interface NewCopy {
  /** Absent: a new one. */
  readonly installation?: string
  /** There is a store to bring the files back from. */
  readonly isSummed: boolean
  /** Called when the files are there, in that folder, and before anybody sees them. If it rejects, nothing is changed. */
  readonly publish?: (installed: InstalledApp, folder: string) => Promise<void>
}

/**
 * The packages on disk. A new version is written beside the old one and takes its place when installed.json is
 * renamed into place, so a reader, or a server that was killed half way, sees the old version or the new one. Folders go
 * by the app's label, not its id, because some file systems cannot tell `App` from `app`.
 */
export class LocalApps {
  readonly #data: DataFolder
  /** Of each app the copy that was whole, and when anything of it had changed last. */
  readonly #checked = new Map<IdApp, { readonly folder: string; readonly changedMilliseconds: number }>()

  constructor(data: DataFolder) {
    this.#data = data
  }

  async read(idApp: IdApp): Promise<InstalledApp | undefined> {
    const text = await this.#data.read(`apps/${appLabel(idApp)}/installed.json`)
    return text === undefined ? undefined : (JSON.parse(text) as InstalledApp)
  }

  /** The same, if it can be read: for whoever can bring it back. */
  find(idApp: IdApp): Promise<InstalledApp | undefined> {
    return this.read(idApp).catch(() => undefined)
  }

  folder(idApp: IdApp, { installation }: InstalledApp): string {
    return join(this.#appFolder(idApp), installation)
  }

  /** Is it what was installed? */
  async check(idApp: IdApp, installed: InstalledApp): Promise<boolean> {
    const folder = this.folder(idApp, installed)
    // Parts of it may be gone, or go while it is read.
    const sum = installed.sha256 === undefined ? undefined : await sumFolder(folder).catch(() => undefined)
    if (sum === undefined || sum.sha256 !== installed.sha256) return false
    this.#checked.set(idApp, { folder, changedMilliseconds: sum.changedMilliseconds })
    return true
  }

  /** Has the file, or the folder it is missed from, changed since the copy was checked? */
  async hasChanged(idApp: IdApp, file: string, found: Stats | undefined): Promise<boolean> {
    const checked = this.#checked.get(idApp)
    if (checked === undefined) return false
    const changed = found?.ctimeMs ?? (await findChange(file, checked.folder))
    return changed > checked.changedMilliseconds
  }

  /**
   * One at a time: each removes the folders of the others of its app.
   * @throws {PackageError} its manifest cannot be used; nothing was changed
   */
  async write(idApp: IdApp, { app, media }: PackageLayout, copy: NewCopy): Promise<InstalledApp> {
    const { version, name, icons } = readPackageInfo(app, idApp)
    const icon = findIcon(app, icons)
    const described = {
      installation: copy.installation ?? createInstallation(),
      version,
      ...(name === undefined ? {} : { name }),
      ...(icon === undefined ? {} : { icon }),
      icons: findIcons(app, icons),
    }
    const folder = this.#appFolder(idApp)
    const place = join(folder, described.installation)
    const beside = `${place}.${createInstallation()}`
    try {
      await writeFiles(join(beside, 'app'), app)
      await writeFiles(join(beside, 'media'), media)
      const sum = copy.isSummed ? { sha256: (await sumFolder(beside)).sha256 } : {}
      const installed: InstalledApp = { ...described, ...sum }
      await copy.publish?.(installed, beside)
      await rm(place, { recursive: true, force: true })
      await rename(beside, place)
      await this.#data.write(`apps/${appLabel(idApp)}/installed.json`, JSON.stringify(installed))
      await removeOthers(folder, installed.installation)
      return installed
    } catch (error) {
      await rm(beside, { recursive: true, force: true })
      throw error
    }
  }

  /** Nothing is left of it. */
  async remove(idApp: IdApp): Promise<void> {
    this.#checked.delete(idApp)
    await rm(this.#appFolder(idApp), { recursive: true, force: true })
  }

  #appFolder(idApp: IdApp): string {
    return join(this.#data.path, 'apps', appLabel(idApp))
  }
}

export function createInstallation(): string {
  return randomBytes(6).toString('hex')
}

async function writeFiles(folder: string, files: PackageFiles): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [path, content] of files) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

/** Earlier versions, and what an installation that was cut short left behind. */
async function removeOthers(folder: string, installation: string): Promise<void> {
  const entries = await readdir(folder)
  const others = entries.filter((name) => name !== installation && name !== 'installed.json')
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}
