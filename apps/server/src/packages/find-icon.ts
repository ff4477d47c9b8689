import { brandCodes } from '@pillion/schema'
import { isRecord } from './manifest.ts'
import type { PackageFiles } from './package-files.ts'

/** Paths of an app's icons in its package, by brand code and size. */
export type IconPaths = Readonly<Record<string, Readonly<Record<string, string>>>>

const brands = brandCodes.filter((code) => code !== undefined)
/** HD first, then SD, then those of the later generation (W 11.2). */
const sizes = ['136', '100', '128', '160', '190']

/**
 * Path of the app's icon for a brand, in `size` or else another one, by the lookup of W 11.2; undefined = the page draws
 * a generic one. Without a brand the icon for every brand comes first, then those of the brands in W's order.
 */
export function findIcon(
  app: PackageFiles,
  icons: Readonly<Record<string, unknown>>,
  { brand, size = '136' }: { brand?: string; size?: string } = {},
): string | undefined {
  const inOrder = [size, ...sizes.filter((each) => each !== size)]
  const listed = listedIcons(icons, brand === undefined ? ['*', ...brands] : [brand, '*'], inOrder)
  const usual = usualIcons(brand === undefined ? brands : [brand], inOrder)
  return [...listed, ...usual].find((path) => app.has(path))
}

/** What `findIcon` finds for each brand, in the sizes of SD and HD screens. */
export function findIcons(app: PackageFiles, icons: Readonly<Record<string, unknown>>): IconPaths {
  const ofBrand = (brand: string) => {
    const found = ['100', '136'].map((size) => [size, findIcon(app, icons, { brand, size })] as const)
    return Object.fromEntries(found.filter((each): each is [string, string] => each[1] !== undefined))
  }
  return Object.fromEntries(brands.map((brand) => [brand, ofBrand(brand)]))
}

function* listedIcons(
  icons: Readonly<Record<string, unknown>>,
  wanted: readonly string[],
  inOrder: readonly string[],
): Generator<string> {
  for (const brand of wanted) {
    const paths = Object.hasOwn(icons, brand) ? icons[brand] : undefined
    if (!isRecord(paths)) continue
    for (const size of new Set([...inOrder, ...Object.keys(paths)])) {
      const path = Object.hasOwn(paths, size) ? paths[size] : undefined
      if (typeof path === 'string') yield path.replace(/^(\.?\/)+/, '')
    }
  }
}

function* usualIcons(wanted: readonly string[], inOrder: readonly string[]): Generator<string> {
  for (const brand of wanted) for (const size of inOrder) yield `icons/icon-${brand}-${size}x${size}.png`
  for (const folder of ['icons/', 'icon/', ''])
    for (const size of inOrder) yield `${folder}icon-${size}x${size}.png`
}
