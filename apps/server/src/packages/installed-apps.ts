import type { Stats } from 'node:fs'
import { join } from 'node:path'
import type { Fleet } from '@pillion/fleet'
import type { IdApp } from '@pillion/schema'
import type { Logger } from 'pino'
import type { DataFolder } from '../data-folder.ts'
import { layOut } from './layout.ts'
import { type InstalledApp, LocalApps, type NewCopy } from './local-apps.ts'
import type { PackageFiles, PackageLimits } from './package-files.ts'
import { readPackageInfo } from './package-info.ts'
import { type PackageStore, SharedPackages } from './shared-packages.ts'

export type { InstalledApp } from './local-apps.ts'

/** While the store is away it is not asked for each file of an app that is here. */
const AWAY_MILLISECONDS = 1_000

/**
 * The packages that this node serves. One that is alone has them on its disk. Of several, each has a copy of what is in the
 * store: fetched when another node installs it, or when it is asked for; and again when it is not what it was any more.
 */
export class InstalledApps {
  /** Of what it installs; whoever reads a package keeps to them as well. */
  readonly limits: PackageLimits
  readonly #local: LocalApps
  readonly #shared: SharedPackages | undefined
  readonly #known = new Map<IdApp, InstalledApp | undefined>()
  /** Being looked for; what comes of it is known afterwards only if it still stands here. */
  readonly #finding = new Map<IdApp, Promise<InstalledApp | undefined>>()
  #awayUntil = 0
  /** One installation at a time, new or fetched: each removes the folders of the others of its app. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(data: DataFolder, limits: PackageLimits, shared?: { packages: PackageStore; log: Logger }) {
    this.#local = new LocalApps(data)
    this.limits = limits
    this.#shared = shared && new SharedPackages({ ...shared, local: this.#local })
  }

  /** Rejects as the store does if that is away and there is no copy here. */
  async find(idApp: IdApp): Promise<InstalledApp | undefined> {
    return this.#known.has(idApp) ? this.#known.get(idApp) : (this.#finding.get(idApp) ?? this.#look(idApp))
  }

  /** The same, whatever was known before. */
  findAgain(idApp: IdApp): Promise<InstalledApp | undefined> {
    // Nobody else changes what is on the disk of a node that is alone.
    if (this.#shared !== undefined) this.#forget(idApp)
    return this.find(idApp)
  }

  /** Folder of the app's files or of its media; undefined if nothing is installed. */
  async folder(idApp: IdApp, part: 'app' | 'media'): Promise<string | undefined> {
    const installed = await this.find(idApp)
    return installed && join(this.#local.folder(idApp, installed), part)
  }

  /**
   * When a file of the app, `found` or missed, has changed on disk since the copy was checked: checks that again, and fetches it
   * if it is not whole. true: look again.
   */
  async heal(idApp: IdApp, file: string, found: Stats | undefined): Promise<boolean> {
    if (this.#shared === undefined || !(await this.#local.hasChanged(idApp, file, found))) return false
    await this.findAgain(idApp)
    return true
  }

  /** @throws {PackageError} `install` would */
  check(idApp: IdApp, files: PackageFiles): void {
    readPackageInfo(layOut(files, idApp, this.limits).app, idApp)
  }

  /** @throws {PackageError} and nothing was changed */
  async install(idApp: IdApp, files: PackageFiles): Promise<InstalledApp> {
    const shared = this.#shared
    const layout = layOut(files, idApp, this.limits)
    const copy: NewCopy = shared
      ? { isSummed: true, publish: (installed, folder) => shared.put(idApp, installed, folder) }
      : { isSummed: false }
    // Of several nodes, another may have installed one in the same moment: the store says which one counts.
    return this.#inTurn(() => this.#local.write(idApp, layout, copy)).finally(() => this.#forget(idApp))
  }

  /** Its app is gone; nothing is left of it here. Each other node removes its copy when it hears of that. */
  remove(idApp: IdApp): Promise<void> {
    return this.#inTurn(async () => {
      await this.#shared?.remove(idApp)
      await this.#local.remove(idApp)
    }).finally(() => this.#forget(idApp))
  }

  /** Another node has installed a package of the app, or removed it; undefined: maybe of any. */
  changedElsewhere(idApp: IdApp | undefined): void {
    if (idApp === undefined) {
      this.#known.clear()
      this.#finding.clear()
      return
    }
    this.#forget(idApp)
    // Ahead of the first request; if it fails, that one tries again and says why.
    this.find(idApp)
      .then(async (found) => {
        if (found === undefined) await this.#inTurn(async () => this.#shared?.removeLeftCopy(idApp))
      })
      .catch(() => undefined)
  }

  /** Gives other nodes what was installed here while this one was alone. */
  async share(fleet: Pick<Fleet, 'listApps'>): Promise<void> {
    await this.#shared?.putLocal(fleet)
  }

  #look(idApp: IdApp): Promise<InstalledApp | undefined> {
    const looking: Promise<InstalledApp | undefined> = this.#ask(idApp)
      .then(({ installed, isSure }) => {
        if (isSure && this.#finding.get(idApp) === looking) this.#known.set(idApp, installed)
        return installed
      })
      .finally(() => {
        if (this.#finding.get(idApp) === looking) this.#finding.delete(idApp)
      })
    this.#finding.set(idApp, looking)
    return looking
  }

  /** With the store away, what is here has to do. */
  async #ask(idApp: IdApp): Promise<{ installed: InstalledApp | undefined; isSure: boolean }> {
    if (this.#shared === undefined) return { installed: await this.#local.read(idApp), isSure: true }
    const kept = performance.now() < this.#awayUntil ? await this.#local.find(idApp) : undefined
    if (kept !== undefined) return { installed: kept, isSure: false }
    try {
      const inTurn = <Answer>(job: () => Promise<Answer>) => this.#inTurn(job)
      return { installed: await this.#shared.bringUpToDate(idApp, inTurn), isSure: true }
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'STORE_UNAVAILABLE') throw error
      this.#awayUntil = performance.now() + AWAY_MILLISECONDS
      const installed = await this.#local.find(idApp)
      if (installed === undefined) throw error
      return { installed, isSure: false }
    }
  }

  #forget(idApp: IdApp): void {
    this.#known.delete(idApp)
    this.#finding.delete(idApp)
  }

  #inTurn<Answer>(job: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#last.then(job)
    this.#last = answer.catch(() => undefined)
    return answer
  }
}
