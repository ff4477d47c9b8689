import type { Broker } from '@pillion/broker'
import type { Push, PushApp } from '@pillion/push'
import type { DeliveryLine } from '@pillion/schema'
import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'
import { LineStream } from './line-stream.ts'

/** Writes what goes to the installations of one app as lines of JSON. */
export function streamDeliveries(
  parts: { push: Push; broker: Broker; limits: Limits; log: Logger },
  { appID }: PushApp,
  reply: FastifyReply,
): LineStream {
  const { push, broker, limits, log } = parts
  const stream = new LineStream(reply, limits.streamBytesMax)
  const end = push.sender.onDelivery((delivery) => {
    if (delivery.appID !== appID) return
    const { subject, installationID, connections, payload } = delivery
    const at = new Date(delivery.at).toISOString()
    const isConnected = connections > 0
    const line: Omit<DeliveryLine, 'payload'> = { at, receiver: subject, installationID, isConnected }
    // The payload is JSON already, and the same for very many receivers.
    const json = `${JSON.stringify(line).slice(0, -1)},"payload":${Buffer.from(payload).toString('utf8')}}`
    if (!stream.write(json)) broker.countDrop('stream_full', 1)
  })
  stream.onClose(({ dropped }) => {
    end()
    if (dropped > 0) log.warn({ appID, dropped }, 'a reader of push deliveries did not keep up')
  })
  return stream
}
