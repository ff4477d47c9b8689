import { encode, type Properties } from '@pillion/packet'
import type { Connection } from '../connection.ts'
import { readFrame } from '../wire/frame.ts'
import type { Copy, Sender } from './route.ts'

/** Receivers that get the same bytes. */
export interface Group {
  readonly topicName: string
  /** 4 stands for 3.1 too: their PUBLISH packets are alike. */
  readonly version: 4 | 5
  readonly retainAsPublished: boolean
  readonly identifiers: readonly number[]
  /** May the sender's bytes go out as they are? */
  readonly asPublished: boolean
  /** What stands before the payload of a plain message (see `encodePrefix`); made when it is needed. */
  prefix: Buffer | undefined
  /** One that takes topic aliases stands alone. */
  readonly members: Connection[]
}

export function createGroup(copy: Copy, member: Connection, sender: Sender | undefined): Group {
  const { topicName, retainAsPublished, identifiers } = copy
  const version = member.version === 5 ? 5 : 4
  return {
    topicName,
    version,
    retainAsPublished,
    identifiers,
    asPublished:
      sender !== undefined &&
      topicName === sender.topicName &&
      (sender.connection.version === 5) === (version === 5) &&
      identifiers.length === 0 &&
      member.outboundAliases === undefined,
    prefix: undefined,
    members: [member],
  }
}

/** The properties that say how this receiver came by the message; undefined if there are none. */
export function receiverProperties(
  identifiers: readonly number[],
  topicAlias: number | undefined,
): Properties | undefined {
  if (identifiers.length === 0 && topicAlias === undefined) return undefined
  return {
    ...(identifiers.length === 0 ? {} : { subscriptionIdentifiers: identifiers }),
    ...(topicAlias === undefined ? {} : { topicAlias }),
  }
}

/** Topic name and, in version 5, properties: the bytes between the length and the payload of a PUBLISH at QoS 0. */
export function encodePrefix(topicName: string, version: 4 | 5, properties: Properties | undefined): Buffer {
  const packet = encode(
    {
      type: 'publish',
      dup: false,
      qos: 0,
      retain: false,
      topicName,
      payload: nothing,
      ...(properties === undefined ? {} : { properties }),
    },
    version,
  )
  const bytes = Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength)
  return bytes.subarray(readFrame(bytes, 0).body)
}

const nothing = new Uint8Array()
