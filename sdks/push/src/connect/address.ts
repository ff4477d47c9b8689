import type { MqttEndpoint } from '../push-installation.ts'

export type Transport = 'tcp' | 'tls' | 'ws' | 'wss'

const protocols = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' } as const
const ports = { tcp: 'portTCP', tls: 'portSSL', ws: 'portWS', wss: 'portWSS' } as const

/** Browsers know WebSocket only, and a page that came over https only the secure one. */
export function defaultTransport(): Transport {
  const { location } = globalThis
  if (location === undefined) return 'tcp'
  return location.protocol === 'https:' ? 'wss' : 'ws'
}

/** For MQTT.js. */
export function addressOf(endpoint: MqttEndpoint, transport: Transport): string {
  const { host } = endpoint
  const name = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const path = transport === 'ws' || transport === 'wss' ? '/mqtt' : ''
  return `${protocols[transport]}://${name}:${endpoint[ports[transport]]}${path}`
}
