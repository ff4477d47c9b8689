import { type Connect, encode, type Packet, type ProtocolVersion, type QoS } from '@pillion/packet'
import { damagePacket, malformedCases, packetCases, pick, type Random } from '@pillion/packet/cases'

/** What one hostile connection sends, in chunks as they are written, and how it ends. */
export interface HostileSequence {
  readonly chunks: readonly Buffer[]
  readonly ending: 'end' | 'reset' | 'wait'
}

const material = [...packetCases, ...malformedCases].filter(({ bytes }) => bytes.length < 300)
const versions: readonly ProtocolVersion[] = [3, 4, 5]
/** Few, so that connections meet: the same ids are taken over, the same topics are heard. */
const clientIds = ['', 'f0', 'f1', 'f2', 'f3']
const topics = ['a', 'a/b', 'a/b/c', 'w', '$a', 'é/🚗', '/', 'a//b']
const filters = ['#', 'a/#', '+/b', '+', 'a/b', '/#', '$share/g/#', '$share/g/a/+', 'a/#/b', '']
const sayable: readonly Packet['type'][] = [
  'publish',
  'publish',
  'publish',
  'pubrel',
  'subscribe',
  'unsubscribe',
  'pingreq',
  'disconnect',
]

export function createSequence(random: Random): HostileSequence {
  const version = pick(versions, random)
  // Much of it is legal: a breach ends a connection, and nothing behind it is tried.
  const malice = pick([0, 0, 2, 10, 50], random)
  const packets = random(100) < malice ? [] : [encode(createConnect(version, random), version)]
  for (let left = random(30); left > 0; left--) packets.push(createPacket(version, malice, random))
  const bytes = Buffer.concat(packets)
  return { chunks: cut(bytes, random), ending: pick(['end', 'end', 'wait', 'reset'] as const, random) }
}

function createPacket(version: ProtocolVersion, malice: number, random: Random): Uint8Array {
  if (random(100) < malice) {
    const origin = pick(material, random)
    return random(2) === 0 ? origin.bytes : damagePacket(origin.bytes, material, random)
  }
  if (random(4) === 0) {
    const rows = packetCases.filter(
      ({ versions, packet }) => versions.includes(version) && sayable.includes(packet.type),
    )
    return pick(rows, random).bytes
  }
  return encode(createLegal(version, random), version)
}

function createConnect(protocolVersion: ProtocolVersion, random: Random): Connect {
  const clientId = pick(clientIds, random)
  const connect = {
    type: 'connect',
    protocolVersion,
    clean: clientId === '' || random(2) === 0,
    keepAliveSeconds: pick([0, 60], random),
    clientId,
    ...(random(3) === 0 ? { will: createWill(protocolVersion, random) } : {}),
  } as const
  if (protocolVersion !== 5) return connect
  const properties = {
    sessionExpirySeconds: pick([0, 1, 60], random),
    requestProblemInformation: random(2) as 0 | 1,
    topicAliasMax: random(4),
    ...(random(4) === 0 ? { packetBytesMax: pick([60, 200, 10_000], random) } : {}),
  }
  return { ...connect, properties }
}

function createWill(version: ProtocolVersion, random: Random) {
  const properties = version === 5 ? { properties: { willDelaySeconds: random(2) } } : {}
  const qos = random(3) as QoS
  return { topicName: 'w', payload: Buffer.from('will'), qos, retain: random(2) === 0, ...properties }
}

function createLegal(version: ProtocolVersion, random: Random): Packet {
  const packetId = 1 + random(4)
  const type = pick(sayable, random)
  switch (type) {
    case 'publish':
      return createPublish(version, random)
    case 'subscribe':
      return { type, packetId, ...createSubscriptions(version, random) }
    case 'unsubscribe':
      return { type, packetId, topicFilters: [pick(filters, random), pick(filters, random)] }
    case 'pubrel':
      return { type, packetId, reasonCode: 0 }
    default:
      // Not `disconnect`: few, and the rows of the table have them.
      return { type: 'pingreq' }
  }
}

function createPublish(version: ProtocolVersion, random: Random): Packet {
  const qos = random(3) as QoS
  const topicAlias = random(4)
  const hasAlias = version === 5 && topicAlias > 0
  const properties = {
    ...(hasAlias ? { topicAlias } : {}),
    ...(random(3) === 0 ? { contentType: 'text', userProperties: [['k', `${random(9)}`]] as const } : {}),
    ...(random(6) === 0 ? { messageExpirySeconds: random(3) } : {}),
  }
  return {
    type: 'publish',
    dup: qos > 0 && random(3) === 0,
    qos,
    retain: random(4) === 0,
    topicName: hasAlias && random(3) === 0 ? '' : pick(topics, random),
    payload: Buffer.alloc(pick([0, 1, 10, 130, 5_000], random), random(256)),
    ...(qos > 0 ? { packetId: 1 + random(4) } : {}),
    ...(version === 5 ? { properties } : {}),
  }
}

function createSubscriptions(version: ProtocolVersion, random: Random) {
  const subscriptions = Array.from({ length: 1 + random(3) }, () => ({
    topicFilter: pick(filters, random),
    qos: random(3) as QoS,
    noLocal: version === 5 && random(4) === 0,
    retainAsPublished: version === 5 && random(2) === 0,
    retainHandling: (version === 5 ? random(3) : 0) as 0 | 1 | 2,
  }))
  const properties = { subscriptionIdentifiers: [1 + random(300)] }
  return version === 5 && random(2) === 0 ? { subscriptions, properties } : { subscriptions }
}

function cut(bytes: Buffer, random: Random): Buffer[] {
  if (random(2) === 0) return [bytes]
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random(pick([1, 10, 300], random))
    chunks.push(bytes.subarray(at, end))
    at = end
  }
  return chunks
}
