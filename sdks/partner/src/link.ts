import { setTimeout as sleep } from 'node:timers/promises'
import mqtt, { type IClientOptions, type MqttClient, type Packet } from 'mqtt'
import { limits } from './limits.ts'
import { PartnerError } from './partner-error.ts'

/** MQTT.js says good-bye only after the last acknowledgement, which may never come. */
const goodByeSeconds = 1

export interface OutgoingMessage {
  readonly topic: string
  readonly payload: string | Uint8Array
  readonly qos: 0 | 1 | 2
}

/**
 * One connection from its start to its end. Reconnecting, renewing subscriptions and repeating sends are done above, with a new
 * link each time, so nothing of a lost connection is left over in the next.
 */
export interface Link {
  /** How many messages may be unacknowledged at once. */
  readonly inFlightMax: number
  /** Resolves when the connection has ended, with what was said about it. */
  readonly closed: Promise<Error>
  /** Calls back once: QoS 0 when written, else when acknowledged. After the end of the connection it may never call. */
  publish(message: OutgoingMessage, done: (error: PartnerError | undefined) => void): void
  /** As `publish`; a connection that ends meanwhile is NOT_CONNECTED. */
  subscribe(filter: string, done: (error: PartnerError | undefined) => void): void
  /** Says good-bye and resolves when the connection is gone. */
  close(): Promise<void>
}

/** The only code that knows MQTT.js, with `openLink`. MQTT.js leaves the server's receive maximum to its user. */
class MqttLink implements Link {
  readonly #client: MqttClient
  readonly inFlightMax: number
  readonly closed: Promise<Error>

  constructor(client: MqttClient, receiveMaximum: number | undefined, closed: Promise<Error>) {
    this.#client = client
    this.inFlightMax = Math.min(limits.inFlightMax, receiveMaximum ?? limits.inFlightMax)
    this.closed = closed
  }

  publish({ topic, payload, qos }: OutgoingMessage, done: (error: PartnerError | undefined) => void): void {
    const body = typeof payload === 'string' ? payload : Buffer.from(payload)
    this.#client.publish(topic, body, { qos }, (error, answer) => {
      done(error ? refusal('PUBLISH_REFUSED', topic, error, answer) : undefined)
    })
  }

  subscribe(filter: string, done: (error: PartnerError | undefined) => void): void {
    this.#client.subscribe(filter, { qos: 0 }, (error, _granted, answer) => {
      done(error ? refusal('SUBSCRIBE_REFUSED', filter, error, answer) : undefined)
    })
  }

  async close(): Promise<void> {
    this.#client.end()
    await Promise.race([this.closed, sleep(goodByeSeconds * 1000, undefined, { ref: false })])
    this.#client.stream.destroy()
    await this.closed
  }
}

/** Opens a connection; rejects with the plain error of the first thing that went wrong. */
export function openLink(
  options: IClientOptions,
  receive: (topic: string, payload: string) => void,
  signal: AbortSignal,
): Promise<Link> {
  const { promise, resolve, reject } = Promise.withResolvers<Link>()
  const client = mqtt.connect({
    ...options,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
  })
  const abort = () => client.end(true)
  signal.addEventListener('abort', abort, { once: true })
  let firstError: Error | undefined
  client.on('error', (error) => {
    firstError ??= error
  })
  // MQTT 5: the server says why it hangs up.
  client.on('disconnect', ({ reasonCode, properties }) => {
    firstError ??= new Error(
      `the server ended the connection: ${reasonText(reasonCode)} ${properties?.reasonString ?? ''}`.trimEnd(),
    )
  })
  const closed = new Promise<Error>((resolveClosed) => {
    client.once('close', () => {
      signal.removeEventListener('abort', abort)
      client.end(true)
      const reason = firstError ?? new Error('the other side closed the connection')
      reject(reason)
      resolveClosed(reason)
    })
  })
  client.on('message', (topic, payload) => receive(topic, payload.toString('utf8')))
  client.once('connect', (connack) =>
    resolve(new MqttLink(client, connack.properties?.receiveMaximum, closed)),
  )
  return promise
}

/** Words for a return or reason code, such as `135 Not authorized`. */
export function reasonText(code: number | undefined): string {
  if (code === undefined) return 'no reason given'
  const words: string | undefined = mqtt.ReasonCodes[code as keyof typeof mqtt.ReasonCodes]
  return words ? `${code} ${words}` : `reason ${code}`
}

/** The code a server answered with, if the error of MQTT.js is such an answer. */
export function reasonCodeOf(error: Error): number | undefined {
  const { code } = error as { code?: unknown }
  if (typeof code === 'number') return code
  const { packet } = error as { packet?: { granted?: number[] } }
  return packet?.granted?.find((granted) => granted >= 0x80)
}

/** With MQTT 5 the server may say in its answer why: its own sentence tells more than the words for a code. */
function refusal(
  code: 'PUBLISH_REFUSED' | 'SUBSCRIBE_REFUSED',
  topic: string,
  error: Error,
  answer: Packet | undefined,
): PartnerError {
  const reasonCode = reasonCodeOf(error)
  if (reasonCode === undefined) return new PartnerError('NOT_CONNECTED', error.message, { cause: error })
  const said = reasonStringOf(answer) ?? reasonStringOf((error as { packet?: Packet }).packet)
  const detail = said === undefined ? error.message : `${said} (${reasonText(reasonCode)})`
  return new PartnerError(code, `${topic}: ${detail}`, { reasonCode, cause: error })
}

function reasonStringOf(packet: Packet | undefined): string | undefined {
  const { properties } = (packet ?? {}) as { properties?: { reasonString?: string } }
  return properties?.reasonString
}
