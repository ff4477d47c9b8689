import { createHmac } from 'node:crypto'
import { ENDLESS_SECONDS } from '../endless-seconds.ts'
import type { InstallationRecord, StoredEndpoint } from '../ports/installation-store.ts'

export interface EndpointOptions {
  /** How long preparing one is made to take: for those who want to see their app wait. */
  readonly delayMilliseconds: number
  /** How long credentials are valid; 2,147,483,647 = they do not expire. */
  readonly ttlSeconds: number
}

export const defaultEndpointOptions: EndpointOptions = { delayMilliseconds: 0, ttlSeconds: ENDLESS_SECONDS }

/** What a client signs in with; host and ports are known to whoever runs the listeners. */
export interface Endpoint {
  readonly installationID: string
  readonly username: string
  readonly password: string
  readonly mqttTopic: string
  /** What is left of it, from 1 on; 2,147,483,647 = it does not expire. */
  readonly ttlSeconds: number
}

/** A fresh endpoint, whose preparation begins now. */
export function prepareEndpoint(mqttTopic: string, now: number, options: EndpointOptions): StoredEndpoint {
  const readyAt = now + options.delayMilliseconds
  const isEndless = options.ttlSeconds >= ENDLESS_SECONDS
  return { mqttTopic, readyAt, expiresAt: isEndless ? undefined : readyAt + options.ttlSeconds * 1_000 }
}

export function isExpired({ expiresAt }: StoredEndpoint, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}

/** The endpoint as its owner gets it; it must not be expired. */
export function describeEndpoint(
  endpointKey: Uint8Array,
  { appID, installationID }: Pick<InstallationRecord, 'appID' | 'installationID'>,
  { mqttTopic, expiresAt }: StoredEndpoint,
  now: number,
): Endpoint {
  return {
    installationID,
    username: `${appID}-${mqttTopic}`,
    password: endpointPassword(endpointKey, installationID, mqttTopic),
    mqttTopic,
    // Rounded up: who comes back when it is over gets a new one, not the rest of a second.
    ttlSeconds: expiresAt === undefined ? ENDLESS_SECONDS : Math.ceil((expiresAt - now) / 1_000),
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PASSWORD_LETTERS = 64
/** The largest multiple of 52 in a byte: bytes from here on would make some letters likelier than others. */
const BYTE_END = 208

/**
 * 64 letters. Derived, so that it can be shown again and is kept nowhere (P 6.3): bytes of HMAC-SHA256 over installation,
 * topic and a counter, taken modulo 52. Whoever changes this, or the key, ends every password there is.
 */
export function endpointPassword(endpointKey: Uint8Array, installationID: string, mqttTopic: string): string {
  let password = ''
  for (let counter = 0; password.length < PASSWORD_LETTERS; counter++) {
    const bytes = createHmac('sha256', endpointKey)
      .update(`${installationID}\n${mqttTopic}\n${counter}`)
      .digest()
    for (const byte of bytes) if (byte < BYTE_END) password += letters[byte % letters.length]
  }
  return password.slice(0, PASSWORD_LETTERS)
}
