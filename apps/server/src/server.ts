import { setInterval } from 'node:timers'
import type { AppRecord, Fleet, FleetChange } from '@pillion/fleet'
import type { Push } from '@pillion/push'
import { vehicleNoticeTopic } from '@pillion/schema'
import { type Logger, pino } from 'pino'
import { findMissingBuilds } from './built-files.ts'
import { compose, type Parts } from './compose.ts'
import { type Config, findOpenListener, type ListenerName } from './config.ts'
import { formatAddress, localUrl } from './listeners/bound-listener.ts'
import { joinNodes } from './nodes/join-nodes.ts'
import { installPackage, type PackageSource } from './packages/install.ts'
import { writeServerFile } from './server-file.ts'
import { keepYoungGenerationSmall } from './young-generation.ts'

export interface RunningServer {
  readonly config: Config
  readonly listeners: readonly { name: ListenerName; address: string /* host:port as bound */ }[]
  /** Base address for a client on this machine, such as http://127.0.0.1:8080; '' if neither http nor https is on. */
  readonly httpUrl: string
  readonly adminToken: string
  readonly fleet: Fleet
  readonly push: Push
  /**
   * Installs a web app from a .tar.gz or a folder (W 11.1).
   * @throws {FleetError} no such app
   * @throws {PackageError} nothing was changed
   */
  installPackage(idApp: string, source: PackageSource): Promise<AppRecord>
  /** Stops accepting, tells connected clients (MQTT 5: 0x8B), closes what is left. Idempotent. */
  close(): Promise<void>
}

const CERTIFICATE_CHECK_MS = 12 * 3_600_000

/**
 * Starts everything the configuration says.
 * @throws {DataFolderInUseError}
 * @throws {ListenError} a listener cannot be opened; nothing is left running
 */
export async function startServer(options: {
  config: Config
  log?: Logger
  /** Folder of a web app to serve under /examples/push/. */
  pushExample?: string
}): Promise<RunningServer> {
  const { config, log = pino({ level: options.config.log.level }), pushExample } = options
  keepYoungGenerationSmall()
  const parts = await compose(config, log, pushExample)
  try {
    await parts.nodes?.connect()
    await parts.broker.open()
    await parts.push.open({ isAlone: parts.nodes === undefined })
    parts.mailbox.open(parts.broker)
    await parts.installedApps.share(parts.fleet)
    await parts.listeners.open()
  } catch (error) {
    await closeParts(parts)
    throw error
  }
  const endSharing = joinNodes(parts, log)
  const endNotices = parts.fleet.onChange((change) => void announce(parts, change, log))
  const certificateCheck = setInterval(() => void renewCertificate(parts, log), CERTIFICATE_CHECK_MS).unref()

  const http =
    parts.bound.find(({ name }) => name === 'http') ?? parts.bound.find(({ name }) => name === 'https')
  const httpUrl = http === undefined ? '' : localUrl(http)
  const { version, data } = parts
  await writeServerFile(data, { pid: process.pid, url: httpUrl, version })
  parts.readiness.isServing = true
  log.info({ version, data: data.path, access: config.access.mode }, 'started')
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
    clearInterval(certificateCheck)
    await data.remove('server.json')
    await closeParts(parts)
    endNotices()
    endSharing()
    // What was counted since somebody last asked for the figures would be lost otherwise.
    log.info({ counters: parts.broker.counters() }, 'stopped')
  }
  return {
    config,
    listeners: parts.bound.map((listener) => ({ name: listener.name, address: formatAddress(listener) })),
    httpUrl,
    adminToken: parts.token,
    fleet: parts.fleet,
    push: parts.push,
    installPackage: (idApp, source) => installPackage(parts, idApp, source),
    close: () => (closing ??= close()),
  }
}

async function closeParts({
  config,
  nodes,
  listeners,
  broker,
  mailbox,
  push,
  main,
  apps,
  pushSurface,
  accounts,
  store,
}: Parts): Promise<void> {
  listeners.stopAccepting()
  await pushSurface.close()
  await push.sender.close()
  const { drainSeconds, serverReference } = config.shutdown
  await broker.close({
    drainMilliseconds: drainSeconds * 1_000,
    serverReference: serverReference === '' ? undefined : serverReference,
  })
  await mailbox.close()
  await push.close()
  await Promise.all([main.close(), apps.close()])
  await listeners.close()
  accounts.close()
  await nodes?.close()
  await store.close()
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

async function renewCertificate({ certificates, listeners }: Parts, log: Logger): Promise<void> {
  try {
    listeners.useCertificate(await certificates.serverCertificate())
  } catch (error) {
    log.error({ err: error }, 'the server certificate could not be renewed')
  }
}
