import type { ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import type { Broker } from '@pillion/broker'
import { type Fleet, FleetError, parseUplinkTopic, uplinkFilter } from '@pillion/fleet'
import { parseUid, type UplinkLine } from '@pillion/schema'
import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'

/**
 * Writes what vehicles send to a partner as lines of JSON, until the reader hangs up or the server stops. A reader that
 * does not keep up misses the newest lines; it never makes the server hold more than `streamBytesMax`.
 */
export async function streamPartnerMessages(
  parts: { fleet: Fleet; broker: Broker; environment: string; limits: Limits; log: Logger },
  uidText: string,
  reply: FastifyReply,
): Promise<ServerResponse> {
  const { fleet, broker, environment, limits, log } = parts
  const uid = parseUid(uidText)
  const partner = uid && (await fleet.findPartner(uid))
  if (partner === undefined)
    throw new FleetError('PARTNER_NOT_FOUND', `UID ${uidText}; add the partner first.`)

  const response = openStream(reply)
  let dropped = 0
  const unsubscribe = broker.subscribe(uplinkFilter(environment, partner.uid), (topic, payload) => {
    const line = formatLine(topic, payload)
    if (response.writableLength + line.length <= limits.streamBytesMax) {
      response.write(line)
      return
    }
    dropped++
    broker.countDrop('stream_full', 1)
  })
  response.on('close', () => {
    unsubscribe()
    if (dropped > 0) log.warn({ uid: partner.uid, dropped }, 'a reader of partner messages did not keep up')
  })
  return response
}

/** Sends the head at once, so that the reader knows that nothing is missed from here on. */
function openStream(reply: FastifyReply): ServerResponse {
  reply.hijack()
  // Nothing may come for hours.
  reply.raw.setTimeout(0)
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'application/x-ndjson',
  })
  reply.raw.flushHeaders()
  return reply.raw
}

/** Resolves when the reader has what was written, or has had a second to take it. */
export async function endStream(stream: ServerResponse): Promise<void> {
  const finished = new Promise((resolve) => stream.on('finish', resolve).on('close', resolve))
  stream.end()
  await Promise.race([finished, setTimeout(1_000, undefined, { ref: false })])
}

function formatLine(topic: string, payload: Uint8Array): string {
  const { vin = '', subtopic = '' } = parseUplinkTopic(topic) ?? {}
  const line: UplinkLine = { at: new Date().toISOString(), vin, subtopic, payload: parsePayload(payload) }
  return `${JSON.stringify(line)}\n`
}

function parsePayload(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
