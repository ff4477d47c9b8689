import { loadConfig } from '@pillion/server'

/** Plain MQTT and HTTP on free ports, and nothing in the log but errors. */
export function loadQuietConfig(dataFolder: string, more: Record<string, unknown> = {}) {
  return loadConfig({
    env: {},
    flags: {
      data: dataFolder,
      'listeners.mqtt.port': 0,
      'listeners.http.port': 0,
      'listeners.mqtts.enabled': false,
      'listeners.partners.enabled': false,
      'listeners.https.enabled': false,
      'log.level': 'error',
      ...more,
    },
  })
}
