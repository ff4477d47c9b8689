import { encode, type Properties, remainingLengthBytes } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import type { Core } from '../core.ts'
import type { RouteRecorder } from '../ports/message-recorder.ts'
import type { RelayExtras } from '../ports/relay.ts'
import type { InProcessReceiver } from '../subscriptions.ts'
import { PUBLISH_QOS_0, readFrame, writeLength } from '../wire/frame.ts'
import { SLAB_PIECE_BYTES_MAX } from '../wire/writer.ts'
import { keepMessage } from './absent-receiver.ts'
import { encodePrefix, type Group, receiverProperties } from './group.ts'
import { readRouteOutcome } from './read-outcome.ts'
import type { Audience, Route, SharedAudience } from './route.ts'
import type { OutboundAlias } from './topic-aliases.ts'

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
  if (route.recorder === undefined) deliverRun(sender, route, bytes, start, end, frames)
  else deliverRecorded(sender, route, route.recorder, bytes, start, end, frames)
}

/** Those that are recorded one by one, so that each has a story of its own; the rest in one piece. */
function deliverRecorded(
  sender: Connection,
  route: Route,
  recorder: RouteRecorder,
  bytes: Buffer,
  start: number,
  end: number,
  frames: number,
): void {
  const { core } = sender
  const recorded = recorder.take(frames)
  let at = start
  for (let i = 0; i < recorded; i++) {
    const { body, next } = readFrame(bytes, at)
    core.counters.watch()
    deliverRun(sender, route, bytes, at, next, 1)
    const payload = bytes.subarray(body + prefixBytes(sender, route), next)
    recorder.record(payload, readRouteOutcome(core, route))
    at = next
  }
  if (frames > recorded) deliverRun(sender, route, bytes, at, end, frames - recorded)
}

function deliverRun(
  sender: Connection,
  route: Route,
  bytes: Buffer,
  start: number,
  end: number,
  frames: number,
): void {
  const { core } = sender
  core.counters.messagesReceived += frames
  sender.messagesReceived += frames
  if ('refused' in route.decision) {
    core.counters.drop(route.decision.reason, frames)
    return
  }
  const { groups, shares, receivers } = route.audience
  for (let i = 0; i < groups.length; i++) {
    deliverToGroup(sender, route, bytes, start, end, frames, groups[i] as Group)
  }
  if (shares.length > 0) deliverToShares(sender, route, bytes, start, end)
  if (receivers.length > 0 || route.relayed || route.missesReceiver)
    passPayloads(sender, route, bytes, start, end)
  else if (groups.length === 0 && shares.length === 0) core.counters.drop('no_receiver', frames)
}

function deliverToGroup(
  sender: Connection,
  route: Route,
  bytes: Buffer,
  start: number,
  end: number,
  frames: number,
  group: Group,
): void {
  if (group.asPublished) {
    addToMembers(sender, group, bytes, start, end, frames)
    return
  }
  if (!hasRoom(group)) {
    for (const { outbox } of group.members) outbox.drop(frames)
    return
  }
  const alias = aliasOf(group)
  if (alias !== undefined) {
    deliverAliased(sender, route, bytes, start, end, frames, group, alias)
    return
  }
  group.prefix ??= encodePrefix(
    group.topicName,
    group.version,
    receiverProperties(group.identifiers, undefined),
  )
  const encoded = encodeFrames(sender, route, bytes, start, end, group.prefix)
  addToMembers(sender, group, encoded, 0, encoded.length, frames)
}

/** A crowd of readers that are stuck must not have messages encoded for it that nobody takes. */
function hasRoom({ members }: Group): boolean {
  for (const { outbox } of members) if (outbox.hasRoom) return true
  return false
}

function aliasOf({ members, topicName }: Group): OutboundAlias | undefined {
  return (members[0] as Connection).outboundAliases?.find(topicName)
}

/** The first message names its topic beside the alias, the others only the alias. A first one that was dropped introduced nothing. */
function deliverAliased(
  sender: Connection,
  route: Route,
  bytes: Buffer,
  start: number,
  end: number,
  frames: number,
  group: Group,
  alias: OutboundAlias,
): void {
  const properties = receiverProperties(group.identifiers, alias.number)
  let at = start
  let left = frames
  while (!alias.introduced && at < end) {
    const { next } = readFrame(bytes, at)
    const first = encodeFrames(sender, route, bytes, at, next, encodePrefix(group.topicName, 5, properties))
    alias.introduced = addToMembers(sender, group, first, 0, first.length, 1)
    at = next
    left--
  }
  if (left === 0) return
  const encoded = encodeFrames(sender, route, bytes, at, end, encodePrefix('', 5, properties))
  addToMembers(sender, group, encoded, 0, encoded.length, left)
}

/** Message by message, each to a member whose turn it is. */
function deliverToShares(sender: Connection, route: Route, bytes: Buffer, start: number, end: number): void {
  for (const share of route.audience.shares) {
    for (let at = start; at < end; ) {
      const { next } = readFrame(bytes, at)
      deliverToGroup(sender, route, bytes, at, next, 1, pickMember(sender.core, share))
      at = next
    }
  }
}

/** In turn, but none that is stuck: if all are, the one with the least on its way (4.8.2). */
function pickMember({ now }: Core, { share, members }: SharedAudience): Group {
  const turn = share.turn++
  let best = members[turn % members.length] as Group
  for (let i = 0; i < members.length; i++) {
    const group = members[(turn + i) % members.length] as Group
    if (!outboxOf(group).isStuck(now)) return group
    if (outboxOf(group).bytes < outboxOf(best).bytes) best = group
  }
  return best
}

function outboxOf({ members }: Group) {
  return (members[0] as Connection).outbox
}

/** Returns whether the last member got all of it. `sender` is undefined for the server itself. */
function addToMembers(
  sender: Connection | undefined,
  group: Group,
  bytes: Buffer,
  start: number,
  end: number,
  frames: number,
): boolean {
  const { members } = group
  let isWhole = true
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as Connection
    isWhole = member.packetBytesMax === undefined && member.outbox.add(bytes, start, end, frames)
    if (!isWhole) isWhole = addOneByOne(member, bytes, start, end, frames)
    if (member.outbox.isCrowded && sender !== undefined) sender.core.backPressure.hold(sender, member.outbox)
  }
  return isWhole
}

/** Not all of them fit: those at the front that do. Returns whether none was dropped. */
function addOneByOne(member: Connection, bytes: Buffer, start: number, end: number, frames: number): boolean {
  let tooLarge = 0
  let seen = 0
  for (let at = start; at < end; ) {
    const { next } = readFrame(bytes, at)
    if (member.packetBytesMax !== undefined && next - at > member.packetBytesMax) {
      // [MQTT-3.1.2-24]: as if it had been sent.
      member.core.counters.drop('larger_than_client_accepts', 1)
      member.outbox.droppedMessages++
      tooLarge++
    } else if (!member.outbox.add(bytes, at, next, 1)) {
      // The rest is not tried one by one: with a crowd of stuck readers, that would take the time of the others.
      member.outbox.drop(frames - seen)
      return false
    }
    seen++
    at = next
  }
  return tooLarge === 0
}

/** Of a plain message that this node has kept for its receiver. */
export const keptExtras: RelayExtras = {
  retain: false,
  keepFor: undefined,
  isKept: true,
  properties: undefined,
}

function passPayloads(sender: Connection, route: Route, bytes: Buffer, start: number, end: number): void {
  if ('refused' in route.decision) return
  const { topic } = route.decision
  const offset = prefixBytes(sender, route)
  for (let at = start; at < end; ) {
    const { body, next } = readFrame(bytes, at)
    const payload = bytes.subarray(body + offset, next)
    for (const receive of route.audience.receivers) receive(topic, payload)
    if (route.relayed)
      sender.core.relay.forward(topic, payload, route.missesReceiver ? keptExtras : undefined)
    if (route.missesReceiver) keepMessage(sender.core, topic, payload, undefined)
    at = next
  }
  if (route.relayed) holdIfCongested(sender)
}

/** Waits for a node as for a receiver that is busy. */
export function holdIfCongested(sender: Connection): void {
  const { relay, backPressure } = sender.core
  if (relay.congested !== undefined) backPressure.hold(sender, relay.congested)
}

/** What stands before the payload in the sender's packets: its topic name and no properties. */
function prefixBytes(sender: Connection, route: Route): number {
  return 2 + route.topicName.length + (sender.version === 5 ? 1 : 0)
}

/** The same messages with another prefix: once per group, not per member. */
function encodeFrames(
  sender: Connection,
  route: Route,
  bytes: Buffer,
  start: number,
  end: number,
  prefix: Buffer,
): Buffer {
  const oldPrefixBytes = prefixBytes(sender, route)
  const growth = prefix.length - oldPrefixBytes
  let size = 0
  for (let at = start; at < end; ) {
    const { body, next } = readFrame(bytes, at)
    const length = next - body + growth
    size += 1 + remainingLengthBytes(length) + length
    at = next
  }
  const encoded = sender.core.writer.allocate(size)
  let to = 0
  for (let at = start; at < end; ) {
    const { body, next } = readFrame(bytes, at)
    encoded[to++] = PUBLISH_QOS_0
    to = writeLength(encoded, to, next - body + growth)
    to += prefix.copy(encoded, to)
    to += bytes.copy(encoded, to, body + oldPrefixBytes, next)
    at = next
  }
  return encoded
}

/** Delivers one message, from `sender` unless it is the server's own. Returns to how many connections and in-process receivers it went. */
export function deliverMessage(
  core: Core,
  topic: string,
  audience: Audience,
  message: Message,
  sender?: Connection,
): number {
  let reached = audience.receivers.length
  for (const group of audience.groups) reached += deliverMessageToGroup(group, message, sender)
  for (const share of audience.shares) {
    reached += deliverMessageToGroup(pickMember(core, share), message, sender)
  }
  for (const receive of audience.receivers) receive(topic, message.payload)
  return reached
}

function deliverMessageToGroup(group: Group, message: Message, sender: Connection | undefined): number {
  const { topicName, version, identifiers, members } = group
  const alias = aliasOf(group)
  const packet = encodeMessage(
    alias?.introduced ? '' : topicName,
    version,
    message,
    message.retain && group.retainAsPublished,
    receiverProperties(identifiers, alias?.number),
  )
  const isWhole = addToMembers(sender, group, packet, 0, packet.length, 1)
  if (alias !== undefined && isWhole) alias.introduced = true
  return members.length
}

/**
 * As `deliverMessage`, for a payload from another node that has neither properties nor the RETAIN flag: no object is made for it,
 * and what goes to one connection in a row becomes one range of bytes.
 */
export function deliverPayload(core: Core, topic: string, audience: Audience, payload: Uint8Array): number {
  const { groups, shares, receivers } = audience
  let reached = receivers.length
  for (let i = 0; i < groups.length; i++) {
    reached += deliverPayloadToGroup(core, groups[i] as Group, payload)
  }
  for (let i = 0; i < shares.length; i++) {
    reached += deliverPayloadToGroup(core, pickMember(core, shares[i] as SharedAudience), payload)
  }
  for (let i = 0; i < receivers.length; i++) (receivers[i] as InProcessReceiver)(topic, payload)
  return reached
}

function deliverPayloadToGroup({ writer }: Core, group: Group, payload: Uint8Array): number {
  const { topicName, version, identifiers, members } = group
  if (aliasOf(group) !== undefined)
    return deliverMessageToGroup(group, { payload, retain: false, properties: undefined }, undefined)
  if (!hasRoom(group)) {
    for (const { outbox } of members) outbox.drop(1)
    return members.length
  }
  group.prefix ??= encodePrefix(topicName, version, receiverProperties(identifiers, undefined))
  const length = group.prefix.length + payload.length
  const bytes = 1 + remainingLengthBytes(length) + length
  const start = bytes > SLAB_PIECE_BYTES_MAX ? 0 : writer.reserve(bytes)
  const buffer = bytes > SLAB_PIECE_BYTES_MAX ? Buffer.allocUnsafeSlow(bytes) : writer.slab
  buffer[start] = PUBLISH_QOS_0
  const prefixAt = writeLength(buffer, start + 1, length)
  buffer.set(group.prefix, prefixAt)
  buffer.set(payload, prefixAt + group.prefix.length)
  addToMembers(undefined, group, buffer, start, start + bytes, 1)
  return members.length
}

/** `own`: properties that this receiver alone gets. */
export function encodeMessage(
  topicName: string,
  version: 4 | 5,
  { payload, properties }: Message,
  retain: boolean,
  own?: Properties,
): Buffer {
  const all = properties === undefined || own === undefined ? (properties ?? own) : { ...properties, ...own }
  const packet = encode(
    {
      type: 'publish',
      dup: false,
      qos: 0,
      retain,
      topicName,
      payload,
      ...(version === 5 && all !== undefined ? { properties: all } : {}),
    },
    version,
  )
  return Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)
}
