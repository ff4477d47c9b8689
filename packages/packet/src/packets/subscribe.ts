import { malformed, protocolError } from '../faults.ts'
import type { ProtocolVersion, QoS, Subscribe, SubscriptionRequest } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.8 */
export function readSubscribe(reader: Reader, version: ProtocolVersion): Subscribe {
  const subscriptions: SubscriptionRequest[] = []
  const subscribe: Unfinished<Subscribe> = { type: 'subscribe', packetId: reader.packetId(), subscriptions }
  if (version === 5) {
    const properties = readProperties(reader, 'subscribe')
    if (properties !== undefined) subscribe.properties = properties
  }
  while (reader.remaining > 0) subscriptions.push(readSubscription(reader, version))
  checkNotEmpty(subscribe)
  return subscribe
}

export function writeSubscribe(writer: Writer, subscribe: Subscribe, version: ProtocolVersion): void {
  checkNotEmpty(subscribe)
  writer.packetId(subscribe.packetId)
  if (version === 5) writeProperties(writer, subscribe.properties, 'subscribe')
  for (const { topicFilter, qos, noLocal, retainAsPublished, retainHandling } of subscribe.subscriptions) {
    checkOptions(qos, version === 5 ? retainHandling : 0)
    writer.text(topicFilter)
    const options = (noLocal ? 0x04 : 0) | (retainAsPublished ? 0x08 : 0) | (retainHandling << 4)
    writer.byte(version === 5 ? options | qos : qos)
  }
}

/** Subscription options: QoS, No Local, Retain As Published, Retain Handling from bit 0 up (3.8.3.1). */
function readSubscription(reader: Reader, version: ProtocolVersion): SubscriptionRequest {
  const topicFilter = reader.text()
  const options = reader.byte()
  if (options > (version === 5 ? 0x3f : 0x03)) {
    throw malformed('Reserved subscription options are set [MQTT-3.8.3-5]')
  }
  const qos = options & 0x03
  const retainHandling = (options >> 4) & 0x03
  checkOptions(qos, retainHandling)
  return {
    topicFilter,
    qos: qos as QoS,
    noLocal: (options & 0x04) !== 0,
    retainAsPublished: (options & 0x08) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2,
  }
}

function checkOptions(qos: number, retainHandling: number): void {
  if (qos > 2) throw protocolError('Requested QoS is 3 (3.8.3.1)')
  if (retainHandling > 2) throw protocolError('Retain handling is 3 (3.8.3.1)')
}

function checkNotEmpty({ subscriptions }: Subscribe): void {
  if (subscriptions.length === 0) throw protocolError('SUBSCRIBE has no topic filter [MQTT-3.8.3-2]')
}
