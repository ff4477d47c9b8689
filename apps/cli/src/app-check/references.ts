import type { Finding } from './finding.ts'

/** The files of an app as its pages address them. */
export interface Site {
  readonly idApp: string
  /** Paths below `/apps/<idApp>/`. */
  readonly app: ReadonlySet<string>
  /** Paths below `/media/<idApp>/`. */
  readonly media: ReadonlySet<string>
}

/** What every app finds beside its own files (W 11.3). */
const sharedPath = /^\/(apps\/test\/)?shared\/libs\/jquery\/1\.10\.0\/jquery\.js$/
const external = /^\s*(?:(?:https?|wss?|ftp):)?\/\//i
const elsewhere = /^\s*(?:$|#|data:|blob:|about:|javascript:|mailto:|tel:)/i

/**
 * What is wrong with a URL that a page or style sheet loads.
 * @param path of the file it stands in, below `/apps/<idApp>/`
 */
export function checkReference(
  site: Site,
  url: string,
  at: { path: string; file: string; line: number },
): Finding[] {
  const fault = (rule: 'address' | 'file', message: string): Finding[] => {
    return [{ severity: 'error', file: at.file, line: at.line, rule, message }]
  }
  if (external.test(url))
    return fault('address', `Loads ${url.trim()}; a vehicle has no internet: put it into the package.`)
  if (elsewhere.test(url)) return []
  const path = resolvePath(site, url, at.path)
  if (path === undefined || isServed(site, path)) return []
  return fault('file', `Loads ${url.trim()}, but ${path} is not in the package.`)
}

/** Path on the app's origin; undefined if it is no URL at all. */
function resolvePath(site: Site, url: string, from: string): string | undefined {
  const resolved = URL.parse(url, `http://app/apps/${site.idApp}/${from}`)
  if (resolved?.host !== 'app') return undefined
  try {
    return decodeURIComponent(resolved.pathname)
  } catch {
    return undefined
  }
}

function isServed({ idApp, app, media }: Site, path: string): boolean {
  if (sharedPath.test(path)) return true
  const below = (prefix: string) => path.startsWith(prefix) && path.slice(prefix.length)
  const inApp = below(`/apps/${idApp}/`)
  if (inApp !== false) return app.has(inApp) || app.has(`${inApp}index.html`)
  const inMedia = below(`/media/${idApp}/`)
  return inMedia !== false && media.has(inMedia)
}
