import type { Properties } from './packet.ts'
import type { PacketType } from './packet-types.ts'

/** Where a property section stands: in a packet, or before the will in a CONNECT (3.1.3.2). */
export type PropertyOwner = PacketType | 'will'

export type PropertyForm =
  /** One byte, 0 or 1. Every byte property of version 5 is one of these. */
  'flag' | 'uint16' | 'uint32' | 'variableByteInteger' | 'text' | 'binary' | 'textPair'

export interface PropertySpec {
  readonly id: number
  readonly name: keyof Properties
  readonly form: PropertyForm
  readonly owners: readonly PropertyOwner[]
  /** 0 is a protocol error. */
  readonly positive: boolean
}

const message: readonly PropertyOwner[] = ['publish', 'will']
const opening: readonly PropertyOwner[] = ['connect', 'connack']
const acknowledgements: readonly PropertyOwner[] = [
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'suback',
  'unsuback',
]
const everywhere: readonly PropertyOwner[] = [
  ...opening,
  ...message,
  ...acknowledgements,
  'subscribe',
  'unsubscribe',
  'disconnect',
  'auth',
]

/** Table 2-4 of the standard (2.2.2.2). */
export const propertyTable: readonly PropertySpec[] = [
  spec(0x01, 'payloadFormatIndicator', 'flag', message),
  spec(0x02, 'messageExpirySeconds', 'uint32', message),
  spec(0x03, 'contentType', 'text', message),
  spec(0x08, 'responseTopic', 'text', message),
  spec(0x09, 'correlationData', 'binary', message),
  spec(0x0b, 'subscriptionIdentifiers', 'variableByteInteger', ['publish', 'subscribe'], true),
  spec(0x11, 'sessionExpirySeconds', 'uint32', [...opening, 'disconnect']),
  spec(0x12, 'assignedClientId', 'text', ['connack']),
  spec(0x13, 'serverKeepAliveSeconds', 'uint16', ['connack']),
  spec(0x15, 'authenticationMethod', 'text', [...opening, 'auth']),
  spec(0x16, 'authenticationData', 'binary', [...opening, 'auth']),
  spec(0x17, 'requestProblemInformation', 'flag', ['connect']),
  spec(0x18, 'willDelaySeconds', 'uint32', ['will']),
  spec(0x19, 'requestResponseInformation', 'flag', ['connect']),
  spec(0x1a, 'responseInformation', 'text', ['connack']),
  spec(0x1c, 'serverReference', 'text', ['connack', 'disconnect']),
  spec(0x1f, 'reasonString', 'text', ['connack', ...acknowledgements, 'disconnect', 'auth']),
  spec(0x21, 'receiveMax', 'uint16', opening, true),
  spec(0x22, 'topicAliasMax', 'uint16', opening),
  spec(0x23, 'topicAlias', 'uint16', ['publish'], true),
  spec(0x24, 'qosMax', 'flag', ['connack']),
  spec(0x25, 'retainAvailable', 'flag', ['connack']),
  spec(0x26, 'userProperties', 'textPair', everywhere),
  spec(0x27, 'packetBytesMax', 'uint32', opening, true),
  spec(0x28, 'wildcardSubscriptionAvailable', 'flag', ['connack']),
  spec(0x29, 'subscriptionIdentifiersAvailable', 'flag', ['connack']),
  spec(0x2a, 'sharedSubscriptionAvailable', 'flag', ['connack']),
]

function spec(
  id: number,
  name: keyof Properties,
  form: PropertyForm,
  owners: readonly PropertyOwner[],
  positive = false,
): PropertySpec {
  return { id, name, form, owners, positive }
}
