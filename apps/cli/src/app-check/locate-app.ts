import { parseIdApp } from '@pillion/schema'
import { type PackageFiles, parseManifest } from '@pillion/server'

/** Where in a package an app is (W 11.1). */
export interface LocatedApp {
  readonly idApp: string
  /** In front of the app's files, such as `web/apps/demo/` or ''. */
  readonly root: string
  /** In front of its media; undefined outside the documented layout. */
  readonly media: string | undefined
  /** undefined if there is none, or none that can be read. */
  readonly manifest: Readonly<Record<string, unknown>> | undefined
}

/**
 * Its id is that of its folder below `web/apps/`, else the manifest's `artifactId`, else the name of the folder around it,
 * without version.
 * @param name of the folder or archive
 */
export function locateApp(files: PackageFiles, name: string): LocatedApp {
  const documented = findDocumented(files)
  const root = documented?.root ?? findTop(files)
  const file = files.get(`${root}info.json`)
  const manifest = file && readManifest(file)
  const artifactId = parseIdApp(manifest?.artifactId)
  const idApp = documented?.idApp ?? artifactId ?? withoutVersion(root === '' ? name : root.slice(0, -1))
  return { idApp, root, media: documented?.media, manifest }
}

function findDocumented(files: PackageFiles): Omit<LocatedApp, 'manifest'> | undefined {
  for (const path of files.keys()) {
    const [, web, idApp] = /^((?:[^/]+\/)?web\/)apps\/([^/]+)\//.exec(path) ?? []
    if (web !== undefined && idApp !== undefined)
      return { idApp, root: `${web}apps/${idApp}/`, media: `${web}media/${idApp}/` }
  }
  return undefined
}

/** The one folder that everything is in. */
function findTop(files: PackageFiles): string {
  if (files.has('index.html')) return ''
  const tops = new Set([...files.keys()].map((path) => path.slice(0, path.indexOf('/') + 1)))
  const [top = ''] = tops
  return tops.size === 1 ? top : ''
}

function readManifest(file: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return parseManifest(file)
  } catch {
    return undefined
  }
}

/** hello-world-1.0.0.zip → hello-world */
function withoutVersion(name: string): string {
  return name.replace(/\.(tar\.gz|tgz|zip)$/i, '').replace(/[-_ ]v?\d+(\.\d+)+.*$|[-_ ]v\d+$/i, '')
}
