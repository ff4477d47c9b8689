import type { Sleep } from '../app.ts'
import type { MqttEndpoint } from '../push-installation.ts'
import { RequestFailure } from '../request-failure.ts'
import { PushConnectionError } from './connection-error.ts'
import { type LinkEnd, type LinkOptions, openLink } from './link.ts'
import { Pace } from './pace.ts'

export interface ConnectionParts {
  readonly fetchEndpoint: () => Promise<MqttEndpoint>
  readonly link: LinkOptions
  readonly sleep: Sleep
  readonly report: (change: ConnectionChange) => void
  readonly message: (payload: string) => void
}

export interface ConnectionChange {
  readonly state: 'connecting' | 'connected' | 'waiting' | 'closed'
  /** Why there is no connection. */
  readonly error?: PushConnectionError
  /** With `waiting`: when the next attempt begins. */
  readonly retryInSeconds?: number
}

type Outcome = LinkEnd | { readonly kind: 'renewed'; readonly endpoint: MqttEndpoint }

/**
 * Connects, waits, connects again, until the signal says stop.
 * @throws PushConnectionError when there is no point in going on
 */
export async function keepConnected(parts: ConnectionParts, signal: AbortSignal): Promise<void> {
  const pace = new Pace()
  let endpoint: LivingEndpoint | undefined
  while (!signal.aborted) {
    parts.report({ state: 'connecting' })
    let openedAt: number | undefined
    let outcome: Outcome
    try {
      if (endpoint === undefined || endpoint.isExpired()) {
        endpoint = new LivingEndpoint(await parts.fetchEndpoint())
        if (signal.aborted) return
      }
      outcome = await useLink(parts, endpoint, signal, () => {
        openedAt = Date.now()
      })
    } catch (error) {
      outcome = endOfRequest(error)
    }
    if (signal.aborted) return
    if (outcome.kind === 'renewed') {
      endpoint = new LivingEndpoint(outcome.endpoint)
      continue
    }
    if (outcome.kind === 'refused') endpoint = undefined
    const { seconds, error } = pace.next(outcome, openedAt === undefined ? 0 : (Date.now() - openedAt) / 1000)
    parts.report({ state: 'waiting', error, retryInSeconds: seconds })
    await pause(parts.sleep, seconds, signal, outcome.kind === 'lost')
  }
}

const ENDLESS_SECONDS = 2_147_483_647
const timerMillisecondsMax = 2 ** 31 - 1

/** An endpoint, and when its credentials stop being good (P 6.3). */
class LivingEndpoint {
  readonly endpoint: MqttEndpoint
  readonly #endsAt: number

  constructor(endpoint: MqttEndpoint) {
    this.endpoint = endpoint
    const ttl = endpoint['X-MQTT-TTL']
    this.#endsAt = ttl >= ENDLESS_SECONDS ? Number.POSITIVE_INFINITY : Date.now() + Math.max(1, ttl) * 1000
  }

  isExpired(): boolean {
    return this.#endsAt <= Date.now()
  }

  async untilExpired(sleep: Sleep, signal: AbortSignal): Promise<void> {
    while (!this.isExpired() && !signal.aborted)
      await sleep(Math.min(this.#endsAt - Date.now(), timerMillisecondsMax), signal)
  }
}

/** One connection from beginning to end, or until its endpoint is replaced by another. */
async function useLink(
  parts: ConnectionParts,
  endpoint: LivingEndpoint,
  signal: AbortSignal,
  opened: () => void,
): Promise<Outcome> {
  const over = new AbortController()
  const link = await openLink(endpoint.endpoint, parts.link, {
    opened: () => {
      opened()
      parts.report({ state: 'connected' })
    },
    message: parts.message,
  })
  const stopped = new Promise<LinkEnd>((resolve) => {
    const stop = () => resolve({ kind: 'lost', text: 'The connection was closed.' })
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    over.signal.addEventListener('abort', () => signal.removeEventListener('abort', stop))
  })
  try {
    return await Promise.race([link.ended, stopped, renewal(parts, endpoint, over.signal)])
  } finally {
    over.abort()
    await link.close()
  }
}

/**
 * The connection may stay when its endpoint expires, but from the next request for an endpoint on, whoever makes it, messages
 * go to a new one. So it is asked for right then.
 */
async function renewal(
  parts: ConnectionParts,
  endpoint: LivingEndpoint,
  signal: AbortSignal,
): Promise<Outcome> {
  const pace = new Pace()
  let living = endpoint
  for (;;) {
    await living.untilExpired(parts.sleep, signal)
    // Nobody waits for this any more.
    if (signal.aborted) return { kind: 'lost', text: '' }
    try {
      const fresh = await parts.fetchEndpoint()
      if (fresh.mqttTopic !== endpoint.endpoint.mqttTopic) return { kind: 'renewed', endpoint: fresh }
      living = new LivingEndpoint(fresh)
    } catch (error) {
      await parts.sleep(pace.next(endOfRequest(error), 0).seconds * 1000, signal)
    }
  }
}

/** @throws PushConnectionError if asking again is of no use */
function endOfRequest(error: unknown): LinkEnd {
  const { cause, message } = error as { cause?: unknown; message: string }
  if (!(cause instanceof RequestFailure)) throw error
  const { status, code } = cause
  if (code === 'INSTALLATION_NOT_FOUND' || code === 'MQTT_ENDPOINT_NOT_FOUND')
    throw new PushConnectionError('UNINSTALLED', 'The installation is gone; connect again to install.', {
      cause,
    })
  if (status >= 400 && status < 500 && status !== 429)
    throw new PushConnectionError('REQUEST_REFUSED', message, { cause })
  return { kind: 'lost', text: message }
}

/** @param endsOnline whether the browser's finding the network again ends it */
async function pause(sleep: Sleep, seconds: number, signal: AbortSignal, endsOnline: boolean): Promise<void> {
  const wake = new AbortController()
  const end = () => wake.abort()
  signal.addEventListener('abort', end)
  if (endsOnline) globalThis.addEventListener?.('online', end)
  if (signal.aborted) end()
  await sleep(seconds * 1000, wake.signal)
  signal.removeEventListener('abort', end)
  globalThis.removeEventListener?.('online', end)
}
