import { hostname } from 'node:os'
import type { ListenerName } from '../config.ts'
import { isLoopback } from '../loopback.ts'

/** A listener that is open. */
export interface BoundListener {
  readonly name: ListenerName
  /** Address it is bound to, such as 127.0.0.1 or 0.0.0.0. */
  readonly host: string
  readonly port: number
  /** Clients come to a load balancer, and cannot talk to this address: it wants a PROXY header first. */
  readonly isBehindProxy: boolean
}

export function formatAddress({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * host:port a client can use: every interface is not an address one can connect to, and behind a load balancer the first of
 * `names` is the balancer's, which is taken to listen at the same port.
 */
export function reachableAddress(
  { host, port, isBehindProxy }: BoundListener,
  names: readonly string[],
): string {
  const isEveryInterface = host === '0.0.0.0' || host === '::'
  const own = isEveryInterface ? hostname() : host
  return formatAddress({ host: isEveryInterface || isBehindProxy ? (names[0] ?? own) : own, port })
}

/** Base address for a client on this machine. */
export function localUrl({ name, host, port }: BoundListener): string {
  const isEveryInterface = host === '0.0.0.0' || host === '::'
  return `${name}://${formatAddress({ host: isEveryInterface ? '127.0.0.1' : host, port })}`
}

/** Origins the portal page may be opened on: each listener by each of its names, and a proxy's by the configured names. */
export function portalOrigins(bound: readonly BoundListener[], names: readonly string[]): string[] {
  const direct = bound
    .filter(({ name }) => name === 'http' || name === 'https')
    .flatMap(({ name, host, port }) => {
      // A content security policy has no spelling for IPv6 addresses.
      const hosts = new Set([
        'localhost',
        '127.0.0.1',
        ...names,
        ...(isLoopback(host) || host.includes(':') ? [] : [host]),
      ])
      return [...hosts].map((each) => `${name}://${each}:${port}`)
    })
  return [...direct, ...names.map((name) => `https://${name}`)]
}
