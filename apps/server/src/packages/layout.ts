import type { IdApp } from '@pillion/schema'
import { PackageError } from './package-error.ts'
import { type PackageFiles, type PackageLimits, tooLarge } from './package-files.ts'

export interface PackageLayout {
  /** Served at `/apps/<idApp>/`. */
  readonly app: PackageFiles
  /** Served at `/media/<idApp>/`. */
  readonly media: PackageFiles
}

/**
 * Finds the app in the package: in `web/apps/<idApp>/` with media in `web/media/<idApp>/`, or, as developers pack
 * it, at the top or in the one top-level folder (W 11.1).
 */
export function layOut(files: PackageFiles, idApp: IdApp, limits: PackageLimits): PackageLayout {
  const top = files.has('index.html') ? files : withoutTopFolder(files)
  const layout = documentedLayout(files, idApp) ??
    documentedLayout(top, idApp) ?? { app: top, media: new Map() }
  if (!layout.app.has('index.html')) {
    throw new PackageError(
      'PACKAGE_START_PAGE_MISSING',
      `Put index.html into web/apps/${idApp}/ or at the top of the package.`,
    )
  }
  if (bytesOf(files) - bytesOf(layout.media) > limits.packageAppBytesMax) {
    throw tooLarge(`outside web/media/${idApp}/`, limits.packageAppBytesMax)
  }
  return layout
}

function documentedLayout(files: PackageFiles, idApp: IdApp): PackageLayout | undefined {
  const ids = new Set([...files.keys()].flatMap((path) => /^web\/apps\/([^/]+)\//.exec(path)?.[1] ?? []))
  if (ids.size === 0) return undefined
  if (!ids.has(idApp)) {
    throw new PackageError(
      'PACKAGE_ID_MISMATCH',
      `It holds web/apps/${[...ids].join(', ')}/, not web/apps/${idApp}/.`,
    )
  }
  return { app: below(files, `web/apps/${idApp}/`), media: below(files, `web/media/${idApp}/`) }
}

function withoutTopFolder(files: PackageFiles): PackageFiles {
  const tops = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf('/') + 1)))
  const [top] = tops
  return tops.size === 1 && top !== undefined ? below(files, top) : files
}

function bytesOf(files: PackageFiles): number {
  return [...files.values()].reduce((total, content) => total + content.length, 0)
}

function below(files: PackageFiles, prefix: string): PackageFiles {
  const inside = [...files].filter(([path]) => path.startsWith(prefix))
  return new Map(inside.map(([path, content]) => [path.slice(prefix.length), content]))
}
