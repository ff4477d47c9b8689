import { encode, type Properties, remainingLengthBytes } from '@pillion/packet'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { PUBLISH_QOS_0, readFrame, writeLength } from './frame.ts'
import type { Audience, Group, Route } from './route.ts'

/** A message outside the hot path: from QoS 1 or 2, with properties, from a will, another node or the server itself. */
export interface Message {
  readonly payload: Uint8Array
  readonly retain: boolean
  /** Those that travel with the message [MQTT-3.3.2-4 and following]. */
  readonly properties: Properties | undefined
}

/** Delivers `frames` plain PUBLISH packets of one route, which stand in bytes[start, end) one after another. */
export function deliverFrames(
  sender: Connection,
  route: Route,
  bytes: Buffer,
  start: number,
  end: number,
  frames: number,
): void {
  const { core } = sender
  core.counters.messagesReceived += frames
  if ('refused' in route.decision) {
    core.counters.drop(route.decision.reason, frames)
    return
  }
  const { groups, receivers } = route.audience
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i] as Group
    if (group.asPublished) addToMembers(group, bytes, start, end, frames)
    else {
      const encoded = encodeFrames(core, sender, route, bytes, start, end, group)
      addToMembers(group, encoded, 0, encoded.length, frames)
    }
  }
  if (receivers.length > 0 || route.relayed) passPayloads(sender, route, bytes, start, end)
  else if (groups.length === 0) core.counters.drop('no_receiver', frames)
}

function addToMembers(group: Group, bytes: Buffer, start: number, end: number, frames: number): void {
  const { members } = group
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Connection
    if (member.packetBytesMax !== undefined || !member.outbox.add(bytes, start, end, frames)) {
      addOneByOne(member, bytes, start, end)
    }
  }
}

/** Not all of them fit: as many as do, in order. */
function addOneByOne(member: Connection, bytes: Buffer, start: number, end: number): void {
  for (let at = start; at < end; ) {
    const { next } = readFrame(bytes, at)
    if (member.packetBytesMax !== undefined && next - at > member.packetBytesMax) {
      // [MQTT-3.1.2-24]: as if it had been sent.
      member.core.counters.drop('larger_than_client_accepts', 1)
    } else if (!member.outbox.add(bytes, at, next, 1)) {
      member.outbox.drop(1)
    }
    at = next
  }
}

function passPayloads(sender: Connection, route: Route, bytes: Buffer, start: number, end: number): void {
  if ('refused' in route.decision) return
  const { topic } = route.decision
  const offset = 2 + route.topicName.length + (sender.version === 5 ? 1 : 0)
  for (let at = start; at < end; ) {
    const { body, next } = readFrame(bytes, at)
    const payload = bytes.subarray(body + offset, next)
    for (const receive of route.audience.receivers) receive(topic, payload)
    if (route.relayed) sender.core.relay.forward(topic, payload)
    at = next
  }
}

/** The same messages under the group's topic name and in its version: once per group, not per member. */
function encodeFrames(
  core: Core,
  sender: Connection,
  route: Route,
  bytes: Buffer,
  start: number,
  end: number,
  group: Group,
): Buffer {
  const topicName = Buffer.from(group.topicName)
  const oldPrefix = 2 + route.topicName.length + (sender.version === 5 ? 1 : 0)
  const prefix = 2 + topicName.length + (group.version === 5 ? 1 : 0)
  let size = 0
  for (let at = start; at < end; ) {
    const { body, next } = readFrame(bytes, at)
    const length = next - body - oldPrefix + prefix
    size += 1 + remainingLengthBytes(length) + length
    at = next
  }
  const encoded = core.writer.allocate(size)
  let to = 0
  for (let at = start; at < end; ) {
    const { body, next } = readFrame(bytes, at)
    encoded[to++] = PUBLISH_QOS_0
    to = writeLength(encoded, to, next - body - oldPrefix + prefix)
    to = encoded.writeUInt16BE(topicName.length, to)
    to += topicName.copy(encoded, to)
    if (group.version === 5) encoded[to++] = 0
    to += bytes.copy(encoded, to, body + oldPrefix, next)
    at = next
  }
  return encoded
}

/** Delivers one message. Returns to how many connections and in-process receivers it went. */
export function deliverMessage(topic: string, audience: Audience, message: Message): number {
  let reached = 0
  for (const group of audience.groups) {
    const packet = encodeMessage(
      group.topicName,
      group.version,
      message,
      message.retain && group.retainAsPublished,
    )
    addToMembers(group, packet, 0, packet.length, 1)
    reached += group.members.length
  }
  for (const receive of audience.receivers) receive(topic, message.payload)
  return reached + audience.receivers.length
}

export function encodeMessage(topicName: string, version: 4 | 5, message: Message, retain: boolean): Buffer {
  const packet = encode(
    {
      type: 'publish',
      dup: false,
      qos: 0,
      retain,
      topicName,
      payload: message.payload,
      ...(version === 5 && message.properties !== undefined ? { properties: message.properties } : {}),
    },
    version,
  )
  return Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)
}
