import type { AppRecord, Fleet, FleetChange } from '@pillion/fleet'
import type { Push } from '@pillion/push'
import { vehicleNoticeTopic } from '@pillion/schema'
import { type Logger, pino } from 'pino'
import { AuditRetention } from './audit/audit-retention.ts'
import { findMissingBuilds } from './built-files.ts'
import { compose, type Parts } from './compose.ts'
import { type Config, type ConfigSources, findOpenListener, type ListenerName } from './config.ts'
import { withoutCredentials } from './config-keys.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import { formatLink } from './http/operators.ts'
import { connectLedger } from './ledger/connect-ledger.ts'
import { formatAddress, localUrl } from './listeners/bound-listener.ts'
import { joinNodes } from './nodes/join-nodes.ts'
import { installPackage, type PackageSource } from './packages/install.ts'
import { HeldFolder } from './server-file.ts'
import { applySettings, reloadSettings } from './settings/reload.ts'
import { SettingsInForce } from './settings/settings-in-force.ts'
import { keepYoungGenerationSmall } from './young-generation.ts'

export interface RunningServer {
  readonly config: Config
  readonly listeners: readonly { name: ListenerName; address: string /* host:port as bound */ }[]
  /** Id of this node. */
  readonly node: string
  /** Where everything is kept and what carries messages between nodes, without credentials; '' stands for this process alone. */
  readonly mode: { readonly database: string; readonly relay: string }
  /** Base address for a client on this machine, such as http://127.0.0.1:8080; '' if neither http nor https is on. */
  readonly httpUrl: string
  readonly adminToken: string
  /** One-time link for a browser, which makes the first operator of the console; undefined if there are operators. */
  readonly firstOperatorUrl: string | undefined
  readonly fleet: Fleet
  readonly push: Push
  /**
   * Installs a web app from a .tar.gz or a folder (W 11.1).
   * @throws {FleetError} no such app
   * @throws {PackageError} nothing was changed
   */
  installPackage(idApp: string, source: PackageSource): Promise<AppRecord>
  /** Reads the configuration again; what cannot be used changes nothing. Never rejects: the log says what became of it. */
  reload(): Promise<void>
  /** Stops accepting, tells connected clients (MQTT 5: 0x8B), closes what is left. Idempotent. */
  close(): Promise<void>
}

export interface StartOptions {
  readonly config: Config
  readonly log?: Logger
  /** What `config` was read from: to tell where each value comes from, and to read it again. */
  readonly configSources?: ConfigSources
  /** Folder of a web app to serve under /examples/push/. */
  readonly pushExample?: string
}

/**
 * Starts everything the configuration says.
 * @throws {DataFolderInUseError}
 * @throws {ListenError} a listener cannot be opened; nothing is left running
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config, log = pino({ level: options.config.log.level }), pushExample } = options
  const settings = new SettingsInForce(config, options.configSources)
  keepYoungGenerationSmall()
  const data = await openDataFolder(config.data)
  const held = await HeldFolder.hold(data)
  const parts = await open(settings, data, log, pushExample).catch(async (error) => {
    await held.release()
    throw error
  })
  applySettings(parts, log)
  const endSharing = joinNodes(parts, log)
  const endNotices = parts.fleet.onChange((change) => void announce(parts, change, log))
  parts.tls.onChange((material) => parts.listeners.useTls(material))
  parts.tls.watch()
  parts.clientExpiry.watch()
  const auditRetention = new AuditRetention({
    audit: parts.audit,
    days: () => settings.now.audit.retentionDays,
    log,
  })
  auditRetention.open()

  const http =
    parts.bound.find(({ name }) => name === 'http') ?? parts.bound.find(({ name }) => name === 'https')
  const httpUrl = http === undefined ? '' : localUrl(http)
  await held.tell(httpUrl)
  parts.readiness.isServing = true
  const { version, node } = parts
  log.info({ version, node, data: data.path, access: config.access.mode }, 'started')
  const openListener = findOpenListener(config)
  if (openListener !== undefined) {
    const text =
      'access.openAnywhere: whoever reaches this listener reads and writes everything, without signing in'
    log.warn({ listener: openListener, host: config.listeners[openListener].host }, text)
  }
  for (const file of findMissingBuilds()) log.warn({ file }, 'not built yet: run npm run build')

  let closing: Promise<void> | undefined
  const close = async () => {
    parts.readiness.isServing = false
    parts.tls.close()
    parts.clientExpiry.close()
    await held.hide()
    await auditRetention.close()
    await closeParts(parts)
    endNotices()
    endSharing()
    await held.release()
    // What was counted since somebody last asked for the figures would be lost otherwise.
    log.info({ counters: parts.broker.counters() }, 'stopped')
  }
  return {
    config,
    listeners: parts.bound.map((listener) => ({ name: listener.name, address: formatAddress(listener) })),
    httpUrl,
    adminToken: parts.token,
    firstOperatorUrl: formatFirstLink(parts),
    node,
    mode: { database: withoutCredentials(config.database.url), relay: config.relay.url.join(', ') },
    fleet: parts.fleet,
    push: parts.push,
    installPackage: (idApp, source) => installPackage(parts, idApp, source),
    reload: () => reloadSettings(parts, log),
    close: () => (closing ??= close()),
  }
}

function formatFirstLink({ operators: { firstLink }, bound, config: { names } }: Parts): string | undefined {
  return firstLink === undefined ? undefined : formatLink({ bound, names }, firstLink) || undefined
}

/** @throws whatever keeps one of them from opening; nothing is left running */
async function open(
  settings: SettingsInForce,
  data: DataFolder,
  log: Logger,
  pushExample?: string,
): Promise<Parts> {
  const parts = await compose(settings, data, log, pushExample)
  try {
    await parts.nodes?.connect()
    await parts.broker.open()
    parts.questions.open()
    await parts.push.open({ isAlone: parts.nodes === undefined })
    await parts.ledger.open()
    connectLedger({ ...parts, hasOtherNodes: parts.nodes !== undefined })
    parts.mailbox.open(parts.broker)
    await parts.installedApps.share(parts.fleet)
    await parts.labelClashes.open()
    await parts.operators.open()
    await parts.audit.write({ actor: 'server', action: 'server.start', details: { version: parts.version } })
    await parts.listeners.open()
    return parts
  } catch (error) {
    await closeParts(parts)
    throw error
  }
}

export async function closeParts({
  settings,
  nodes,
  listeners,
  broker,
  questions,
  liveMessages,
  ledger,
  mailbox,
  push,
  main,
  apps,
  pushSurface,
  accounts,
  credentialEnds,
  store,
  tracing,
}: Parts): Promise<void> {
  listeners.stopAccepting()
  await pushSurface.close()
  await push.sender.close()
  questions.close()
  liveMessages.close()
  const { drainSeconds, serverReference } = settings.now.shutdown
  await broker.close({
    drainMilliseconds: drainSeconds * 1_000,
    serverReference: serverReference === '' ? undefined : serverReference,
  })
  await mailbox.close()
  await ledger.close()
  await push.close()
  await Promise.all([main.close(), apps.close()])
  await listeners.close()
  accounts.close()
  credentialEnds.close()
  await nodes?.close()
  await store.close()
  await tracing?.close()
}

/** Tells the head units concerned that their wall may look different now. */
async function announce(
  { fleet, broker }: Parts,
  { vins, isElsewhere }: FleetChange,
  log: Logger,
): Promise<void> {
  // The node that made the change reaches head units everywhere.
  if (isElsewhere) return
  try {
    const concerned = vins ?? (await fleet.listVehicles()).map(({ vin }) => vin)
    for (const vin of concerned) broker.publish(vehicleNoticeTopic(vin), new Uint8Array())
  } catch (error) {
    log.error({ err: error }, 'head units could not be told of a change')
  }
}
