import type { Status } from '@pillion/schema'
import { usageError } from '../cli-error.ts'
import { reachableAddress } from '../partner-files.ts'

export interface MqttAddress {
  readonly host: string
  readonly port: number
  /** TLS. */
  readonly isSecure: boolean
}

/** Where the load goes: `named`, else the server's own listener, the one without TLS if there is one. */
export function findMqttAddress(
  named: string | undefined,
  { listeners }: Status,
  serverUrl: string,
): MqttAddress {
  if (named !== undefined) return parseAddress(named)
  for (const name of ['mqtt', 'mqtts']) {
    const address = listeners.find((listener) => listener.name === name)?.address
    if (address !== undefined) return parseAddress(`${name}://${reachableAddress(address, serverUrl)}`)
  }
  throw usageError('The server listens to neither mqtt nor mqtts; say where it is reached: --mqtt HOST:PORT.')
}

function parseAddress(text: string): MqttAddress {
  const url = URL.parse(text.includes('://') ? text : `mqtt://${text}`)
  const isSecure = url?.protocol === 'mqtts:'
  if (url === null || url.hostname === '' || url.port === '' || (url.protocol !== 'mqtt:' && !isSecure))
    throw usageError(`'${text}' is no address; it looks like 127.0.0.1:1883 or mqtts://127.0.0.1:8883.`)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port), isSecure }
}

/** As `--mqtt` takes it. */
export function formatAddress({ host, port, isSecure }: MqttAddress): string {
  return `${isSecure ? 'mqtts' : 'mqtt'}://${host.includes(':') ? `[${host}]` : host}:${port}`
}
