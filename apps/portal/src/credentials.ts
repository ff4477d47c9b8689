/** What a head unit signs in with. */
export interface Credentials {
  readonly vin: string
  readonly password: string
}

const key = 'pillion.credentials'

/**
 * From `#vin=…&password=…` if the address has them, else those kept in this tab, so that a reload works.
 * A fragment never reaches a server; it is taken out of the address bar at once all the same, before
 * anybody can copy it from there or find it in the history.
 */
export function takeCredentials(): Credentials | undefined {
  const fragment = new URLSearchParams(location.hash.slice(1))
  const vin = fragment.get('vin')
  const password = fragment.get('password')
  if (vin === null || password === null) return keptCredentials()
  history.replaceState(null, '', location.pathname + location.search)
  const credentials = { vin, password }
  keepCredentials(credentials)
  return credentials
}

/** For this tab only, until it is closed. */
export function keepCredentials(credentials: Credentials): void {
  sessionStorage.setItem(key, JSON.stringify(credentials))
}

export function forgetCredentials(): void {
  sessionStorage.removeItem(key)
}

function keptCredentials(): Credentials | undefined {
  try {
    const { vin, password } = JSON.parse(sessionStorage.getItem(key) ?? '{}')
    return typeof vin === 'string' && typeof password === 'string' ? { vin, password } : undefined
  } catch {
    return undefined
  }
}
