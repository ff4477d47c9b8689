import type { Packet } from '../packet.ts'
import { type RefusedCase, refusedCase, textBytes as utf8 } from './row.ts'

const malformed = refusedCase('MALFORMED_PACKET')
const forbidden = refusedCase('PROTOCOL_ERROR')
const badTopic = refusedCase('TOPIC_NAME_INVALID')
const unsupported = refusedCase('UNSUPPORTED_PROTOCOL_VERSION')
const badAlias = refusedCase('TOPIC_ALIAS_INVALID')
const none = new Uint8Array(0)
const publish = { type: 'publish', dup: false, qos: 0, retain: false, topicName: 'a', payload: none } as const
const connect = {
  type: 'connect',
  protocolVersion: 5,
  clean: true,
  keepAliveSeconds: 60,
  clientId: 'a',
} as const
const filter = {
  topicFilter: 'a',
  qos: 0,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const
const tooLong = 'x'.repeat(65_536)

/** Packets that `encode` must refuse to write, as their bytes would be malformed. */
export const refusedCases: readonly RefusedCase[] = [
  malformed(
    'text with a lone high surrogate',
    [3, 4, 5],
    { ...publish, topicName: 'a\ud83d' },
    '[MQTT-1.5.4-1]',
  ),
  malformed(
    'text with a lone low surrogate',
    [3, 4, 5],
    { ...publish, topicName: '\ude97a' },
    '[MQTT-1.5.4-1]',
  ),
  malformed(
    'text with two high surrogates',
    [3, 4, 5],
    { ...publish, topicName: '\ud83d\ud83d\ude97' },
    '[MQTT-1.5.4-1]',
  ),
  malformed('text with U+0000', [3, 4, 5], { ...publish, topicName: 'a\0' }, '[MQTT-1.5.4-2]'),
  malformed('text of 65,536 bytes', [3, 4, 5], { ...publish, topicName: tooLong }, '(1.5.4)'),
  malformed(
    'text of 65,536 bytes in fewer characters',
    [3, 4, 5],
    { ...publish, topicName: 'é'.repeat(32_768) },
    '(1.5.4)',
  ),

  unsupported(
    'CONNECT of an unknown version',
    [5],
    { ...connect, protocolVersion: 6 } as unknown as Packet,
    '[MQTT-3.1.2-2]',
  ),
  malformed('keep alive of 65,536 seconds', [5], { ...connect, keepAliveSeconds: 65_536 }, '(1.5)'),
  malformed('negative keep alive', [5], { ...connect, keepAliveSeconds: -1 }, '(1.5)'),
  malformed('keep alive with a fraction', [5], { ...connect, keepAliveSeconds: 0.5 }, '(1.5)'),
  malformed(
    'password without a user name',
    [4],
    { ...connect, protocolVersion: 4, password: none },
    '[3.1.1:MQTT-3.1.2-22]',
  ),
  malformed('password of 65,536 bytes', [5], { ...connect, password: new Uint8Array(65_536) }, '(1.5.6)'),
  badTopic(
    'will topic with a wildcard',
    [5],
    { ...connect, will: { topicName: 'w/+', payload: none, qos: 0, retain: false } },
    '[MQTT-4.7.0-1]',
  ),
  badTopic(
    'empty will topic',
    [5],
    { ...connect, will: { topicName: '', payload: none, qos: 0, retain: false } },
    '[MQTT-4.7.3-1]',
  ),
  forbidden('receive maximum 0', [5], { ...connect, properties: { receiveMax: 0 } }, '(2.2.2.2)'),
  malformed('receive maximum 65,536', [5], { ...connect, properties: { receiveMax: 65_536 } }, '(1.5)'),
  malformed(
    'session expiry beyond four bytes',
    [5],
    { ...connect, properties: { sessionExpirySeconds: 4_294_967_296 } },
    '(1.5)',
  ),
  malformed(
    'property of PUBLISH in a CONNECT',
    [5],
    { ...connect, properties: { topicAlias: 1 } },
    '(2.2.2.2)',
  ),
  malformed(
    'property that does not exist',
    [5],
    { ...connect, properties: { colour: 1 } as object },
    '(2.2.2.2)',
  ),
  forbidden(
    'authentication data without a method',
    [5],
    { ...connect, properties: { authenticationData: none } },
    '(3.1.2.11.10)',
  ),

  malformed(
    'CONNACK with a reason code of 5 before version 5',
    [3, 4],
    { type: 'connack', sessionPresent: false, reasonCode: 0x87 },
    '(3.1.1, 3.2.2.3)',
  ),
  forbidden(
    'CONNACK with a return code of 3.1.1',
    [5],
    { type: 'connack', sessionPresent: false, reasonCode: 5 },
    '[MQTT-3.2.2-8]',
  ),
  forbidden(
    'CONNACK that refuses a session that is present',
    [4],
    { type: 'connack', sessionPresent: true, reasonCode: 5 },
    '[MQTT-3.2.2-6]',
  ),
  forbidden(
    'maximum QoS 2',
    [5],
    { type: 'connack', sessionPresent: false, reasonCode: 0, properties: { qosMax: 2 } } as unknown as Packet,
    '(2.2.2.2)',
  ),

  badTopic('topic name with a wildcard', [3, 4, 5], { ...publish, topicName: 'a/#' }, '[MQTT-3.3.2-2]'),
  badTopic('empty topic name', [3, 4], { ...publish, topicName: '' }, '[MQTT-4.7.3-1]'),
  forbidden('empty topic name without a topic alias', [5], { ...publish, topicName: '' }, '(3.3.2.1)'),
  malformed('DUP at QoS 0', [3, 4, 5], { ...publish, dup: true }, '[MQTT-3.3.1-2]'),
  malformed('QoS 3', [3, 4, 5], { ...publish, qos: 3, packetId: 1 } as unknown as Packet, '[MQTT-3.3.1-4]'),
  forbidden('packet identifier at QoS 0', [3, 4, 5], { ...publish, packetId: 1 }, '[MQTT-2.2.1-2]'),
  forbidden('packet identifier missing at QoS 1', [3, 4, 5], { ...publish, qos: 1 }, '[MQTT-2.2.1-3]'),
  forbidden('packet identifier 0', [3, 4, 5], { ...publish, qos: 1, packetId: 0 }, '[MQTT-2.2.1-3]'),
  malformed('packet identifier 65,536', [3, 4, 5], { ...publish, qos: 1, packetId: 65_536 }, '(1.5)'),
  badAlias('topic alias 0', [5], { ...publish, properties: { topicAlias: 0 } }, '[MQTT-3.3.2-8]'),
  badTopic(
    'response topic with a wildcard',
    [5],
    { ...publish, properties: { responseTopic: '+' } },
    '[MQTT-3.3.2-14]',
  ),
  forbidden(
    'subscription identifier 0',
    [5],
    { ...publish, properties: { subscriptionIdentifiers: [0] } },
    '(2.2.2.2)',
  ),
  malformed(
    'subscription identifier beyond four bytes',
    [5],
    { ...publish, properties: { subscriptionIdentifiers: [268_435_456] } },
    '(1.5)',
  ),
  malformed(
    'correlation data of 65,536 bytes',
    [5],
    { ...publish, properties: { correlationData: utf8(tooLong) } },
    '(1.5.6)',
  ),
  malformed(
    'user property with U+0000',
    [5],
    { ...publish, properties: { userProperties: [['a', '\0']] } },
    '[MQTT-1.5.4-2]',
  ),

  forbidden(
    'packet identifier 0 in a PUBACK',
    [3, 4, 5],
    { type: 'puback', packetId: 0, reasonCode: 0 },
    '[MQTT-2.2.1-3]',
  ),
  forbidden(
    'PUBACK with a reason code of another packet',
    [5],
    { type: 'puback', packetId: 1, reasonCode: 0x8e },
    '[MQTT-3.4.2-1]',
  ),
  forbidden(
    'PUBREL with a reason code of another packet',
    [5],
    { type: 'pubrel', packetId: 1, reasonCode: 0x10 },
    '[MQTT-3.6.2-1]',
  ),
  forbidden(
    'SUBSCRIBE without a filter',
    [3, 4, 5],
    { type: 'subscribe', packetId: 1, subscriptions: [] },
    '[MQTT-3.8.3-2]',
  ),
  forbidden(
    'QoS 3 requested',
    [3, 4, 5],
    { type: 'subscribe', packetId: 1, subscriptions: [{ ...filter, qos: 3 }] } as unknown as Packet,
    '(3.8.3.1)',
  ),
  forbidden(
    'retain handling 3',
    [5],
    {
      type: 'subscribe',
      packetId: 1,
      subscriptions: [{ ...filter, retainHandling: 3 }],
    } as unknown as Packet,
    '(3.8.3.1)',
  ),
  forbidden(
    'two subscription identifiers in a SUBSCRIBE',
    [5],
    {
      type: 'subscribe',
      packetId: 1,
      subscriptions: [filter],
      properties: { subscriptionIdentifiers: [1, 2] },
    },
    '(3.8.2.1.2)',
  ),
  forbidden(
    'SUBACK without a reason code',
    [3, 4, 5],
    { type: 'suback', packetId: 1, reasonCodes: [] },
    '[MQTT-3.8.4-6]',
  ),
  malformed(
    'SUBACK with a reason code of 5 before version 5 [3.1.1:MQTT-3.9.3-2]',
    [3, 4],
    { type: 'suback', packetId: 1, reasonCodes: [0x87] },
    '[MQTT-3.9.3-2]',
  ),
  forbidden(
    'SUBACK with reason code 3',
    [5],
    { type: 'suback', packetId: 1, reasonCodes: [3] },
    '[MQTT-3.9.3-2]',
  ),
  forbidden(
    'UNSUBSCRIBE without a filter',
    [3, 4, 5],
    { type: 'unsubscribe', packetId: 1, topicFilters: [] },
    '[MQTT-3.10.3-2]',
  ),
  forbidden(
    'UNSUBACK without a reason code',
    [5],
    { type: 'unsuback', packetId: 1, reasonCodes: [] },
    '(3.11.3)',
  ),
  forbidden(
    'DISCONNECT with a reason code of another packet',
    [5],
    { type: 'disconnect', reasonCode: 0x84 },
    '[MQTT-3.14.2-1]',
  ),
  malformed('AUTH before version 5', [3, 4], { type: 'auth', reasonCode: 0 }, '(2.1.2)'),
  forbidden('AUTH without a method', [5], { type: 'auth', reasonCode: 0x18 }, '(3.15.2.2.2)'),
]
