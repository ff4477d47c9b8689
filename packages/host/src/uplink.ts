import { formatPortalTopic, parseSubtopic } from '@pillion/schema'
import type { DropReason } from './drop-reasons.ts'
import { type HostState, isAllowedOnline } from './host-state.ts'
import type { HostedApp } from './hosted-app.ts'
import { JsonTooLongError } from './json-within.ts'
import type { Transport } from './ports/transport.ts'

/** What apps send to their partners (W 6.4). Nothing is queued, nothing is retried. */
export class Uplink {
  #host: HostState
  #transport: Transport

  constructor(host: HostState, transport: Transport) {
    this.#host = host
    this.#transport = transport
  }

  /**
   * `subtopic` is what the app gave, undefined or null for none; `encode` gives the payload's JSON text and may throw.
   * `settled` is called once: true when the broker acknowledged in time, false with every other end,
   * which is logged here; a refused request settles before `send` returns.
   */
  send(app: HostedApp, subtopic: unknown, encode: Encode, settled: (delivered: boolean) => void): void {
    const request = this.#prepare(app, subtopic, encode)
    if (typeof request === 'string') {
      this.#host.journal.drop(request, app.idApp, { subtopic })
      settled(false)
      return
    }
    this.#host.journal.write({
      direction: 'out',
      kind: 'uplink',
      idApp: app.idApp,
      text: `Sent to ${request.topicName}`,
      detail: request.text,
    })
    this.#publish(app, request, settled)
  }

  #prepare(app: HostedApp, subtopicGiven: unknown, encode: Encode): Request | DropReason {
    const { vehicle, connected, limits, root, vin } = this.#host
    const subtopicText = subtopicGiven ?? ''
    const subtopic = typeof subtopicText === 'string' ? parseSubtopic(subtopicText) : undefined
    if (subtopic === undefined) return 'subtopic_malformed'
    const encoded = tryEncode(encode, limits.portalPayloadBytesMax)
    if (typeof encoded === 'string') return encoded
    const { text } = encoded
    const payload = new TextEncoder().encode(text)
    if (payload.length > limits.portalPayloadBytesMax) return 'payload_too_large'
    if (!isAllowedOnline(vehicle)) return vehicle.network ? 'private_mode' : 'no_connection'
    if (!connected) return 'no_connection'
    return {
      topicName: formatPortalTopic({ word: 'from', uid: app.uid, vin, subtopic }, root),
      text,
      payload,
    }
  }

  #publish(app: HostedApp, request: Request, settled: (delivered: boolean) => void): void {
    const { clock, limits, journal } = this.#host
    let open = true
    const settle = (fault: DropReason | undefined, cause?: unknown) => {
      if (!open) return
      open = false
      cancelTimer()
      if (fault) journal.drop(fault, app.idApp, { topicName: request.topicName, cause })
      else journal.note('uplink_acknowledged', app.idApp, `The broker has ${request.topicName}`)
      settled(fault === undefined)
    }
    const cancelTimer = clock.after(limits.acknowledgementSeconds * 1000, () =>
      settle('acknowledgement_timeout'),
    )
    this.#transport.publish(request.topicName, request.payload).then(
      () => settle(undefined),
      (error: unknown) => settle('not_acknowledged', error instanceof Error ? error.message : error),
    )
  }
}

interface Request {
  readonly topicName: string
  readonly text: string
  readonly payload: Uint8Array
}

/** `stringifyWithin` of that many characters: a text has no more of them than bytes. */
type Encode = (charactersMax: number) => string

/** Cyclic values and BigInt have no JSON form; neither has what nests too deep. */
function tryEncode(encode: Encode, charactersMax: number): { readonly text: string } | DropReason {
  try {
    return { text: encode(charactersMax) }
  } catch (error) {
    return error instanceof JsonTooLongError ? 'payload_too_large' : 'value_not_serialisable'
  }
}
