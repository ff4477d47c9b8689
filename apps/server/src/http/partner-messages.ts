import type { Broker } from '@pillion/broker'
import { type Fleet, FleetError, parseUplinkTopic, uplinkFilter } from '@pillion/fleet'
import { parseUid, type UplinkLine } from '@pillion/schema'
import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'
import { LineStream } from './line-stream.ts'

/** Writes what vehicles send to a partner as lines of JSON. */
export async function streamPartnerMessages(
  parts: { fleet: Fleet; broker: Broker; environment: string; limits: Limits; log: Logger },
  uidText: string,
  reply: FastifyReply,
): Promise<LineStream> {
  const { fleet, broker, environment, limits, log } = parts
  const uid = parseUid(uidText)
  const partner = uid && (await fleet.findPartner(uid))
  if (partner === undefined)
    throw new FleetError('PARTNER_NOT_FOUND', `UID ${uidText}; add the partner first.`)

  const stream = new LineStream(reply, limits.streamBytesMax)
  const unsubscribe = broker.subscribe(uplinkFilter(environment, partner.uid), (topic, payload) => {
    if (!stream.write(formatLine(topic, payload))) broker.countDrop('stream_full', 1)
  })
  stream.onClose(({ dropped }) => {
    unsubscribe()
    if (dropped > 0) log.warn({ uid: partner.uid, dropped }, 'a reader of partner messages did not keep up')
  })
  return stream
}

function formatLine(topic: string, payload: Uint8Array): string {
  const { vin = '', subtopic = '' } = parseUplinkTopic(topic) ?? {}
  const line: UplinkLine = { at: new Date().toISOString(), vin, subtopic, payload: parsePayload(payload) }
  return JSON.stringify(line)
}

function parsePayload(payload: Uint8Array): unknown {
  const text = Buffer.from(payload).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
