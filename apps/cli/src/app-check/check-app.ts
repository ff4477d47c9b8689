import { extname } from 'node:path'
import { defaultLimits, findIcon, isRecord, type PackageFiles } from '@pillion/server'
import { checkIcon } from './check-icons.ts'
import { checkManifest } from './check-manifest.ts'
import { checkPage } from './check-page.ts'
import { checkScript } from './check-script.ts'
import { checkStyle } from './check-style.ts'
import type { Finding } from './finding.ts'
import type { LocatedApp } from './locate-app.ts'
import type { Site } from './references.ts'

const isPage = /\.x?html?$/i
/** W 11.4: no video; MP3, WAV and Ogg; JPEG, PNG, GIF, BMP and SVG. */
const unknownFormats = /^\.(mp4|m4v|webm|mov|avi|mkv|m4a|aac|flac|opus|wma|webp|avif|heic|tiff?)$/i

/** The app itself, wherever it is in its package. Files are named as in the package. */
export function checkApp(files: PackageFiles, located: LocatedApp): Finding[] {
  const { idApp, root } = located
  const app = below(files, root)
  const media: PackageFiles = located.media === undefined ? new Map() : below(files, located.media)
  const site: Site = { idApp, app: new Set(app.keys()), media: new Set(media.keys()) }
  const documentedId = located.media === undefined ? undefined : idApp
  return [
    ...checkManifest(app.get('info.json'), `${root}info.json`, documentedId),
    ...checkPages(app, root),
    ...checkBytes(files, media),
    ...checkIcons(app, located),
    ...[...files.keys()].flatMap(checkFormat),
    ...[...app].flatMap(([path, content]) => checkText(site, path, content, root)),
  ]
}

function below(files: PackageFiles, prefix: string): PackageFiles {
  const inside = [...files].filter(([path]) => path.startsWith(prefix))
  return new Map(inside.map(([path, content]) => [path.slice(prefix.length), content]))
}

function checkPages(app: PackageFiles, root: string): Finding[] {
  const error = (file: string, message: string): Finding => ({
    severity: 'error',
    file,
    rule: 'page',
    message,
  })
  const missing = app.has('index.html') ? [] : [error(`${root}index.html`, 'There is no index.html.')]
  const others = [...app.keys()].filter((path) => isPage.test(path) && path !== 'index.html')
  return [...missing, ...others.map((path) => error(root + path, 'index.html must be the only page.'))]
}

function checkBytes(files: PackageFiles, media: PackageFiles): Finding[] {
  const bytesOf = (some: PackageFiles) => [...some.values()].reduce((total, { length }) => total + length, 0)
  const bytes = bytesOf(files) - bytesOf(media)
  const max = defaultLimits.packageAppBytesMax
  if (bytes <= max) return []
  const message = `The package has ${bytes} bytes outside the app’s media; at most ${max} are taken.`
  return [{ severity: 'error', file: '', rule: 'size', message }]
}

/** Those that the manifest names, and those that are found by their own names. */
function checkIcons(app: PackageFiles, { root, manifest }: LocatedApp): Finding[] {
  const warning = (file: string, message: string): Finding => ({
    severity: 'warning',
    file,
    rule: 'icon',
    message,
  })
  const icons = isRecord(manifest?.icons) ? manifest.icons : {}
  const sizes = new Map<string, string>()
  for (const path of app.keys()) {
    const size = /(?:^|\/)icon-(?:[A-Z]{2}-)?(\d+)x\1\.png$/.exec(path)?.[1]
    if (size !== undefined) sizes.set(path, size)
  }
  for (const bySize of Object.values(icons).filter(isRecord)) {
    for (const [size, path] of Object.entries(bySize))
      if (typeof path === 'string') sizes.set(path.replace(/^(\.?\/)+/, ''), size)
  }
  const findings = [...sizes].flatMap(([path, size]) => {
    const content = app.get(path)
    if (content === undefined) return [warning(`${root}info.json`, `The icon ${path} is not in the package.`)]
    return checkIcon(content, size, root + path)
  })
  if (findIcon(app, icons) !== undefined) return findings
  return [...findings, warning('', 'There is no icon; the wall shows a generic one.')]
}

function checkFormat(path: string): Finding[] {
  if (!unknownFormats.test(extname(path))) return []
  const message = 'Head units play MP3, WAV and Ogg, no video, and show JPEG, PNG, GIF, BMP and SVG.'
  return [{ severity: 'warning', file: path, rule: 'media', message }]
}

function checkText(site: Site, path: string, content: Uint8Array, root: string): Finding[] {
  const text = () =>
    Buffer.from(content)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
  const at = { path, file: root + path, line: 1 }
  if (isPage.test(path)) return checkPage(site, text(), at)
  if (/\.css$/i.test(path)) return checkStyle(site, text(), at)
  return /\.js$/i.test(path) ? checkScript(text(), at) : []
}
