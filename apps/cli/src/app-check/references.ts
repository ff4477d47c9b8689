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
/** Addresses that nothing is fetched from. */
const inert = /^(data|blob|about|javascript|mailto|tel):$/
/** Stands for the app's own origin. */
const origin = 'http://app.invalid'

/** Where a URL stands. */
export interface Place {
  /** Of the file, below `/apps/<idApp>/`. */
  readonly path: string
  /** Of the file, in the package. */
  readonly file: string
  readonly line: number
  /** What the page's `<base>` says; absent: nothing. */
  readonly base?: string | undefined
}

/** What is wrong with a URL that a page or style sheet loads. */
export function checkReference(site: Site, url: string, at: Place): Finding[] {
  const fault = (rule: 'address' | 'file', message: string): Finding[] => {
    return [{ severity: 'error', file: at.file, line: at.line, rule, message }]
  }
  if (leadsElsewhere(site, url, at))
    return fault('address', `Loads ${url.trim()}; a vehicle has no internet: put it into the package.`)
  if (/^\s*(#|$)/.test(url)) return []
  const path = resolvePath(site, url, at)
  if (path === undefined || isServed(site, path)) return []
  return fault('file', `Loads ${url.trim()}, but ${path} is not in the package.`)
}

/** Beyond the app's origin, as browsers read it: with white space, backslashes, or one slash only. */
export function leadsElsewhere(site: Site, url: string, at: Place): boolean {
  const resolved = URL.parse(url, baseOf(site, at))
  if (resolved === null) return /^\s*(\w+:)?\/\//.test(url)
  return resolved.origin !== origin && !inert.test(resolved.protocol)
}

function baseOf({ idApp }: Site, { path, base }: Place): string {
  const page = `${origin}/apps/${idApp}/${path.split('/').map(encodeURIComponent).join('/')}`
  const moved = base === undefined ? null : URL.parse(base, page)
  // The content security policy takes no other.
  return moved?.origin === origin ? moved.href : page
}

/** Path on the app's origin; undefined if there is none. */
function resolvePath(site: Site, url: string, at: Place): string | undefined {
  const resolved = URL.parse(url, baseOf(site, at))
  if (resolved?.origin !== origin) return undefined
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
