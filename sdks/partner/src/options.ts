import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Network } from './network.ts'
import { PartnerError } from './partner-error.ts'

/** What the operator hands out, in the field names of the published configuration (W 2.2), and a few of our own. */
export interface PartnerOptions {
  /** `host:port`, TLS (port 8886 if left out); or with a scheme: `mqtt://`, `mqtts://`, `ws://`, `wss://`. */
  uri: string
  /** The login, also called UID. */
  username: string
  password: string
  /** Path of a PEM file with the client certificate and its private key. */
  sslClientCert?: string | undefined
  /**
   * Path of a PEM file with the authority that signed the server's certificate. Left out: the file named by the
   * environment variable `PILLION_CA`; else `ca.crt` beside `sslClientCert`; else what the system trusts.
   */
  ca?: string | undefined
  /** What all topics begin with. Default `psa/OVIPPartners-Dev` (W 2.3). */
  root?: string | undefined
  /** How long `connect()` goes on trying while the server cannot be reached. Default 30. */
  connectSeconds?: number | undefined
  /** Keep messages sent while disconnected, and send them after the reconnection. Default: they fail at once. */
  retrySends?: RetrySends | undefined
  /** Speak MQTT 3.1.1 to a server that refuses MQTT 5. Default false. */
  allowMqtt311?: boolean | undefined
  /** For tests: `new FakeNetwork().addPartner(uid).options` of `@pillion/testkit` has one, and all the other options. */
  network?: Network | undefined
}

/** With this a message may arrive twice: the connection can end between its delivery and its acknowledgement. */
export interface RetrySends {
  /** Messages kept; one more is refused with SENDS_BACKED_UP. */
  messagesMax: number
  /** A message not acknowledged this long after `send()` fails with NOT_CONNECTED. */
  secondsMax: number
}

/** Reads the JSON file that `pillion partner add UID --out DIR` writes; the paths in it are relative to it. */
export function readPartnerConfig(file: string): PartnerOptions {
  let parsed: PartnerOptions
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new PartnerError(
      'CONFIG_MALFORMED',
      `${file} cannot be read as JSON: ${(cause as Error).message}`,
      { cause },
    )
  }
  const folder = dirname(resolve(file))
  const options = { ...parsed }
  if (options.sslClientCert !== undefined) options.sslClientCert = resolve(folder, options.sslClientCert)
  if (options.ca !== undefined) options.ca = resolve(folder, options.ca)
  return options
}

export interface Address {
  readonly protocol: 'mqtt' | 'mqtts' | 'ws' | 'wss'
  readonly host: string
  readonly port: number
  /** Of a WebSocket. */
  readonly path: string
}

const defaultPorts = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 } as const

/** Reads `uri`; throws CONFIG_MALFORMED. */
export function parseAddress(uri: string): Address {
  const hasScheme = typeof uri === 'string' && uri.includes('://')
  const url = typeof uri === 'string' ? URL.parse(hasScheme ? uri : `mqtts://${uri}`) : null
  const protocol = url?.protocol.slice(0, -1) ?? ''
  if (url === null || url.hostname === '' || !isProtocol(protocol)) {
    throw new PartnerError(
      'CONFIG_MALFORMED',
      `uri ${JSON.stringify(uri)} is not host:port or mqtt://, mqtts://, ws://, wss://host:port`,
    )
  }
  return {
    protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (hasScheme ? defaultPorts[protocol] : 8886) : Number(url.port),
    path: url.pathname === '' || url.pathname === '/' ? '/mqtt' : url.pathname + url.search,
  }
}

function isProtocol(text: string): text is Address['protocol'] {
  return Object.hasOwn(defaultPorts, text)
}

/** Throws CONFIG_MALFORMED for what would only fail later, far from its cause. */
export function checkOptions(options: PartnerOptions): void {
  parseAddress(options.uri)
  if (typeof options.username !== 'string' || !/^[A-Za-z0-9_.-]{1,64}$/.test(options.username)) {
    throw new PartnerError(
      'CONFIG_MALFORMED',
      'username must be the login (UID): 1 to 64 letters, digits, "_", "-" or "."',
    )
  }
  if (typeof options.password !== 'string') throw new PartnerError('CONFIG_MALFORMED', 'password is missing')
}
