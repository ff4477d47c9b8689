import { type FlatData, type Members, readBoolean, readData, readObject, refuse } from './read-message.ts'

/** Of the services behind the other channels, which set them (P 8.2, 16). */
const GCM_BYTES_MAX = 4_096
const APNS_BYTES_MAX = 2_048

const reservedKeys = {
  gcm: {
    prefixes: ['google.'],
    keys: [
      'from',
      'registration_ids',
      'collapse_key',
      'data',
      'delay_while_idle',
      'time_to_live',
      'restricted_package_name',
      'dry_run',
    ],
  },
  fcm: {
    prefixes: ['google.', 'gcm.'],
    keys: [
      'from',
      'message_type',
      'collapse_key',
      'priority',
      'ttl',
      'restricted_package_name',
      'notification',
      'fcm_options',
      'direct_boot_ok',
    ],
  },
} as const

/**
 * The channels that nothing is delivered to here are checked all the same (P 8.2), so that an app learns of its mistakes
 * as it did at the original.
 * @param data the message's own, common to all channels
 */
export function checkChannels(message: Members, data: FlatData): void {
  const [gcm, fcm, apns, jpush] = ['gcm', 'fcm', 'apns', 'jpush'].map((name) =>
    readObject(message[name], name),
  )
  if ([message.mqtt, gcm, fcm, apns, jpush].every((channel) => channel === undefined))
    throw refuse('body', 'names no channel: one of mqtt, gcm, fcm, apns and jpush is needed')
  if (gcm !== undefined) checkGoogle('gcm', gcm, data)
  if (fcm !== undefined) checkGoogle('fcm', fcm, data)
  const isApnsOn = apns !== undefined && checkApns(apns, data)
  if (gcm?.dryRun === true && isApnsOn)
    throw refuse('gcm.dryRun', 'cannot be true together with apns.enabled')
  if (jpush === undefined) return
  readBoolean(jpush.enabled, 'jpush.enabled')
  readData(jpush, 'jpush.data')
}

function checkGoogle(name: 'gcm' | 'fcm', channel: Members, data: FlatData): void {
  const isOn = readEnabled(name, channel)
  const own = readData(channel, `${name}.data`)
  for (const [key, value] of Object.entries(own))
    if (typeof value !== 'string') throw refuse(`${name}.data.${key}`, 'must be a string')
  if (!isOn) return
  const merged = { ...data, ...own }
  const { prefixes, keys } = reservedKeys[name]
  const reserved = Object.keys(merged).find(
    (key) => keys.some((each) => each === key) || prefixes.some((prefix) => key.startsWith(prefix)),
  )
  if (reserved !== undefined) throw refuse(reserved, `is a key that ${name} keeps for itself`)
  checkBytes(`${name}.data`, merged, GCM_BYTES_MAX)
}

function checkApns(apns: Members, data: FlatData): boolean {
  const isOn = readEnabled('apns', apns)
  const own = readData(apns, 'apns.data')
  if (apns.alert !== undefined && typeof apns.alert !== 'string') readObject(apns.alert, 'apns.alert')
  if (!isOn) return false
  const { alert, sound, badge, category, contentAvailable, mutableContent } = apns
  const aps = {
    alert,
    sound,
    badge,
    category,
    'content-available': contentAvailable,
    'mutable-content': mutableContent,
  }
  checkBytes('apns', { ...data, ...own, aps }, APNS_BYTES_MAX)
  return true
}

function readEnabled(name: string, { enabled }: Members): boolean {
  const isOn = readBoolean(enabled, `${name}.enabled`)
  if (isOn === undefined) throw refuse(`${name}.enabled`, 'is needed: true or false')
  return isOn
}

function checkBytes(field: string, payload: object, bytesMax: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(payload))
  if (bytes > bytesMax) throw refuse(field, `has ${bytes} bytes as JSON; at most ${bytesMax} are delivered`)
}
