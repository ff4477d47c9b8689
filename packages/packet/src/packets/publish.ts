import { malformed, protocolError } from '../faults.ts'
import { MqttError } from '../mqtt-error.ts'
import type { ProtocolVersion, Publish, QoS } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import { reasonCodes } from '../reason-codes.ts'
import { hasWildcard } from '../topic-filter.ts'
import type { Writer } from '../writer.ts'

const RETAIN = 0x01
const DUP = 0x08

/** 3.3. `flags` are the lower four bits of the first byte. The payload is a view of the input. */
export function readPublish(reader: Reader, flags: number, version: ProtocolVersion): Publish {
  const qos = (flags >> 1) & 3
  checkFlags((flags & DUP) !== 0, qos)
  const publish: Unfinished<Publish> = {
    type: 'publish',
    dup: (flags & DUP) !== 0,
    qos: qos as QoS,
    retain: (flags & RETAIN) !== 0,
    topicName: reader.text(),
    payload: empty,
  }
  if (qos > 0) publish.packetId = reader.packetId()
  if (version === 5) {
    const properties = readProperties(reader, 'publish')
    if (properties !== undefined) publish.properties = properties
  }
  checkTopicName(publish, version)
  publish.payload = reader.rest()
  return publish
}

export function publishFlags({ dup, qos, retain }: Publish): number {
  checkFlags(dup, qos)
  return (dup ? DUP : 0) | (qos << 1) | (retain ? RETAIN : 0)
}

export function writePublish(writer: Writer, publish: Publish, version: ProtocolVersion): void {
  checkTopicName(publish, version)
  writer.text(publish.topicName)
  if (publish.qos > 0) writer.packetId(publish.packetId)
  else if (publish.packetId !== undefined)
    throw protocolError('QoS 0 has no packet identifier [MQTT-2.2.1-2]')
  if (version === 5) writeProperties(writer, publish.properties, 'publish')
  writer.raw(publish.payload)
}

const empty = new Uint8Array(0)

function checkFlags(dup: boolean, qos: number): void {
  if (qos === 3) throw malformed('QoS is 3 [MQTT-3.3.1-4]')
  if (dup && qos === 0) throw malformed('DUP is set at QoS 0 [MQTT-3.3.1-2]')
}

function checkTopicName({ topicName, properties }: Publish, version: ProtocolVersion): void {
  if (hasWildcard(topicName)) {
    throw new MqttError(reasonCodes.TOPIC_NAME_INVALID, 'Topic name has a wildcard [MQTT-3.3.2-2]')
  }
  if (topicName !== '') return
  if (version !== 5) throw new MqttError(reasonCodes.TOPIC_NAME_INVALID, 'Topic name is empty [MQTT-4.7.3-1]')
  if (properties?.topicAlias === undefined) {
    throw protocolError('Topic name is empty and there is no topic alias (3.3.2.1)')
  }
}
