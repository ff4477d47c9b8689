import type { IncomingHttpHeaders } from 'node:http'

/**
 * Does a browser say that the request comes from a page of this very host? Apps run on sister hosts of the same site, which
 * SameSite lets through (docs/adr/0003). Programs other than browsers say neither; they are not what this is about.
 */
export function isSameOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  if (origin === undefined) return true
  // Not the scheme: where a load balancer ends TLS, it is not the one that comes here.
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}
