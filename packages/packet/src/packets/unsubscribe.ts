import { protocolError } from '../faults.ts'
import type { ProtocolVersion, Unsubscribe } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import type { Writer } from '../writer.ts'

/** 3.10 */
export function readUnsubscribe(reader: Reader, version: ProtocolVersion): Unsubscribe {
  const topicFilters: string[] = []
  const unsubscribe: Unfinished<Unsubscribe> = {
    type: 'unsubscribe',
    packetId: reader.packetId(),
    topicFilters,
  }
  if (version === 5) {
    const properties = readProperties(reader, 'unsubscribe')
    if (properties !== undefined) unsubscribe.properties = properties
  }
  while (reader.remaining > 0) topicFilters.push(reader.text())
  checkNotEmpty(unsubscribe)
  return unsubscribe
}

export function writeUnsubscribe(writer: Writer, unsubscribe: Unsubscribe, version: ProtocolVersion): void {
  checkNotEmpty(unsubscribe)
  writer.packetId(unsubscribe.packetId)
  if (version === 5) writeProperties(writer, unsubscribe.properties, 'unsubscribe')
  for (const topicFilter of unsubscribe.topicFilters) writer.text(topicFilter)
}

function checkNotEmpty({ topicFilters }: Unsubscribe): void {
  if (topicFilters.length === 0) throw protocolError('UNSUBSCRIBE has no topic filter [MQTT-3.10.3-2]')
}
