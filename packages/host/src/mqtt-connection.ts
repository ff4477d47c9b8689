// The default, since that is all its browser build exports.
import mqtt, { type MqttClient } from 'mqtt'
import type { Clock } from './ports/clock.ts'

/** One connection to the broker, from the attempt to its end; it never comes back. MQTT 5, by MQTT.js. */
export interface MqttConnection {
  /** QoS 1; rejects at the latest when the connection ends. */
  publish(topicName: string, payload: Uint8Array): Promise<void>
  /** Ends it from this side; no event follows. */
  close(): void
}

export interface MqttConnectionOptions {
  readonly url: string
  readonly clientId: string
  readonly username: string
  readonly password: string
  readonly keepAliveSeconds: number
  /** PEM of the authority that vouches for the broker; Node only. */
  readonly caPem: string | undefined
  /** The first one must be granted; without the others life goes on. */
  readonly topicFilters: readonly string[]
}

export interface MqttConnectionEvents {
  /** Signed in and subscribed. */
  opened(): void
  message(topicName: string, payload: Uint8Array): void
  /** Last event, once: it could not be opened, or was lost. */
  ended(end: ConnectionEnd): void
  /** One of the others threw. MQTT.js has not noticed: an exception in its listeners would end its reading. */
  failed(error: unknown): void
}

export interface ConnectionEnd {
  /** `refused`: by who we are, so asking again soon is of no use. `taken_over`: another head unit has this VIN now. */
  readonly kind: 'lost' | 'refused' | 'taken_over'
  /** One sentence for a person. */
  readonly text: string
  /** The broker's, if it gave one. */
  readonly reasonCode?: number
}

export function openMqttConnection(
  options: MqttConnectionOptions,
  clock: Clock,
  events: MqttConnectionEvents,
): MqttConnection {
  const client = createClient(options)
  let unacknowledged = 0
  let over = false

  const tell = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      // Not from here: should that throw as well, it must not reach MQTT.js either.
      queueMicrotask(() => events.failed(error))
    }
  }
  // A forced end rejects what is unacknowledged; any other would wait for it.
  const leave = (force: boolean): void => {
    over = true
    cancelDeadline()
    client.end(force || unacknowledged > 0 || !client.connected)
  }
  const end = (connectionEnd: ConnectionEnd): void => {
    if (over) return
    leave(true)
    tell(() => events.ended(connectionEnd))
  }
  const cancelDeadline = clock.after(openMillisecondsMax, () =>
    end({ kind: 'lost', text: 'The broker did not answer in time.' }),
  )
  const opened = (): void => {
    if (over) return
    cancelDeadline()
    tell(() => events.opened())
  }
  client.on('message', (topicName, payload) => {
    if (!over) tell(() => events.message(topicName, payload))
  })
  subscribeOnConnect(client, options.topicFilters, opened, end)
  watchEnd(client, end)

  return {
    close: () => {
      if (!over) leave(false)
    },
    publish: (topicName, payload) =>
      new Promise((resolve, reject) => {
        if (over) return reject(new Error('The connection is closed.'))
        unacknowledged += 1
        // MQTT.js is typed for Buffer alone, but writes any Uint8Array; browsers have no Buffer.
        client.publish(topicName, payload as Buffer, { qos: 1 }, (error) => {
          unacknowledged -= 1
          if (error) reject(error)
          else resolve()
        })
      }),
  }
}

/** One attempt for each client: reconnecting is ours, since MQTT.js would repeat unacknowledged messages and never pause longer. */
function createClient(options: MqttConnectionOptions): MqttClient {
  const { url, clientId, username, password, keepAliveSeconds, caPem } = options
  return mqtt.connect(url, {
    protocolVersion: 5,
    clientId,
    username,
    password,
    clean: true,
    keepalive: keepAliveSeconds,
    connectTimeout: openMillisecondsMax,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(caPem === undefined ? {} : { ca: caPem }),
  })
}

function subscribeOnConnect(
  client: MqttClient,
  topicFilters: readonly string[],
  opened: () => void,
  end: (connectionEnd: ConnectionEnd) => void,
): void {
  client.on('connect', () => {
    client.subscribe([...topicFilters], { qos: 0 }, (error, _requests, suback) => {
      if (!suback) end({ kind: 'lost', text: error?.message ?? 'The subscription failed.' })
    })
  })
  // MQTT.js calls back a turn later than it passes on what came in one piece with the SUBACK, which may be the whole mailbox.
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'suback') return
    const code = Number(packet.granted[0])
    if (code < 0x80) opened()
    else end(refusedBy(code, 'The broker refused the subscription', packet.properties?.reasonString))
  })
}

function watchEnd(client: MqttClient, end: (connectionEnd: ConnectionEnd) => void): void {
  let reasonString: string | undefined
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack' || packet.cmd === 'disconnect')
      reasonString = packet.properties?.reasonString
  })
  client.on('disconnect', ({ reasonCode = 0 }) => end(dismissedWith(reasonCode, reasonString)))
  client.on('error', (error) => {
    const code = 'code' in error && typeof error.code === 'number' ? error.code : undefined
    if (code === undefined) end({ kind: 'lost', text: error.message || 'The broker cannot be reached.' })
    else end(refusedBy(code, error.message, reasonString))
  })
  client.on('close', () => end({ kind: 'lost', text: 'The connection to the broker was lost.' }))
}

function refusedBy(reasonCode: number, text: string, reasonString: string | undefined): ConnectionEnd {
  const kind = lastingRefusals.has(reasonCode) ? 'refused' : 'lost'
  return { kind, text: explain(text, reasonCode, reasonString), reasonCode }
}

function dismissedWith(reasonCode: number, reasonString: string | undefined): ConnectionEnd {
  if (reasonCode === SESSION_TAKEN_OVER) {
    return { kind: 'taken_over', text: 'Another head unit has connected with this VIN.', reasonCode }
  }
  return {
    kind: 'lost',
    text: explain('The broker ended the connection', reasonCode, reasonString),
    reasonCode,
  }
}

function explain(text: string, reasonCode: number, reasonString: string | undefined): string {
  const code = `0x${reasonCode.toString(16).padStart(2, '0')}`
  return reasonString ? `${text} (${code}): ${reasonString}` : `${text} (${code}).`
}

const openMillisecondsMax = 10_000
const SESSION_TAKEN_OVER = 0x8e
/** Protocol version, client id, password, not authorised, banned, authentication method: asking again changes none of them. */
const lastingRefusals = new Set([0x84, 0x85, 0x86, 0x87, 0x8a, 0x8c])
