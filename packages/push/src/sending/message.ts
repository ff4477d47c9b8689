import { PushError } from '../push-error.ts'
import { checkChannels } from './other-channels.ts'
import { type FlatData, readBoolean, readData, readObject, refuse } from './read-message.ts'

/** What a request to send asks for, as far as it concerns MQTT (P 8.1). The other channels were checked and are gone. */
export interface PushMessage {
  /** The app's keys: `data` overlaid by `mqtt.data`. */
  readonly data: FlatData
  /** Is the channel on? Then the payload must not be too large. */
  readonly isForMqtt: boolean
  /** Checked like others, and delivered to nobody. */
  readonly isDryRun: boolean
  /** Which installations it is for. */
  readonly development: boolean
  readonly production: boolean
  /** `pushMessageType`. */
  readonly type: string | undefined
  readonly sendsAppID: boolean
  readonly sendsSender: boolean
  /** Undefined: nothing said. */
  readonly sendsWhen: boolean | undefined
  readonly sendsOrigin: boolean
  readonly sendsObjectScope: boolean
  readonly sendsTopicID: boolean
}

/**
 * Reads the parsed body of a request to send. Unknown members are ignored.
 * @throws PushError INVALID_INPUT_DATA with `field` and `reason` (P 8.2)
 */
export function readMessage(body: unknown): PushMessage {
  const message = readObject(body, 'body')
  if (message === undefined) throw new PushError('MISSING_DATA', 'A message to send is needed')
  const data = readData(message, 'data')
  const mqtt = readObject(message.mqtt, 'mqtt')
  checkChannels(message, data)
  const mqttData = mqtt === undefined ? {} : readData(mqtt, 'mqtt.data')
  return {
    data: { ...data, ...mqttData },
    isForMqtt: readBoolean(mqtt?.enabled, 'mqtt.enabled') ?? false,
    isDryRun: readBoolean(mqtt?.dryRun, 'mqtt.dryRun') ?? false,
    development: readBoolean(message.sendToDevelopment, 'sendToDevelopment') ?? true,
    production: readBoolean(message.sendToProduction, 'sendToProduction') ?? true,
    type: readType(message.pushMessageType),
    sendsAppID: readBoolean(message.sendAppID, 'sendAppID') ?? false,
    sendsSender: readBoolean(message.sendSender, 'sendSender') ?? true,
    sendsWhen: readBoolean(message.sendWhen, 'sendWhen'),
    sendsOrigin: readBoolean(message.sendOrigin, 'sendOrigin') ?? false,
    sendsObjectScope: readBoolean(message.sendObjectScope, 'sendObjectScope') ?? true,
    sendsTopicID: readBoolean(message.sendTopicID, 'sendTopicID') ?? true,
  }
}

function readType(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  throw refuse('pushMessageType', 'must be a string')
}
