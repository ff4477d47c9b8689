import type { PackageFiles } from './package-files.ts'

/** The server does not know a head unit's brand, so the icon for every brand comes first, then the brands in W's order. */
const brands = ['*', 'AP', 'AC', 'DS', 'OP', 'VX']
/** HD first, then SD, then those of the later generation (W 11.2). */
const sizes = ['136', '100', '128', '160', '190']

/** Path of the app's icon in its package by the lookup of W 11.2; undefined = the page draws a generic one. */
export function findIcon(app: PackageFiles, icons: Readonly<Record<string, unknown>>): string | undefined {
  return [...listedIcons(icons), ...usualIcons()].find((path) => app.has(path))
}

function* listedIcons(icons: Readonly<Record<string, unknown>>): Generator<string> {
  for (const brand of brands) {
    const entry = icons[brand]
    if (typeof entry !== 'object' || entry === null) continue
    const paths = entry as Record<string, unknown>
    for (const size of new Set([...sizes, ...Object.keys(paths)])) {
      const path = Object.hasOwn(paths, size) ? paths[size] : undefined
      if (typeof path === 'string') yield path.replace(/^(\.?\/)+/, '')
    }
  }
}

function* usualIcons(): Generator<string> {
  for (const brand of brands.slice(1))
    for (const size of sizes) yield `icons/icon-${brand}-${size}x${size}.png`
  for (const folder of ['icons/', 'icon/', ''])
    for (const size of sizes) yield `${folder}icon-${size}x${size}.png`
}
