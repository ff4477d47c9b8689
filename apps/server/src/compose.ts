import { randomUUID } from 'node:crypto'
import { AccountAccess, Accounts } from '@pillion/accounts'
import { Broker, openPolicy } from '@pillion/broker'
import { Fleet, FleetAccess, Mailbox } from '@pillion/fleet'
import { Push, PushAccess, ThingPresence } from '@pillion/push'
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
import { AnswersByKey } from './http/answers-by-key.ts'
import { AppHosts } from './http/app-hosts.ts'
import { createAppsSurface } from './http/apps.ts'
import { Hosts } from './http/hosts.ts'
import { createMainSurface } from './http/main.ts'
import { EndpointAddress } from './http/push/endpoint-address.ts'
import { createPushSurface } from './http/push/surface.ts'
import type { BoundListener } from './listeners/bound-listener.ts'
import { Listeners } from './listeners/listeners.ts'
import { createNodes } from './nodes/create-nodes.ts'
import { openNodeId } from './nodes/node-id.ts'
import { openStore, refuseOtherStore } from './nodes/open-store.ts'
import { Readiness } from './nodes/readiness.ts'
import { endOnEveryNode, followInstallations } from './nodes/share-changes.ts'
import { createSharedSecrets } from './nodes/shared-secrets.ts'
import { InstalledApps } from './packages/installed-apps.ts'
import { refuseSecondServer } from './server-file.ts'

/** Enough that none is idle while others wait. */
const SIGN_INS_PER_DATABASE_CONNECTION = 4

/** Configuration → parts → listeners: the only file that knows what stands behind each port. Nothing is open yet. */
export async function compose(config: Config, log: Logger, pushExample?: string) {
  const { names, portal, limits } = config
  const { version } = packageJson
  const bound: BoundListener[] = []
  const portOf = (listener: string) => bound.find(({ name }) => name === listener)?.port ?? 0
  const appOrigins = new AppOrigins(config.apps.origin, portOf)

  const data = await openDataFolder(config.data)
  await refuseSecondServer(data)
  const store = await openStore(config, data, log)
  const shared = config.database.url === '' ? undefined : createSharedSecrets(store.secrets)
  if (shared !== undefined)
    await refuseOtherStore(data, await shared.getOrAdd('store-id', async () => randomUUID()))
  const node = await openNodeId(data)
  const nodes = await createNodes(config, node, log)
  const readiness = new Readiness(store, nodes, log)
  const token = await openAdminToken(data, shared)
  const certificates = await openCertificates({
    data,
    shared,
    names: [...names, appOrigins.domain, appOrigins.wildcardName],
  })
  const certificate = await certificates.serverCertificate()
  const caPem = certificates.authority.certificatePem

  const fleet = new Fleet({ store: store.fleet, authority: certificates.authority })
  const hasOtherNodes = nodes !== undefined
  const mailbox = new Mailbox({ store: store.fleet.mailbox, limits, log, ...portal, hasOtherNodes })
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
  const endpointKey = await openEndpointKey(data, shared)
  const pushAccess = new PushAccess({ store: store.push.installations, endpointKey })
  const access = new ProductAccess({
    fleet: fleetAccess,
    accounts: accountAccess,
    push: pushAccess,
    signInsAtOnceMax: shared && SIGN_INS_PER_DATABASE_CONNECTION * config.database.poolMax,
  })
  const signInGuard = new SignInGuard({ limits, log })
  // Without identities nobody is away.
  const guarded = { policy: new GuardedAccess(access, signInGuard), absentReceivers: mailbox }
  const presence = new ThingPresence({ store: store.push.things, node, log })
  const broker = new Broker({
    ...(config.access.mode === 'open' ? { policy: openPolicy } : guarded),
    ...(nodes === undefined ? {} : { relay: nodes.relay }),
    presence,
    limits,
    log,
  })
  endAccountConnections(accounts, broker, log)
  const endConnections = endPushConnections(broker, log)
  const push = new Push({
    store: store.push,
    publisher: broker,
    presence,
    ended: endOnEveryNode(endConnections, nodes),
    endpointKey,
    endpoint: {
      delayMilliseconds: config.push.endpointDelayMilliseconds,
      ttlSeconds: config.push.endpointSeconds,
    },
    limits,
    log,
  })

  const sharedPackages = shared === undefined ? undefined : { packages: store.packages, log }
  const installedApps = new InstalledApps(data, limits, sharedPackages)
  followInstallations(fleet, installedApps)
  // One site with its apps: browsers that block third-party storage would take localStorage from them elsewhere.
  const portalNames = [...names, appOrigins.domain]
  const hosts = new Hosts(portalNames, appOrigins)
  const parts = {
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
    answers: new AnswersByKey({ store: store.answers, limits, log }),
    limits,
    log,
    caPem,
  }
  const main = await createMainSurface({
    ...parts,
    ...portal,
    isOpen: config.access.mode === 'open',
    token,
    version,
    startedAt: new Date(),
    pages: portalPages,
    pushSdk,
    pushExample,
    readiness,
  })
  const endpointAddress = new EndpointAddress(config, bound)
  const pushSurface = await createPushSurface({ ...parts, version, endpointAddress })
  const apps = await createAppsSurface({
    ...parts,
    appHosts: new AppHosts(fleet, appOrigins),
    sharedFiles: findSharedFiles(),
  })
  const listeners = new Listeners({
    ...parts,
    config: config.listeners,
    hosts,
    main,
    apps,
    push: pushSurface,
    certificate,
  })

  return {
    config,
    version,
    bound,
    data,
    token,
    certificates,
    store,
    nodes,
    readiness,
    fleet,
    accounts,
    push,
    pushAccess,
    presence,
    endConnections,
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
