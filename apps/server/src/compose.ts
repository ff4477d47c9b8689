import { randomUUID } from 'node:crypto'
import { AccountAccess, Accounts } from '@pillion/accounts'
import { Broker, openPolicy } from '@pillion/broker'
import { CredentialEnds, Fleet, FleetAccess, Mailbox } from '@pillion/fleet'
import { Push, PushAccess, ThingPresence } from '@pillion/push'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { endAccountConnections, endFleetConnections, endPushConnections } from './access/end-connections.ts'
import { GuardedAccess } from './access/guarded-access.ts'
import { ProductAccess } from './access/product-access.ts'
import { SignInGuard } from './access/sign-in-guard.ts'
import { openAdminToken } from './admin-token.ts'
import { AppOrigins } from './app-origins.ts'
import { consolePages, documentationPages, findSharedFiles, portalPages, pushSdk } from './built-files.ts'
import { openCertificates } from './certificates.ts'
import type { DataFolder } from './data-folder.ts'
import { openEndpointKey } from './endpoint-key.ts'
import { AllRefusals } from './explain/all-refusals.ts'
import { RefusalMemory } from './explain/refusal-memory.ts'
import { AnswersByKey } from './http/answers-by-key.ts'
import { AppHosts } from './http/app-hosts.ts'
import { createAppsSurface } from './http/apps.ts'
import { Hosts } from './http/hosts.ts'
import { createMainSurface } from './http/main.ts'
import { EndpointAddress } from './http/push/endpoint-address.ts'
import { createPushSurface } from './http/push/surface.ts'
import { createLedger, recordPushes } from './ledger/create-ledger.ts'
import { openLedgerViews } from './ledger/open-views.ts'
import type { BoundListener } from './listeners/bound-listener.ts'
import { Listeners } from './listeners/listeners.ts'
import { LiveFigures } from './live/live-figures.ts'
import { Warnings } from './live/warnings.ts'
import { Durations } from './metrics/durations.ts'
import { AllConnections } from './nodes/all-connections.ts'
import { createNodes } from './nodes/create-nodes.ts'
import { openNodeId } from './nodes/node-id.ts'
import { NodeQuestions } from './nodes/node-questions.ts'
import { openStore, refuseOtherStore } from './nodes/open-store.ts'
import { Readiness } from './nodes/readiness.ts'
import { endOnEveryNode, followInstallations } from './nodes/share-changes.ts'
import { createSharedSecrets } from './nodes/shared-secrets.ts'
import { createAuthority } from './operators/create-authority.ts'
import { InstalledApps } from './packages/installed-apps.ts'
import type { SettingsInForce } from './settings/settings-in-force.ts'
import { openTracing } from './telemetry/open-tracing.ts'
import { findExpiring, readExpiryOfFile } from './tls/expiry.ts'
import { TlsInForce } from './tls/tls-in-force.ts'

/** Enough that none is idle while others wait. */
const SIGN_INS_PER_DATABASE_CONNECTION = 4

/** Configuration → parts → listeners: the only file that knows what stands behind each port. Nothing is open yet. */
export async function compose(
  settings: SettingsInForce,
  data: DataFolder,
  log: Logger,
  pushExample?: string,
) {
  const { config, limits } = settings
  const { names, portal } = config
  const { version } = packageJson
  const bound: BoundListener[] = []
  const portOf = (listener: string) => bound.find(({ name }) => name === listener)?.port ?? 0
  const appOrigins = new AppOrigins(config.apps.origin, portOf)

  const durations = new Durations()
  const store = await openStore(config, data, log, durations.queried)
  const shared = config.database.url === '' ? undefined : createSharedSecrets(store.secrets)
  if (shared !== undefined)
    await refuseOtherStore(data, await shared.getOrAdd('store-id', async () => randomUUID()))
  const node = await openNodeId(data)
  const tracing = await openTracing(config, version, node, log)
  const nodes = await createNodes(config, node, log)
  const readiness = new Readiness(store, nodes, log)
  const token = await openAdminToken(data, shared)
  const certificates = await openCertificates({
    data,
    shared,
    names: [...names, appOrigins.domain, appOrigins.wildcardName],
  })
  const tls = await TlsInForce.open({
    paths: config.tls,
    certificates,
    log,
    others: () => readExpiryOfFile('relay', config.relay.certFile),
  })
  const { caPem } = tls

  const fleet = new Fleet({ store: store.fleet, authority: certificates.authority, limits })
  const credentialEnds = new CredentialEnds()
  const hasOtherNodes = nodes !== undefined
  const { delivered } = durations
  const ledger = createLedger({ config, node, store: store.ledger, hasOtherNodes, delivered, log })
  const mailboxParts = { limits, log, ...portal, hasOtherNodes, recorder: ledger }
  const mailbox = new Mailbox({ store: store.fleet.mailbox, ...mailboxParts })
  const fleetAccess = new FleetAccess({
    fleet,
    store: store.fleet,
    mailbox,
    ends: credentialEnds,
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
    ledger,
    signInsAtOnceMax: shared && SIGN_INS_PER_DATABASE_CONNECTION * config.database.poolMax,
  })
  const signInGuard = new SignInGuard({ limits, log })
  // Without identities nobody is away.
  const guarded = {
    policy: new GuardedAccess(access, signInGuard, (...sample) => durations.signedIn(...sample)),
    absentReceivers: mailbox,
  }
  const presence = new ThingPresence({ store: store.push.things, node, log })
  const refusalMemory = new RefusalMemory({ node, refusalsMax: limits.refusalsMax })
  const broker = new Broker({
    ...(config.access.mode === 'open' ? { policy: openPolicy } : guarded),
    ...(nodes === undefined ? {} : { relay: nodes.relay }),
    recorder: ledger,
    ...(tracing === undefined ? {} : { tracer: tracing }),
    refusals: refusalMemory,
    presence,
    limits,
    log,
  })
  const questions = new NodeQuestions({ node, broker, nodes, limits, log })
  const ledgerViews = openLedgerViews({ ledger, store: store.ledger, questions, node, nodes })
  const connections = new AllConnections({ node, broker, questions })
  endAccountConnections(accounts, broker, log)
  endFleetConnections(fleet, credentialEnds, broker, log)
  const endConnections = endPushConnections(broker, log)
  const push = new Push({
    store: store.push,
    publisher: broker,
    recorder: recordPushes(ledger),
    accepted: tracing?.pushAccepted,
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
  const warnings = new Warnings()
  warnings.add(() => findExpiring(tls.expiries(), Date.now()))
  const live = new LiveFigures({ broker, durations, node, nodes, warnings })
  const authority = createAuthority({ store, node, limits, log })
  const parts = {
    ...authority,
    ...ledgerViews,
    settings,
    live,
    durations,
    tracing,
    tls,
    names,
    portalNames,
    bound,
    fleet,
    accounts,
    push,
    ledger,
    mailbox,
    broker,
    connections,
    questions,
    refusalMemory,
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
    policy: config.access.mode === 'open' ? openPolicy : access,
    installations: store.push.installations,
    pushStore: store.push,
    pushAccess,
    refusals: new AllRefusals(refusalMemory, questions),
    isOpen: config.access.mode === 'open',
    token,
    version,
    node,
    nodes,
    startedAt: new Date(),
    pages: portalPages,
    consolePages,
    documentationPages,
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
    tls: tls.material,
  })

  return {
    ...authority,
    ...ledgerViews,
    settings,
    credentialEnds,
    config,
    warnings,
    tracing,
    version,
    node,
    bound,
    data,
    token,
    certificates,
    tls,
    store,
    nodes,
    readiness,
    fleet,
    accounts,
    push,
    pushAccess,
    presence,
    endConnections,
    ledger,
    mailbox,
    broker,
    questions,
    installedApps,
    main,
    apps,
    pushSurface,
    listeners,
  }
}

export type Parts = Awaited<ReturnType<typeof compose>>
