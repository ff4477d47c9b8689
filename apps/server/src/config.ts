import { accessSync, constants } from 'node:fs'
import { PORTAL_ROOT } from '@pillion/schema'
import {
  databaseUrl,
  flag,
  hostName,
  type Key,
  key,
  natsUrls,
  oneOf,
  optionalText,
  origin,
  port,
  secretText,
  subjectToken,
  text,
  textList,
  topicLevel,
  topicRoot,
  type Values,
  wholeNumber,
} from './config-keys.ts'
import { ConfigError, readSettings } from './config-sources.ts'
import { limitKeys } from './limits.ts'
import { isLoopback } from './loopback.ts'

export { ConfigError }

/**
 * Every key there is, with its default and what it is for. Written in the YAML file as nested keys, in the
 * environment as `PILLION_SECTION__KEY`, as a flag by its dotted path.
 */
const keys = {
  data: key(text, './pillion-data', 'Folder for everything the server keeps; made at first start.'),
  names: key(
    textList,
    [] as readonly string[],
    'Host names, besides localhost, under which people reach this server: they go into its certificate and are accepted as Host.',
  ),
  listeners: {
    mqtt: listener(1883, 'MQTT over plain TCP'),
    mqtts: listener(8883, 'MQTT over TLS, client certificate optional'),
    partners: listener(8886, 'MQTT over TLS for partners, client certificate required (W 2.2)'),
    http: listener(8080, 'HTTP and WebSocket'),
    https: listener(8443, 'HTTP and WebSocket over TLS'),
  },
  portal: {
    root: key(topicRoot, PORTAL_ROOT, 'Root of the portal topics (W 2.3).'),
    environment: key(topicLevel, 'default', 'Keeps deployments apart that share a relay; one topic level.'),
  },
  apps: {
    origin: key(
      origin,
      'http://{app}.pillion.localhost:{port}',
      'Origin of each vehicle app (W 11.3): {app} is its label, {port} the port of the http listener.',
    ),
  },
  push: {
    host: key(
      hostName,
      '',
      'Host that MQTT endpoints name (P 6.3); by default the one under which the endpoint was asked for.',
    ),
    portTCP: endpointPort('MQTT over TCP', 'mqtt'),
    portSSL: endpointPort('MQTT over TLS', 'mqtts'),
    portWS: endpointPort('MQTT over WebSocket', 'http'),
    portWSS: endpointPort('MQTT over secure WebSocket', 'https'),
    endpointSeconds: key(
      wholeNumber(1, 2_147_483_647),
      2_147_483_647,
      'Seconds after which the credentials of an endpoint are renewed (X-MQTT-TTL); 2147483647 = never.',
    ),
    endpointDelayMilliseconds: key(
      wholeNumber(0, 60_000),
      0,
      'Milliseconds that an endpoint is said to be prepared in: lets an app try how it meets MQTT_ENDPOINT_NOT_READY.',
    ),
  },
  access: {
    mode: key(
      oneOf('product', 'open'),
      'product',
      'product: partners, vehicles and accounts sign in. open: anyone, any topic, on loopback only, for laboratories.',
    ),
    openAnywhere: key(
      flag,
      false,
      'Lets access.mode open listen beyond loopback: whoever reaches the server then reads and writes everything.',
    ),
  },
  database: {
    url: key(
      databaseUrl,
      '',
      'PostgreSQL, which several nodes share: postgres://user:password@host/database. Empty: SQLite in the data folder.',
    ),
    poolMax: key(wholeNumber(1, 100), 10, 'Connections to PostgreSQL that this node opens at most.'),
    caFile: key(
      optionalText,
      '',
      'PEM file of the authority that signed the certificate of PostgreSQL; with it, TLS is required.',
    ),
  },
  relay: {
    url: key(
      natsUrls,
      [] as readonly string[],
      'NATS servers that carry messages between nodes; any of them will do. With tls://, by host name. Empty: this node is alone.',
    ),
    deployment: key(subjectToken, 'default', 'Keeps deployments apart that share NATS servers.'),
    credentialsFile: key(optionalText, '', 'File with the credentials for NATS (.creds).'),
    user: key(optionalText, '', 'User name for NATS.'),
    password: key(secretText, '', 'Password for NATS; best in a file, as PILLION_RELAY__PASSWORD_FILE.'),
    caFile: key(optionalText, '', 'PEM file of the authority that signed the certificates of NATS.'),
    certFile: key(optionalText, '', 'PEM file of the client certificate for NATS.'),
    keyFile: key(optionalText, '', 'PEM file of the private key of relay.certFile.'),
  },
  shutdown: {
    drainSeconds: key(
      wholeNumber(0, 3_600),
      0,
      'Seconds over which connections are closed when the server stops, so that not all of them come back at once.',
    ),
    serverReference: key(
      optionalText,
      '',
      'Host, or host:port, that MQTT 5 clients are told to use instead when the server stops.',
    ),
  },
  limits: limitKeys,
  log: {
    level: key(
      oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
      'info',
      'Least important line that is still logged.',
    ),
  },
} as const

function listener(portDefault: number, what: string) {
  return {
    enabled: key(flag, true, `${what}: listen at all.`),
    host: key(text, '127.0.0.1', `${what}: address to bind; 0.0.0.0 or :: for every interface.`),
    port: key(port, portDefault, `${what}: port; 0 takes a free one.`),
    proxyProtocol: key(
      flag,
      false,
      `${what}: every connection begins with a PROXY header (version 1 or 2), which says whose it is. Anyone who reaches such a listener can claim any address: let only the load balancer reach it.`,
    ),
  }
}

function endpointPort(what: string, name: string) {
  return key(port, 0, `Port that endpoints name for ${what}; 0 = that of listeners.${name}.`)
}

export type Config = Values<typeof keys>
export type ListenerName = keyof Config['listeners']

export interface ConfigSources {
  /** YAML file. */
  file?: string
  env: NodeJS.ProcessEnv
  /** By dotted path, such as `listeners.http.port`; undefined values are passed over. */
  flags: Partial<Record<string, unknown>>
}

/**
 * Reads the configuration once, file < environment < flags, and freezes it.
 * @throws {ConfigError} unknown key, wrong value, or keys that contradict each other; its `path` names the key
 */
export function loadConfig(sources: ConfigSources): Config {
  const table = flatten(keys)
  const settings = readSettings(sources, [...table.keys()])
  const config = build(keys, (path, definition) => {
    const setting = settings.get(path)
    if (setting === undefined) return definition.default
    const value = definition.read(setting.value)
    if (value === undefined) {
      throw new ConfigError(
        setting.name,
        `${setting.name} must be ${definition.expected}${definition.isSecret ? '' : `, not ${JSON.stringify(setting.value)}`}.`,
      )
    }
    return value
  }) as Config
  refuseOpenAccessFromOutside(config)
  refuseNodesWithoutDatabase(config)
  refuseUnreadableFiles(config)
  return config
}

export interface ListedKey {
  /** Dotted. */
  readonly path: string
  readonly default: unknown
  /** Completes "… must be". */
  readonly expected: string
  readonly sentence: string
}

/** Every key, for listings such as docs/reference/configuration.md. */
export function listConfigKeys(): ListedKey[] {
  return [...flatten(keys)].map(([path, { default: value, expected, sentence }]) => ({
    path,
    default: value,
    expected,
    sentence,
  }))
}

/** In the laboratory mode nobody signs in, so nobody from outside may come in. */
function refuseOpenAccessFromOutside(config: Config): void {
  const listener = findOpenListener(config)
  if (listener === undefined || config.access.openAnywhere) return
  const { host } = config.listeners[listener]
  throw new ConfigError(
    'access.mode',
    `access.mode open is for loopback only, but listeners.${listener}.host is ${host}. To have it all the same, set access.openAnywhere.`,
  )
}

/** Nodes that each had a database of their own would not be one deployment. */
function refuseNodesWithoutDatabase({ relay, database }: Config): void {
  if (relay.url.length === 0 || database.url !== '') return
  throw new ConfigError(
    'relay.url',
    'relay.url needs database.url: nodes that work together share one PostgreSQL.',
  )
}

/** Without it NATS would be tried again for ever, and nothing said which key is to blame. */
function refuseUnreadableFiles({ database, relay }: Config): void {
  const files = {
    ...(database.url === '' ? {} : { 'database.caFile': database.caFile }),
    ...(relay.url.length === 0
      ? {}
      : {
          'relay.credentialsFile': relay.credentialsFile,
          'relay.caFile': relay.caFile,
          'relay.certFile': relay.certFile,
          'relay.keyFile': relay.keyFile,
        }),
  }
  for (const [path, file] of Object.entries(files)) {
    if (file !== '') refuseUnreadable(path, file)
  }
}

function refuseUnreadable(path: string, file: string): void {
  try {
    accessSync(file, constants.R_OK)
  } catch (cause) {
    throw new ConfigError(path, `${path}: ${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** A listener that others than this machine reach and on which nobody has to sign in. */
export function findOpenListener({ access, listeners }: Config): ListenerName | undefined {
  if (access.mode !== 'open') return undefined
  const names = Object.keys(listeners) as ListenerName[]
  return names.find((name) => listeners[name].enabled && !isLoopback(listeners[name].host))
}

type Tree = { readonly [name: string]: Tree | Key<unknown> }

function flatten(tree: Tree, prefix = ''): Map<string, Key<unknown>> {
  const table = new Map<string, Key<unknown>>()
  for (const [name, node] of Object.entries(tree)) {
    if (isKey(node)) table.set(prefix + name, node)
    else for (const [path, definition] of flatten(node, `${prefix}${name}.`)) table.set(path, definition)
  }
  return table
}

function build(tree: Tree, choose: (path: string, key: Key<unknown>) => unknown, prefix = ''): object {
  const entries = Object.entries(tree).map(([name, node]) => [
    name,
    isKey(node) ? choose(prefix + name, node) : build(node, choose, `${prefix}${name}.`),
  ])
  return Object.freeze(Object.fromEntries(entries))
}

function isKey(node: Tree | Key<unknown>): node is Key<unknown> {
  return typeof (node as Key<unknown>).read === 'function'
}
