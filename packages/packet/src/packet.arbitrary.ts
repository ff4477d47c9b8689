import fc from 'fast-check'
import type { Packet, Properties, ProtocolVersion } from './packet.ts'
import { type PropertyOwner, type PropertySpec, propertyTable } from './property-table.ts'

/** Any packet that `encode` takes in this version and that loses nothing on the wire. */
export function anyPacket(version: ProtocolVersion): fc.Arbitrary<Packet> {
  const kinds = [
    connect(version),
    connack(version),
    publish(version),
    ...(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const).map((type) => acknowledgement(type, version)),
    packet('subscribe', version, {
      packetId,
      subscriptions: fc.array(subscription(version), { minLength: 1, maxLength: 5 }),
    }),
    packet('suback', version, {
      packetId,
      reasonCodes: codes(version === 5 ? [0, 1, 2, 0x80, 0x87, 0xa2] : [0, 1, 2, 0x80]),
    }),
    packet('unsubscribe', version, {
      packetId,
      topicFilters: fc.array(text, { minLength: 1, maxLength: 5 }),
    }),
    packet('unsuback', version, {
      packetId,
      reasonCodes: version === 5 ? codes([0, 0x11, 0x80, 0x8f]) : fc.constant([]),
    }),
    fc.constantFrom({ type: 'pingreq' as const }, { type: 'pingresp' as const }),
    packet('disconnect', version, {
      reasonCode: version === 5 ? fc.constantFrom(0, 4, 0x8e, 0xa2) : fc.constant(0),
    }),
  ]
  if (version === 5) kinds.push(auth())
  return fc.oneof(...kinds) as fc.Arbitrary<Packet>
}

/** One of the versions and a packet in it. */
export const anyVersionedPacket = fc
  .constantFrom<ProtocolVersion>(3, 4, 5)
  .chain((version) => fc.tuple(fc.constant(version), anyPacket(version)))

type Members = Record<string, unknown>
/** Objects as literals make them, which deepEqual tells from those without a prototype. */
const plain = { noNullPrototype: true } as const
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\0', ''))
const topicName = text.map((value) => value.replaceAll(/[+#]/g, '') || '/')
const binary = fc.uint8Array({ maxLength: 40 })
const packetId = fc.integer({ min: 1, max: 65_535 })
const uint16 = fc.integer({ min: 0, max: 65_535 })
const qos = fc.constantFrom(0, 1, 2)

function codes(allowed: readonly number[]) {
  return fc.array(fc.constantFrom(...allowed), { minLength: 1, maxLength: 5 })
}

function packet(
  type: PropertyOwner,
  version: ProtocolVersion,
  members: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<Members> {
  const known = fc.record<Members>({ type: fc.constant(type), ...members }, plain)
  if (version !== 5) return known
  return fc.tuple(known, anyProperties(type)).map(([base, properties]) => ({ ...base, ...properties }))
}

function connect(version: ProtocolVersion) {
  const members = {
    protocolVersion: fc.constant(version),
    clean: fc.boolean(),
    keepAliveSeconds: uint16,
    clientId: text,
  }
  const will = packet('will', version, { topicName, payload: binary, qos, retain: fc.boolean() }).map(
    ({ type: _, ...rest }) => rest,
  )
  const signIn =
    version === 5
      ? fc.record({ username: text, password: binary }, { ...plain, requiredKeys: [] })
      : fc.oneof(
          fc.constant({}),
          fc.record({ username: text }, plain),
          fc.record({ username: text, password: binary }, plain),
        )
  return fc
    .tuple(packet('connect', version, members), fc.record({ will }, { ...plain, requiredKeys: [] }), signIn)
    .map(([base, withWill, withSignIn]) => ({ ...base, ...withWill, ...withSignIn }))
}

function connack(version: ProtocolVersion) {
  const reasonCode = fc.constantFrom(...(version === 5 ? [0, 0x80, 0x9f] : [0, 1, 5]))
  return packet('connack', version, { reasonCode, sessionPresent: fc.boolean() }).map((base) => ({
    ...base,
    sessionPresent: base.sessionPresent === true && base.reasonCode === 0 && version !== 3,
  }))
}

function publish(version: ProtocolVersion) {
  const members = { retain: fc.boolean(), topicName, payload: binary }
  const delivery = fc.oneof(
    fc.constant({ qos: 0, dup: false }),
    fc.record({ qos: fc.constantFrom(1, 2), dup: fc.boolean(), packetId }, plain),
  )
  return fc.tuple(packet('publish', version, members), delivery).map(([base, how]) => ({ ...base, ...how }))
}

function acknowledgement(type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', version: ProtocolVersion) {
  const refusal = type === 'puback' || type === 'pubrec' ? 0x97 : 0x92
  return packet(type, version, {
    packetId,
    reasonCode: version === 5 ? fc.constantFrom(0, refusal) : fc.constant(0),
  })
}

function subscription(version: ProtocolVersion) {
  const flag = version === 5 ? fc.boolean() : fc.constant(false)
  const retainHandling = version === 5 ? qos : fc.constant(0)
  return fc.record({ topicFilter: text, qos, noLocal: flag, retainAsPublished: flag, retainHandling }, plain)
}

function auth() {
  return packet('auth', 5, { reasonCode: fc.constantFrom(0x18, 0x19) }).map((base) => ({
    ...base,
    properties: { authenticationMethod: 'm', ...(base as { properties?: Properties }).properties },
  }))
}

/** `{ properties }` with at least one of those that the owner may have, or `{}`. */
function anyProperties(owner: PropertyOwner) {
  const specs = propertyTable.filter((spec) => spec.owners.includes(owner))
  const values = Object.fromEntries(specs.map((spec) => [spec.name, propertyValue(spec, owner)]))
  return fc.record(values, { ...plain, requiredKeys: [] }).map((properties) => {
    if (properties.authenticationMethod === undefined) delete properties.authenticationData
    return Object.keys(properties).length === 0 ? {} : { properties }
  })
}

function propertyValue({ name, form, positive }: PropertySpec, owner: PropertyOwner): fc.Arbitrary<unknown> {
  if (name === 'responseTopic') return topicName
  const min = positive ? 1 : 0
  switch (form) {
    case 'flag':
      return fc.constantFrom(0, 1)
    case 'uint16':
      return fc.integer({ min, max: 65_535 })
    case 'uint32':
      return fc.integer({ min, max: 4_294_967_295 })
    case 'text':
      return text
    case 'binary':
      return binary
    case 'textPair':
      return fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 })
    case 'variableByteInteger':
      return fc.array(fc.integer({ min, max: 268_435_455 }), {
        minLength: 1,
        maxLength: owner === 'subscribe' ? 1 : 3,
      })
  }
}
