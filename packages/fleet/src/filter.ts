import { type DirectionWord, parseUid, parseVin, type Uid } from '@pillion/schema'

/** A portal topic filter, `<root>/<word>/uid/<uid>/opa/<below>`, taken apart (W 2.6). */
export interface PortalFilter {
  readonly word: DirectionWord | '+'
  readonly uid: Uid | '+'
  /** What is below `opa/`: a VIN, `+` or `#`, then the levels of the subtopic. One string, because every subscription keeps it. */
  readonly below: string
}

export type PortalFilterFault = 'filter_malformed' | 'filter_outside_portal'

/** `…/opa/#/`, printed by the documents as `{VIN|#}/` and malformed in MQTT, is read as `…/opa/#` (W 2.6). */
export function parsePortalFilter(filter: string, root: string): PortalFilter | PortalFilterFault {
  if (!filter.startsWith(`${root}/`)) return 'filter_outside_portal'
  const [word, uidWord, uidText, opaWord, ...levels] = filter.slice(root.length + 1).split('/')
  const below = levels.length === 2 && levels[0] === '#' && levels[1] === '' ? ['#'] : levels
  const uid = uidText === '+' ? '+' : parseUid(uidText)
  const [vin] = below
  if (word !== 'to' && word !== 'from' && word !== '+') return 'filter_outside_portal'
  if (uidWord !== 'uid' || uid === undefined || opaWord !== 'opa') return 'filter_outside_portal'
  if (below.some(isWildcardMisplaced)) return 'filter_malformed'
  if (vin !== '#' && vin !== '+' && parseVin(vin) === undefined) return 'filter_outside_portal'
  return { word, uid, below: below.join('/') }
}

/** For `levels.some`: a wildcard fills a whole level, and `#` is the last one. */
export function isWildcardMisplaced(level: string, index: number, levels: readonly string[]): boolean {
  return level === '#' ? index !== levels.length - 1 : level !== '+' && /[+#]/.test(level)
}

/** The rules of MQTT, level by level: `+` stands for one level, even an empty one; `#` for the parent and all below it. */
export function matchLevels(filter: readonly string[], name: readonly string[]): boolean {
  for (const [index, level] of filter.entries()) {
    if (level === '#') return true
    if (index >= name.length) return false
    if (level !== '+' && level !== name[index]) return false
  }
  return filter.length === name.length
}
