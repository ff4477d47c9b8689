import { malformed } from '../faults.ts'
import { MqttError } from '../mqtt-error.ts'
import type { Connect, ProtocolVersion, QoS, Will } from '../packet.ts'
import { readProperties, writeProperties } from '../properties.ts'
import type { Reader, Unfinished } from '../reader.ts'
import { reasonCodes } from '../reason-codes.ts'
import { hasWildcard } from '../topic-filter.ts'
import type { Writer } from '../writer.ts'

const RESERVED = 0x01
const CLEAN = 0x02
const WILL = 0x04
const WILL_RETAIN = 0x20
const PASSWORD = 0x40
const USERNAME = 0x80

/** 3.1. The version is the packet's own. */
export function readConnect(reader: Reader): Connect {
  const protocolVersion = readProtocolVersion(reader)
  const flags = reader.byte()
  checkFlags(flags, protocolVersion)
  const connect: Unfinished<Connect> = {
    type: 'connect',
    protocolVersion,
    clean: (flags & CLEAN) !== 0,
    keepAliveSeconds: reader.uint16(),
    clientId: '',
  }
  if (protocolVersion === 5) {
    const properties = readProperties(reader, 'connect')
    if (properties !== undefined) connect.properties = properties
  }
  connect.clientId = reader.text()
  if ((flags & WILL) !== 0) connect.will = readWill(reader, flags, protocolVersion)
  if (announces(USERNAME, flags, reader, protocolVersion)) connect.username = reader.text()
  if (announces(PASSWORD, flags, reader, protocolVersion)) connect.password = reader.binary()
  return connect
}

/** Always in the packet's own version. */
export function writeConnect(writer: Writer, connect: Connect): void {
  const { protocolVersion, will } = connect
  if (protocolVersion !== 3 && protocolVersion !== 4 && protocolVersion !== 5)
    throw unsupported(protocolVersion)
  const flags = connectFlags(connect)
  checkFlags(flags, protocolVersion)
  writer.text(protocolVersion === 3 ? 'MQIsdp' : 'MQTT')
  writer.byte(protocolVersion)
  writer.byte(flags)
  writer.uint16(connect.keepAliveSeconds)
  if (protocolVersion === 5) writeProperties(writer, connect.properties, 'connect')
  writer.text(connect.clientId)
  if (will !== undefined) writeWill(writer, will, protocolVersion)
  if (connect.username !== undefined) writer.text(connect.username)
  if (connect.password !== undefined) writer.binary(connect.password)
}

function readProtocolVersion(reader: Reader): ProtocolVersion {
  const name = reader.text()
  if (name !== 'MQTT' && name !== 'MQIsdp') {
    throw new MqttError(
      reasonCodes.UNSUPPORTED_PROTOCOL_VERSION,
      'Protocol name is neither MQTT nor MQIsdp [MQTT-3.1.2-1]',
    )
  }
  const level = reader.byte()
  if (name === 'MQTT' ? level === 4 || level === 5 : level === 3) return level as ProtocolVersion
  throw unsupported(level)
}

function readWill(reader: Reader, flags: number, version: ProtocolVersion): Will {
  const properties = version === 5 ? readProperties(reader, 'will') : undefined
  const will: Unfinished<Will> = {
    topicName: reader.text(),
    payload: reader.binary(),
    qos: willQos(flags) as QoS,
    retain: (flags & WILL_RETAIN) !== 0,
  }
  if (properties !== undefined) will.properties = properties
  checkWillTopic(will)
  return will
}

function writeWill(writer: Writer, will: Will, version: ProtocolVersion): void {
  checkWillTopic(will)
  if (version === 5) writeProperties(writer, will.properties, 'will')
  writer.text(will.topicName)
  writer.binary(will.payload)
}

/** In 3.1 the end of the packet takes precedence over these two flags: a missing field is legal (3.1, section 3.1). */
function announces(flag: number, flags: number, reader: Reader, version: ProtocolVersion): boolean {
  return (flags & flag) !== 0 && (version !== 3 || reader.remaining > 0)
}

function willQos(flags: number): number {
  return (flags >> 3) & 3
}

function connectFlags({ clean, will, username, password }: Connect): number {
  let flags = clean ? CLEAN : 0
  if (will !== undefined) flags |= WILL | (will.qos << 3) | (will.retain ? WILL_RETAIN : 0)
  if (username !== undefined) flags |= USERNAME
  if (password !== undefined) flags |= PASSWORD
  return flags
}

function checkFlags(flags: number, version: ProtocolVersion): void {
  // 3.1 leaves the reserved bit open and disregards will QoS and retain when there is no will.
  if (version !== 3 && (flags & RESERVED) !== 0)
    throw malformed('Reserved connect flag is set [MQTT-3.1.2-3]')
  if ((flags & WILL) !== 0 ? willQos(flags) === 3 : version !== 3 && willQos(flags) !== 0) {
    throw malformed('Will QoS is 3, or set without a will [MQTT-3.1.2-11] [MQTT-3.1.2-12]')
  }
  if (version !== 3 && (flags & WILL) === 0 && (flags & WILL_RETAIN) !== 0) {
    throw malformed('Will retain is set without a will [MQTT-3.1.2-13]')
  }
  if (version !== 5 && (flags & PASSWORD) !== 0 && (flags & USERNAME) === 0) {
    throw malformed('Password without a user name [3.1.1:MQTT-3.1.2-22]')
  }
}

function checkWillTopic({ topicName }: Will): void {
  if (topicName === '' || hasWildcard(topicName)) {
    throw new MqttError(
      reasonCodes.TOPIC_NAME_INVALID,
      'Will topic is empty or has a wildcard [MQTT-4.7.3-1] [MQTT-4.7.0-1]',
    )
  }
}

function unsupported(level: number): MqttError {
  return new MqttError(
    reasonCodes.UNSUPPORTED_PROTOCOL_VERSION,
    `Protocol version ${level} is none of 3 (MQIsdp), 4 and 5 (MQTT) [MQTT-3.1.2-2]`,
  )
}
