import type { MqttClient } from 'mqtt'
import type { MqttEndpoint } from '../push-installation.ts'
import { addressOf, type Transport } from './address.ts'

export interface LinkOptions {
  readonly transport: Transport
  /** PEM of the authority that vouches for the server; Node only. */
  readonly ca: string | undefined
}

export interface LinkEvents {
  /** Signed in and subscribed. */
  opened(): void
  message(payload: string): void
}

export interface LinkEnd {
  readonly kind: 'lost' | 'refused' | 'taken_over'
  /** One sentence for a person. */
  readonly text: string
}

/** One MQTT connection to an endpoint, from the attempt to its end; the only file that knows MQTT.js. */
export class Link {
  /** Never rejects. */
  readonly ended: Promise<LinkEnd>
  readonly #client: MqttClient
  readonly #closed: Promise<void>
  #isOpen = false

  constructor(client: MqttClient, endpoint: MqttEndpoint, events: LinkEvents) {
    this.#client = client
    this.#closed = new Promise((resolve) => {
      client.on('close', () => resolve())
    })
    this.ended = new Promise((resolve) => {
      client.on('disconnect', ({ reasonCode = 0, properties }) =>
        resolve(dismissedWith(reasonCode, properties?.reasonString)),
      )
      client.on('error', (error) => {
        const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined
        const kind = code !== undefined && lastingRefusals.has(code) ? 'refused' : 'lost'
        resolve({ kind, text: error.message || 'The server cannot be reached.' })
      })
      client.on('connect', () => {
        client.subscribe(endpoint.mqttTopic, { qos: 0 }, (error, _requests, suback) => {
          const granted = Number(suback?.granted[0] ?? 0x80)
          if (error || granted >= 0x80) {
            resolve({ kind: 'refused', text: error?.message ?? 'The server refused the subscription.' })
            return
          }
          this.#isOpen = true
          events.opened()
        })
      })
      client.on('close', () => resolve({ kind: 'lost', text: 'The connection to the server was lost.' }))
    })
    // Other topics are none of ours (P 13.2).
    client.on('message', (topic, payload) => {
      if (topic === endpoint.mqttTopic) events.message(new TextDecoder().decode(payload))
    })
  }

  /** Says good-bye, and resolves when the socket is gone. */
  async close(): Promise<void> {
    // Forced before it is open: MQTT.js would wait for an answer that may not come.
    this.#client.end(!this.#isOpen || !this.#client.connected)
    let timer: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, goodByeMilliseconds)
    })
    await Promise.race([this.#closed, patience])
    clearTimeout(timer)
    this.#client.stream.destroy()
  }
}

/** One attempt: when to try again is decided above. */
export async function openLink(
  endpoint: MqttEndpoint,
  options: LinkOptions,
  events: LinkEvents,
): Promise<Link> {
  // Loaded only now: most apps never call connect().
  const { default: mqtt } = await import('mqtt')
  const client = mqtt.connect(addressOf(endpoint, options.transport), {
    protocolVersion: 5,
    clientId: endpoint.mqttTopic,
    username: endpoint.username,
    password: endpoint.password,
    clean: true,
    keepalive: keepAliveSeconds,
    connectTimeout: connectMillisecondsMax,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  })
  return new Link(client, endpoint, events)
}

/** Below the minute after which many a proxy ends a connection that is silent. */
const keepAliveSeconds = 50
const connectMillisecondsMax = 10_000
const goodByeMilliseconds = 1_000

const SESSION_TAKEN_OVER = 0x8e
/** Client id, password, not authorised, banned: renewing the endpoint may help, asking again with the same does not. */
const lastingRefusals = new Set([0x85, 0x86, 0x87, 0x8a, 2, 4, 5])

function dismissedWith(reasonCode: number, reason: string | undefined): LinkEnd {
  const code = `0x${reasonCode.toString(16)}`
  const text = `The server ended the connection (${code})${reason === undefined ? '.' : `: ${reason}`}`
  if (reasonCode === SESSION_TAKEN_OVER) return { kind: 'taken_over', text }
  return { kind: lastingRefusals.has(reasonCode) ? 'refused' : 'lost', text }
}
