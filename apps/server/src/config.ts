import { accessSync, constants } from 'node:fs'
import { isIPv4 } from 'node:net'
import { ledgerBodies, ledgerLevels, PORTAL_ROOT } from '@pillion/schema'
import {
  collectorUrl,
  databaseUrl,
  flag,
  hostName,
  hostNames,
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
  topicLevel,
  topicRoot,
  type Values,
  wholeNumber,
} from './config-keys.ts'
import { type Complain, ConfigError, type FoundSetting, readSettings } from './config-sources.ts'
import { limitKeys } from './limits.ts'
import { formatAddress } from './listeners/bound-listener.ts'
import { isLoopback } from './loopback.ts'
import { isLiveKey } from './settings/live-keys.ts'
import { readTlsFiles } from './tls/tls-files.ts'

export { ConfigError }

/**
 * Every key there is, with its default and what it is for. Written in the YAML file as nested keys, in the
 * environment as `PILLION_SECTION__KEY`, as a flag by its dotted path.
 */
const keys = {
  data: key(text, './pillion-data', 'Folder for everything the server keeps; made at first start.'),
  names: key(
    hostNames,
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
  tls: {
    certFile: key(
      optionalText,
      '',
      'PEM file of the certificate of the TLS listeners, its chain after it. Empty: the local authority signs one. Read again when it changes, as the others here, and no connection is dropped.',
    ),
    keyFile: key(optionalText, '', 'PEM file of its private key.'),
    caFile: key(
      optionalText,
      '',
      'PEM file of the authority that signed tls.certFile, which partners and vehicles get with their credentials; empty: that of the local one.',
    ),
    clientCaFile: key(
      optionalText,
      '',
      'PEM file of authorities, besides the local one, whose client certificates are accepted: the common name is the UID or VIN.',
    ),
    crlFile: key(
      optionalText,
      '',
      'PEM file of revocation lists, one of each authority in tls.clientCaFile. A list that has ended refuses everybody of its authority.',
    ),
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
  operators: {
    secondFactor: key(
      oneOf('optional', 'required'),
      'optional',
      'optional: each operator decides. required: who has no second factor has to turn one on after signing in, before anything else.',
    ),
  },
  database: {
    url: key(
      databaseUrl,
      '',
      'PostgreSQL, which several nodes share: postgres://user:password@host/database. Empty: SQLite in the data folder.',
    ),
    poolMax: key(wholeNumber(1, 100), 10, 'Connections to PostgreSQL that this node opens at most.'),
    migrate: key(
      oneOf('auto', 'refuse'),
      'auto',
      'What a new version does with the tables of the version before. auto: brings them up to date, SQLite after a backup beside it. refuse: says what it would do, and does not start.',
    ),
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
  ledger: {
    level: key(
      oneOf(...ledgerLevels),
      'recent',
      'What is recorded of messages, unless it is set for their partner or push app. off: nothing. recent: the newest, in the memory of the node that took them. durable: in the database as well.',
    ),
    body: key(
      oneOf(...ledgerBodies),
      'hashed',
      'What is recorded of payloads. kept: their first 4 KiB. hashed: their SHA-256. omitted: only their size.',
    ),
    retentionDays: key(wholeNumber(1, 3_650), 7, 'Days after which durable records are removed.'),
  },
  audit: {
    retentionDays: key(
      wholeNumber(0, 36_500),
      0,
      'Days after which entries of the audit log are removed; 0 = never. What is left can still be checked.',
    ),
  },
  telemetry: {
    otlpUrl: key(
      collectorUrl,
      '',
      'OpenTelemetry collector that gets traces over HTTP, such as http://127.0.0.1:4318: of REST requests, push sends, and MQTT 5 messages with a traceparent among their user properties. Empty: none are made.',
    ),
    samplePercent: key(
      wholeNumber(0, 100),
      100,
      'Share of the traces that begin here which are kept, in percent; others say themselves whether they are.',
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
  return readConfig(sources, (fault) => {
    throw fault
  }).config
}

export interface ReadConfig {
  readonly config: Config
  /** Keys that are set anywhere, by dotted path. */
  readonly found: ReadonlyMap<string, FoundSetting>
}

/** As `loadConfig`; what is wrong is told one after the other, and its key left at its default. */
export function readConfig(sources: ConfigSources, complain: Complain): ReadConfig {
  const table = flatten(keys)
  const found = readSettings(sources, [...table.keys()], complain)
  const config = build(keys, (path, definition) => {
    const setting = found.get(path)
    if (setting === undefined) return definition.default
    const value = definition.read(setting.value)
    if (value === undefined) complain(wrongValue(setting, definition))
    return value ?? definition.default
  }) as Config
  refuseOpenAccessFromOutside(config, complain)
  refuseSharedAddresses(config, complain)
  refuseNodesWithoutDatabase(config, complain)
  refuseUnreadableFiles(config, complain)
  refuseUnusableTls(config, complain)
  return { config, found }
}

function wrongValue({ name, value }: FoundSetting, { expected, isSecret }: Key<unknown>): ConfigError {
  const got = isSecret ? '' : `, not ${JSON.stringify(value)}`
  return new ConfigError(name, `${name} must be ${expected}${got}.`)
}

export interface ListedKey {
  /** Dotted. */
  readonly path: string
  readonly default: unknown
  /** Completes "… must be". */
  readonly expected: string
  readonly sentence: string
  readonly isSecret: boolean
  /** False: a reload is enough. */
  readonly needsRestart: boolean
  /** What may be shown of a value; undefined where that is nothing. */
  show(value: unknown): unknown
}

/** Every key, for listings such as docs/reference/configuration.md. */
export function listConfigKeys(): ListedKey[] {
  return [...flatten(keys)].map(([path, { default: value, expected, sentence, isSecret = false, show }]) => ({
    path,
    default: value,
    expected,
    sentence,
    isSecret,
    needsRestart: !isLiveKey(path),
    show: show ?? ((shown) => (isSecret ? undefined : shown)),
  }))
}

/** The value of a key by its dotted path. */
export function valueAt(config: Config, path: string): unknown {
  return path.split('.').reduce((at, name) => (at as Record<string, unknown>)[name], config as unknown)
}

/** In the laboratory mode nobody signs in, so nobody from outside may come in. */
function refuseOpenAccessFromOutside(config: Config, complain: Complain): void {
  const listener = findOpenListener(config)
  if (listener === undefined || config.access.openAnywhere) return
  const { host } = config.listeners[listener]
  const text = `access.mode open is for loopback only, but listeners.${listener}.host is ${host}. To have it all the same, set access.openAnywhere.`
  complain(new ConfigError('access.mode', text))
}

/** Whoever starts second would be told that the port is taken, by this very server. */
function refuseSharedAddresses({ listeners }: Config, complain: Complain): void {
  const names = (Object.keys(listeners) as ListenerName[]).filter((name) => listeners[name].enabled)
  for (const [index, name] of names.entries()) {
    const own = listeners[name]
    const other = names.slice(0, index).find((each) => isSameAddress(listeners[each], own))
    if (other === undefined) continue
    const path = `listeners.${name}.port`
    const text = `${path}: ${formatAddress(own)} is taken by listeners.${other} already. Choose another port for one of them.`
    complain(new ConfigError(path, text))
  }
}

interface Address {
  readonly host: string
  readonly port: number
}

function isSameAddress(one: Address, other: Address): boolean {
  if (one.port !== other.port || one.port === 0) return false
  const hosts = [one.host, other.host]
  const isWithin = hosts.includes('::') || (hosts.includes('0.0.0.0') && hosts.every(isIPv4))
  return one.host === other.host || isWithin
}

/** Nodes that each had a database of their own would not be one deployment. */
function refuseNodesWithoutDatabase({ relay, database }: Config, complain: Complain): void {
  if (relay.url.length === 0 || database.url !== '') return
  const text = 'relay.url needs database.url: nodes that work together share one PostgreSQL.'
  complain(new ConfigError('relay.url', text))
}

/** Without it NATS would be tried again for ever, and nothing said which key is to blame. */
function refuseUnreadableFiles({ database, relay }: Config, complain: Complain): void {
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
    if (file !== '') refuseUnreadable(path, file, complain)
  }
}

function refuseUnreadable(path: string, file: string, complain: Complain): void {
  try {
    accessSync(file, constants.R_OK)
  } catch (cause) {
    complain(new ConfigError(path, `${path}: ${file} cannot be read: ${(cause as Error).message}`, { cause }))
  }
}

function refuseUnusableTls({ tls }: Config, complain: Complain): void {
  try {
    readTlsFiles(tls)
  } catch (error) {
    complain(error as ConfigError)
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
