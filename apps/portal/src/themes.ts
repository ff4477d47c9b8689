import type { VehicleSignals } from '@pillion/schema'

/** What one theme of W 11.6 looks like here; the colours are ours. */
export interface Theme {
  readonly id: number
  readonly name: string
  /** Of what is chosen or active: on dark surfaces and on light ones. */
  readonly accent: { readonly night: string; readonly day: string }
  readonly pattern: 'plain' | 'checkerboard' | 'band' | 'perforation'
}

const blue = { night: '#4cc2ff', day: '#0a5fa8' }
const copper = { night: '#f5a173', day: '#93451a' }
const red = { night: '#ff7a70', day: '#b0252b' }
const green = { night: '#5fdfa0', day: '#0b663e' }
const dichroic = { night: '#8fb8ff', day: '#3b50a8' }
const krypto = { night: '#d3f26a', day: '#526008' }
const sable = { night: '#dcc6a0', day: '#6c572c' }
const orange = { night: '#ffab5c', day: '#954600' }
const brown = { night: '#d9ab8b', day: '#77482a' }
const electric = { night: '#6fdcd0', day: '#0a625a' }
const gold = { night: '#ecc974', day: '#735409' }
const champagne = { night: '#ffa08f', day: '#a13a35' }
const ruby = { night: '#85b4ff', day: '#2150ad' }
const sapphire = { night: '#6fa6ff', day: '#17489c' }
const titanium = { night: '#ff8a80', day: '#a22a2a' }
const violet = { night: '#cba8ff', day: '#66399f' }

/** By brand, then by id (W 11.6). Toyota has none there; it gets one, so that there is something to see. */
const peugeot: readonly Theme[] = [
  { id: 0, name: 'Blue, mainstream', accent: blue, pattern: 'plain' },
  { id: 1, name: 'Copper, onyx', accent: copper, pattern: 'plain' },
  { id: 2, name: 'Red, GTI', accent: red, pattern: 'plain' },
  { id: 3, name: 'Green, quartz', accent: green, pattern: 'plain' },
  { id: 4, name: 'Dichroic, PHEV / BEV', accent: dichroic, pattern: 'band' },
  { id: 5, name: 'Krypto, PHEV performance', accent: krypto, pattern: 'plain' },
  { id: 8, name: 'Red, multidrive boost', accent: red, pattern: 'band' },
  { id: 9, name: 'Sable / zen, multidrive relax', accent: sable, pattern: 'plain' },
]
const citroen: readonly Theme[] = [
  { id: 0, name: 'Orange, show room', accent: orange, pattern: 'plain' },
  { id: 1, name: 'Red, checkerboard', accent: red, pattern: 'checkerboard' },
  { id: 2, name: 'Blue, checkerboard, band', accent: blue, pattern: 'checkerboard' },
  { id: 3, name: 'Brown, checkerboard', accent: brown, pattern: 'checkerboard' },
  { id: 4, name: 'BEV / PHEV', accent: electric, pattern: 'plain' },
  { id: 5, name: 'Red, plain', accent: red, pattern: 'plain' },
  { id: 6, name: 'Blue, plain, band', accent: blue, pattern: 'band' },
  { id: 7, name: 'Brown, plain, band', accent: brown, pattern: 'band' },
]
const ds: readonly Theme[] = [
  { id: 0, name: 'Gold, champagne', accent: gold, pattern: 'plain' },
  { id: 1, name: 'Red, champagne perfo line', accent: champagne, pattern: 'perforation' },
  { id: 2, name: 'Blue, ruby', accent: ruby, pattern: 'plain' },
  { id: 3, name: 'Sapphire, BEV / PHEV', accent: sapphire, pattern: 'plain' },
  { id: 8, name: 'Red, titanium', accent: titanium, pattern: 'plain' },
  { id: 9, name: 'Violet, cashmere', accent: violet, pattern: 'plain' },
]
const toyota: readonly Theme[] = [{ id: 0, name: 'Red', accent: red, pattern: 'plain' }]
const opel: readonly Theme[] = [
  { id: 0, name: 'Red & grey, GM', accent: titanium, pattern: 'plain' },
  { id: 1, name: 'BEV / PHEV', accent: electric, pattern: 'band' },
]

export const brands = [
  { brand: 0, name: 'Peugeot', themes: peugeot },
  { brand: 1, name: 'Citroën', themes: citroen },
  { brand: 2, name: 'DS', themes: ds },
  { brand: 3, name: 'Toyota', themes: toyota },
  { brand: 4, name: 'Opel', themes: opel },
  { brand: 5, name: 'Vauxhall', themes: opel },
] as const satisfies readonly {
  readonly brand: VehicleSignals['brand']
  readonly name: string
  readonly themes: readonly Theme[]
}[]

export function themesOf(brand: VehicleSignals['brand']): readonly Theme[] {
  return brands.find((known) => known.brand === brand)?.themes ?? peugeot
}

/** The brand's first where it has no theme of this id. */
export function themeOf({ brand, theme }: Pick<VehicleSignals, 'brand' | 'theme'>): Theme {
  const themes = themesOf(brand)
  return themes.find(({ id }) => id === theme) ?? (themes[0] as Theme)
}
