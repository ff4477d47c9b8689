import type { RelayExtras, RelayNode } from '@pillion/broker'
import { decode, encode, type Publish } from '@pillion/packet'

/**
 * One message in a batch; its first byte holds flags:
 *
 *   plain:       flags u8 · payload bytes u32 · topic bytes u16 · topic · payload
 *   same topic:  flags u8 · payload bytes u32 · payload
 *   as a packet: flags u8 · packet bytes u32 · owner bytes u16 · publisher bytes u16 · owner · publisher · MQTT 5 PUBLISH
 *
 * Busy senders send to one topic many times in a row: most messages have that of the one before them in the batch.
 */
const PACKET = 1
/** Every node is to keep it; only as a packet. */
const KEEP_FOR = 2
const IS_KEPT = 4
const SAME_TOPIC = 8
const SHORT_HEAD_BYTES = 5
const PLAIN_HEAD_BYTES = 7
const PACKET_HEAD_BYTES = 9
/** Of UTF-8, per unit of a string. */
const UNIT_BYTES_MAX = 3

type MessageReceiver = Pick<RelayNode, 'deliver'>

const keptExtras: RelayExtras = { retain: false, keepFor: undefined, isKept: true, properties: undefined }

/** Needs no packet: the most common, and the cheapest. */
export function isPlain(extras: RelayExtras | undefined): boolean {
  if (extras === undefined) return true
  return !extras.retain && extras.keepFor === undefined && extras.properties === undefined
}

/** At least as many as `writePlain` takes. */
export function plainBytesMax(topic: string, payload: Uint8Array): number {
  return PLAIN_HEAD_BYTES + topic.length * UNIT_BYTES_MAX + payload.length
}

/** Returns where it ends. There must be `plainBytesMax` bytes left. `topic` is undefined if it is that of the message before. */
export function writePlain(
  frame: Buffer,
  start: number,
  topic: string | undefined,
  payload: Uint8Array,
  isKept: boolean,
): number {
  const flags = isKept ? IS_KEPT : 0
  let payloadAt = start + SHORT_HEAD_BYTES
  if (topic === undefined) frame[start] = flags | SAME_TOPIC
  else {
    const topicBytes = frame.write(topic, start + PLAIN_HEAD_BYTES)
    frame[start] = flags
    frame.writeUInt16LE(topicBytes, start + SHORT_HEAD_BYTES)
    payloadAt = start + PLAIN_HEAD_BYTES + topicBytes
  }
  frame.writeUInt32LE(payload.length, start + 1)
  frame.set(payload, payloadAt)
  return payloadAt + payload.length
}

export function encodePacket(topic: string, payload: Uint8Array, extras: RelayExtras): Buffer {
  const { retain, keepFor, isKept, properties } = extras
  const packet: Publish = { type: 'publish', dup: false, qos: 0, retain, topicName: topic, payload }
  const bytes = encode(properties === undefined ? packet : { ...packet, properties }, 5)
  const owner = Buffer.from(keepFor?.owner ?? '')
  const publisher = Buffer.from(keepFor?.publisher ?? '')
  const head = Buffer.alloc(PACKET_HEAD_BYTES)
  head[0] = PACKET | (keepFor === undefined ? 0 : KEEP_FOR) | (isKept ? IS_KEPT : 0)
  head.writeUInt32LE(bytes.length, 1)
  head.writeUInt16LE(owner.length, 5)
  head.writeUInt16LE(publisher.length, 7)
  return Buffer.concat([head, owner, publisher, bytes])
}

/**
 * Hands over `count` messages that begin at `start`; payloads and properties are views of the frame. Returns how many: all
 * of them, unless something is wrong, which `failed` is told.
 */
export function deliverMessages(
  frame: Buffer,
  start: number,
  count: number,
  node: MessageReceiver,
  failed: (error: unknown) => void,
): number {
  let index = 0
  let topic = ''
  try {
    for (let at = start; index < count; index++) {
      const flags = frame[at] as number
      if (flags & PACKET) {
        at = deliverPacket(frame, at, node)
        continue
      }
      const payloadBytes = frame.readUInt32LE(at + 1)
      let payloadAt = at + SHORT_HEAD_BYTES
      if ((flags & SAME_TOPIC) === 0) {
        payloadAt = at + PLAIN_HEAD_BYTES + frame.readUInt16LE(at + SHORT_HEAD_BYTES)
        topic = frame.toString('utf8', at + PLAIN_HEAD_BYTES, payloadAt)
      }
      at = payloadAt + payloadBytes
      node.deliver(topic, frame.subarray(payloadAt, at), flags & IS_KEPT ? keptExtras : undefined)
    }
  } catch (error) {
    failed(error)
  }
  return index
}

function deliverPacket(frame: Buffer, start: number, node: MessageReceiver): number {
  const flags = frame[start] as number
  const ownerAt = start + PACKET_HEAD_BYTES
  const publisherAt = ownerAt + frame.readUInt16LE(start + 5)
  const packetAt = publisherAt + frame.readUInt16LE(start + 7)
  const end = packetAt + frame.readUInt32LE(start + 1)
  const packet = decode(frame, packetAt, end, 5)
  if (packet.type !== 'publish') throw new TypeError(`A ${packet.type} was relayed`)
  const { topicName, payload, retain, properties } = packet
  const owner = frame.toString('utf8', ownerAt, publisherAt)
  const publisher = frame.toString('utf8', publisherAt, packetAt)
  node.deliver(topicName, payload, {
    retain,
    keepFor: flags & KEEP_FOR ? { owner, publisher } : undefined,
    isKept: (flags & IS_KEPT) !== 0,
    properties,
  })
  return end
}
