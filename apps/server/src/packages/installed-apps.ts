import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { IdApp } from '@pillion/schema'
import { appLabel } from '../app-label.ts'
import type { DataFolder } from '../data-folder.ts'
import { findIcon, findIcons, type IconPaths } from './find-icon.ts'
import { layOut } from './layout.ts'
import type { PackageFiles, PackageLimits } from './package-files.ts'
import { readPackageInfo } from './package-info.ts'

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
}

/**
 * The packages on disk. A new version is written beside the old one and takes its place when installed.json is
 * renamed into place, so a reader, or a server that was killed half way, sees the old version or the new one. Folders go
 * by the app's label, not its id, because some file systems cannot tell `App` from `app`.
 */
export class InstalledApps {
  readonly #data: DataFolder
  /** Of what it installs; whoever reads a package keeps to them as well. */
  readonly limits: PackageLimits
  readonly #known = new Map<IdApp, InstalledApp | undefined>()
  /** One installation at a time: each removes the folders of the others of its app. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(data: DataFolder, limits: PackageLimits) {
    this.#data = data
    this.limits = limits
  }

  async find(idApp: IdApp): Promise<InstalledApp | undefined> {
    if (this.#known.has(idApp)) return this.#known.get(idApp)
    const text = await this.#data.read(`apps/${appLabel(idApp)}/installed.json`)
    const installed = text === undefined ? undefined : (JSON.parse(text) as InstalledApp)
    this.#known.set(idApp, installed)
    return installed
  }

  /** Folder of the app's files or of its media; undefined if nothing is installed. */
  async folder(idApp: IdApp, part: 'app' | 'media'): Promise<string | undefined> {
    const installed = await this.find(idApp)
    return installed && join(this.#data.path, 'apps', appLabel(idApp), installed.installation, part)
  }

  /** @throws {PackageError} `install` would */
  check(idApp: IdApp, files: PackageFiles): void {
    readPackageInfo(layOut(files, idApp, this.limits).app, idApp)
  }

  /** @throws {PackageError} and nothing was changed */
  install(idApp: IdApp, files: PackageFiles): Promise<InstalledApp> {
    const installation = this.#last.then(() => this.#install(idApp, files))
    this.#last = installation.catch(() => undefined)
    return installation
  }

  async #install(idApp: IdApp, files: PackageFiles): Promise<InstalledApp> {
    const { app, media } = layOut(files, idApp, this.limits)
    const { version, name, icons } = readPackageInfo(app, idApp)
    const icon = findIcon(app, icons)
    const installed: InstalledApp = {
      installation: randomBytes(6).toString('hex'),
      version,
      ...(name === undefined ? {} : { name }),
      ...(icon === undefined ? {} : { icon }),
      icons: findIcons(app, icons),
    }
    const folder = join(this.#data.path, 'apps', appLabel(idApp))
    await writeFiles(join(folder, installed.installation, 'app'), app)
    await writeFiles(join(folder, installed.installation, 'media'), media)
    await this.#data.write(`apps/${appLabel(idApp)}/installed.json`, JSON.stringify(installed))
    this.#known.set(idApp, installed)
    await removeOthers(folder, installed.installation)
    return installed
  }
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
