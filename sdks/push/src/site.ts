/**
 * The original's sites (P 1.1). They are gone, so these names stand for no address: initializing with one of them throws,
 * and tells to give the address of a server instead.
 */
export const KiiSite = { US: 'us', JP: 'jp', SG: 'sg', EU: 'eu' } as const

export function isFormerSite(site: string): boolean {
  return (Object.values(KiiSite) as string[]).includes(site)
}
