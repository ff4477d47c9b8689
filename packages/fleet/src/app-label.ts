import { createHash } from 'node:crypto'

/**
 * The DNS label an app's origin goes by (W 11.3): its id where that is a lower-case label already, else a slug of it
 * and 8 hex digits of its SHA-256. An id may be what another's slug and digits come to, so `Fleet.addApp` refuses an app whose
 * label is another's: of those that there are, each has an origin and a folder of its own.
 */
export function appLabel(idApp: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(idApp)) return idApp
  const slug = idApp
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 54)
    .replace(/-+$/, '')
  return `${slug}-${createHash('sha256').update(idApp).digest('hex').slice(0, 8)}`
}
