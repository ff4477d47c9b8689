import { type Command, InvalidArgumentError } from 'commander'

/** The options of `serve` and `demo`. */
export interface ListenerOptions {
  data?: string
  config?: string
  http?: number
  mqtt?: number
  mqtts?: number
  partners?: number
  https?: number
  migrate?: boolean
  json?: boolean
}

export const listenerNames = ['http', 'https', 'mqtt', 'mqtts', 'partners'] as const
export type ListenerName = (typeof listenerNames)[number]

export function addListenerOptions(command: Command): Command {
  return command
    .option('--data <dir>', 'folder for everything the server keeps (default: ./pillion-data)')
    .option('--config <file>', 'YAML configuration; flags and PILLION_… variables win over it')
    .option('--migrate', 'bring the database up to date even if database.migrate says refuse')
    .optionsGroup('Ports (0 takes a free one):')
    .option('--http <port>', 'HTTP: portal, apps, admin (default: 8080)', parsePort)
    .option('--https <port>', 'the same over TLS (default: 8443)', parsePort)
    .option('--mqtt <port>', 'MQTT (default: 1883)', parsePort)
    .option('--mqtts <port>', 'MQTT over TLS (default: 8883)', parsePort)
    .option('--partners <port>', 'MQTT over TLS with client certificate (default: 8886)', parsePort)
    .optionsGroup('Output:')
    .option('--json', 'print one line of JSON when everything is up')
}

/** The options as the flags of loadConfig: by dotted path, those not given undefined. */
export function toConfigFlags(options: ListenerOptions): Partial<Record<string, unknown>> {
  const ports = listenerNames.map((name) => [`listeners.${name}.port`, options[name]])
  const migrate = options.migrate === true ? 'auto' : undefined
  return { data: options.data, 'database.migrate': migrate, ...Object.fromEntries(ports) }
}

function parsePort(text: string): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return port
}
