import type { Broker } from '@pillion/broker'
import { type Fleet, FleetError, parseUplinkTopic, uplinkFilter } from '@pillion/fleet'
import { parsePortalTopic, parseUid, type Uid, type UplinkLine } from '@pillion/schema'
import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'
import { LineStream } from './line-stream.ts'

export interface PartnerMessagesParts {
  readonly fleet: Fleet
  readonly broker: Broker
  readonly root: string
  readonly environment: string
  readonly isOpen: boolean
  readonly limits: Limits
  readonly log: Logger
}

/** Writes what vehicles send to a partner as lines of JSON. */
export async function streamPartnerMessages(
  parts: PartnerMessagesParts,
  uidText: string,
  reply: FastifyReply,
): Promise<LineStream> {
  const { fleet, broker, limits, log } = parts
  const uid = parseUid(uidText)
  const partner = uid && (await fleet.findPartner(uid))
  if (partner === undefined)
    throw new FleetError('PARTNER_NOT_FOUND', `UID ${uidText}; add the partner first.`)

  const stream = new LineStream(reply, limits.streamBytesMax)
  const unsubscribe = broker.subscribe(findFilter(parts, partner.uid), (topic, payload) => {
    if (!stream.write(formatLine(parts, topic, payload))) broker.countDrop('stream_full', 1)
  })
  stream.onClose(({ dropped }) => {
    unsubscribe()
    if (dropped > 0) log.warn({ uid: partner.uid, dropped }, 'a reader of partner messages did not keep up')
  })
  return stream
}

/** In the open mode topics are as clients write them, and a vehicle of ours writes `from` (W 6.4). */
function findFilter({ isOpen, root, environment }: PartnerMessagesParts, uid: Uid): string {
  return isOpen ? `${root}/from/uid/${uid}/opa/#` : uplinkFilter(environment, uid)
}

function formatLine({ isOpen, root }: PartnerMessagesParts, topic: string, payload: Uint8Array): string {
  const parsed = isOpen ? parsePortalTopic(topic, root) : parseUplinkTopic(topic)
  const { vin = '', subtopic = '' } = typeof parsed === 'object' ? parsed : {}
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
