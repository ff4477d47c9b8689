import { AccountAccess, Accounts } from '@pillion/accounts'
import { Broker, openPolicy } from '@pillion/broker'
import { Fleet, FleetAccess, Mailbox } from '@pillion/fleet'
import { Push, PushAccess, ThingPresence } from '@pillion/push'
import { openSqlite } from '@pillion/store'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { endAccountConnections, endPushConnections } from './access/end-connections.ts'
import { GuardedAccess } from './access/guarded-access.ts'
import { ProductAccess } from './access/product-access.ts'
import { SignInGuard } from './access/sign-in-guard.ts'
import { openAdminToken } from './admin-token.ts'
import { AppOrigins } from './app-origins.ts'
import { findSharedFiles, portalPages, pushSdk } from './built-files.ts'
import { openCertificates } from './certificates.ts'
import type { Config } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { openEndpointKey } from './endpoint-key.ts'
import { AppHosts } from './http/app-hosts.ts'
import { createAppsSurface } from './http/apps.ts'
import { Hosts } from './http/hosts.ts'
import { createMainSurface } from './http/main.ts'
import { EndpointAddress } from './http/push/endpoint-address.ts'
import { createPushSurface } from './http/push/surface.ts'
import type { BoundListener } from './listeners/bound-listener.ts'
import { Listeners } from './listeners/listeners.ts'
import { InstalledApps } from './packages/installed-apps.ts'
import { refuseSecondServer } from './server-file.ts'

/** Configuration → parts → listeners: the only file that knows what stands behind each port. Nothing is open yet. */
export async function compose(config: Config, log: Logger, isReady: () => boolean, pushExample?: string) {
  const { names, portal, limits } = config
  const { version } = packageJson
  const bound: BoundListener[] = []
  const portOf = (listener: string) => bound.find(({ name }) => name === listener)?.port ?? 0
  const appOrigins = new AppOrigins(config.apps.origin, portOf)

  const data = await openDataFolder(config.data)
  await refuseSecondServer(data)
  const token = await openAdminToken(data)
  const certificates = await openCertificates({
    data,
    names: [...names, appOrigins.domain, appOrigins.wildcardName],
  })
  const certificate = await certificates.serverCertificate()
  const caPem = certificates.authority.certificatePem

  const store = await openSqlite({ file: `${data.path}/pillion.db` })
  const fleet = new Fleet({ store: store.fleet, authority: certificates.authority })
  const mailbox = new Mailbox({ store: store.fleet.mailbox, limits, log, ...portal })
  const fleetAccess = new FleetAccess({
    fleet,
    store: store.fleet,
    mailbox,
    ...portal,
    partnerListener: 'partners',
  })
  const accounts = await Accounts.open({ store: store.accounts, limits })
  const productTopics = fleetAccess.observedTopics
  const accountAccess = new AccountAccess({ accounts, productTopics, partnerListener: 'partners' })
  const endpointKey = await openEndpointKey(data)
  const pushAccess = new PushAccess({ store: store.push.installations, endpointKey })
  const access = new ProductAccess({ fleet: fleetAccess, accounts: accountAccess, push: pushAccess })
  const signInGuard = new SignInGuard({ limits, log })
  // Without identities nobody is away.
  const guarded = { policy: new GuardedAccess(access, signInGuard), absentReceivers: mailbox }
  const presence = new ThingPresence({ store: store.push.things, log })
  const broker = new Broker({
    ...(config.access.mode === 'open' ? { policy: openPolicy } : guarded),
    presence,
    limits,
    log,
  })
  endAccountConnections(accounts, broker, log)
  const push = new Push({
    store: store.push,
    publisher: broker,
    presence,
    ended: endPushConnections(broker, log),
    endpointKey,
    endpoint: {
      delayMilliseconds: config.push.endpointDelayMilliseconds,
      ttlSeconds: config.push.endpointSeconds,
    },
    limits,
    log,
  })

  const installedApps = new InstalledApps(data, limits)
  // One site with its apps: browsers that block third-party storage would take localStorage from them elsewhere.
  const portalNames = [...names, appOrigins.domain]
  const hosts = new Hosts(portalNames, appOrigins)
  const shared = {
    names,
    portalNames,
    bound,
    fleet,
    accounts,
    push,
    mailbox,
    broker,
    signInGuard,
    installedApps,
    appOrigins,
    limits,
    log,
    caPem,
  }
  const main = await createMainSurface({
    ...shared,
    ...portal,
    token,
    version,
    startedAt: new Date(),
    pages: portalPages,
    pushSdk,
    pushExample,
    isReady,
  })
  const endpointAddress = new EndpointAddress(config, bound)
  const pushSurface = await createPushSurface({ ...shared, version, endpointAddress })
  const apps = await createAppsSurface({
    ...shared,
    appHosts: new AppHosts(fleet, appOrigins),
    sharedFiles: findSharedFiles(),
  })
  const listeners = new Listeners({
    ...shared,
    config: config.listeners,
    hosts,
    main,
    apps,
    push: pushSurface,
    certificate,
  })

  return {
    version,
    bound,
    data,
    token,
    certificates,
    store,
    fleet,
    accounts,
    push,
    mailbox,
    broker,
    installedApps,
    main,
    apps,
    pushSurface,
    listeners,
  }
}

export type Parts = Awaited<ReturnType<typeof compose>>
