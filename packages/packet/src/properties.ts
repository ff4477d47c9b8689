import { malformed, protocolError } from './faults.ts'
import { MqttError } from './mqtt-error.ts'
import type { Properties } from './packet.ts'
import { type PropertyOwner, type PropertySpec, propertyTable } from './property-table.ts'
import type { Reader } from './reader.ts'
import { reasonCodes } from './reason-codes.ts'
import { hasWildcard } from './topic-filter.ts'
import type { Writer } from './writer.ts'

const specsById: readonly (PropertySpec | undefined)[] = Array.from({ length: 0x2b }, (_, id) =>
  propertyTable.find((spec) => spec.id === id),
)
const specsByName: ReadonlyMap<string, PropertySpec> = new Map(propertyTable.map((spec) => [spec.name, spec]))

/** Reads a property section with its length (2.2.2). Undefined if there is none in it. */
export function readProperties(reader: Reader, owner: PropertyOwner): Properties | undefined {
  const length = reader.variableByteInteger()
  if (length === 0) return undefined
  const section = reader.section(length)
  const properties: Record<string, unknown> = {}
  while (section.remaining > 0) {
    const id = section.variableByteInteger()
    const spec = specsById[id]
    if (spec === undefined) throw malformed(`There is no property 0x${id.toString(16)} (2.2.2.2)`)
    checkOwner(spec, owner)
    addValue(properties, spec, owner, readValue(section, spec))
  }
  checkTogether(properties, owner)
  return properties
}

/** Writes a property section with its length; absent properties as length 0 [MQTT-2.2.2-1]. */
export function writeProperties(
  writer: Writer,
  properties: Properties | undefined,
  owner: PropertyOwner,
): void {
  if (properties === undefined) {
    writer.variableByteInteger(0)
    return
  }
  checkTogether(properties, owner)
  writer.section((section) => writeAll(section, properties, owner))
}

/** Whether a property section would hold anything; the short forms of several packets leave out an empty one. */
export function hasProperties(properties: Properties | undefined): boolean {
  return properties !== undefined && Object.values(properties).some((value) => value !== undefined)
}

function readValue(reader: Reader, spec: PropertySpec): unknown {
  switch (spec.form) {
    case 'flag':
      return checkNumber(spec, reader.byte())
    case 'textPair':
      return [reader.text(), reader.text()]
    case 'text':
    case 'binary':
      return reader[spec.form]()
    default:
      return checkNumber(spec, reader[spec.form]())
  }
}

function addValue(
  properties: Record<string, unknown>,
  spec: PropertySpec,
  owner: PropertyOwner,
  value: unknown,
) {
  const earlier = properties[spec.name]
  if (spec.form === 'textPair' || spec.form === 'variableByteInteger') {
    if (earlier === undefined) properties[spec.name] = [value]
    else (earlier as unknown[]).push(value)
    return
  }
  if (earlier !== undefined) throw protocolError(`${owner} has ${spec.name} twice (2.2.2.2)`)
  properties[spec.name] = value
}

function writeAll(writer: Writer, properties: Properties, owner: PropertyOwner): void {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue
    const spec = specsByName.get(name)
    if (spec === undefined) throw malformed(`There is no property ${name} (2.2.2.2)`)
    checkOwner(spec, owner)
    const repeats = spec.form === 'textPair' || spec.form === 'variableByteInteger'
    for (const each of repeats ? value : [value]) writeOne(writer, spec, each)
  }
}

function writeOne(writer: Writer, spec: PropertySpec, value: unknown) {
  writer.byte(spec.id)
  switch (spec.form) {
    case 'flag':
      return writer.byte(checkNumber(spec, value as number))
    case 'textPair':
      for (const text of value as readonly [string, string]) writer.text(text)
      return
    case 'text':
      return writer.text(value as string)
    case 'binary':
      return writer.binary(value as Uint8Array)
    default:
      return writer[spec.form](checkNumber(spec, value as number))
  }
}

function checkOwner(spec: PropertySpec, owner: PropertyOwner): void {
  if (!spec.owners.includes(owner))
    throw malformed(`${owner} may not have the property ${spec.name} (2.2.2.2)`)
}

function checkNumber(spec: PropertySpec, value: number): number {
  if (spec.form === 'flag' && value !== 0 && value !== 1) {
    throw protocolError(`${spec.name} is ${value} where only 0 and 1 are allowed (2.2.2.2)`)
  }
  if (spec.positive && value === 0) {
    if (spec.name === 'topicAlias')
      throw new MqttError(reasonCodes.TOPIC_ALIAS_INVALID, 'Topic alias is 0 [MQTT-3.3.2-8]')
    throw protocolError(`${spec.name} is 0 (2.2.2.2)`)
  }
  return value
}

/** Rules that look at more than one property, or at the text of one. */
function checkTogether(properties: Properties, owner: PropertyOwner): void {
  const { responseTopic, subscriptionIdentifiers } = properties
  if (responseTopic !== undefined && (responseTopic === '' || hasWildcard(responseTopic))) {
    throw new MqttError(
      reasonCodes.TOPIC_NAME_INVALID,
      'Response topic is empty or has a wildcard [MQTT-3.3.2-14] [MQTT-4.7.3-1]',
    )
  }
  if (owner === 'subscribe' && (subscriptionIdentifiers?.length ?? 0) > 1) {
    throw protocolError('SUBSCRIBE has subscriptionIdentifiers twice (3.8.2.1.2)')
  }
  if (properties.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw protocolError(`${owner} has authentication data without a method (3.1.2.11.10)`)
  }
}
