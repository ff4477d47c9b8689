import { Broker } from '@pillion/broker'
import { CredentialEnds, Fleet, Mailbox } from '@pillion/fleet'
import { Push, ThingPresence } from '@pillion/push'
import type { Logger } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { endAccountConnections, endFleetConnections, endPushConnections } from './access/end-connections.ts'
import { openAccess } from './access/open-access.ts'
import { openAdminToken } from './admin-token.ts'
import { AppOrigins } from './app-origins.ts'
import type { DataFolder } from './data-folder.ts'
import { AllRefusals } from './explain/all-refusals.ts'
import { RefusalMemory } from './explain/refusal-memory.ts'
import { AnswersByKey } from './http/answers-by-key.ts'
import { createSurfaces } from './http/create-surfaces.ts'
import { Hosts } from './http/hosts.ts'
import { createLedger, recordPushes } from './ledger/create-ledger.ts'
import { openLedgerViews } from './ledger/open-views.ts'
import type { BoundListener } from './listeners/bound-listener.ts'
import { Listeners } from './listeners/listeners.ts'
import { createLive } from './live/create-live.ts'
import { Durations } from './metrics/durations.ts'
import { AllConnections } from './nodes/all-connections.ts'
import { NodeQuestions } from './nodes/node-questions.ts'
import { openNode } from './nodes/open-node.ts'
import { endOnEveryNode, followInstallations } from './nodes/share-changes.ts'
import { createAuthority } from './operators/create-authority.ts'
import { InstalledApps } from './packages/installed-apps.ts'
import type { SettingsInForce } from './settings/settings-in-force.ts'
import { openTls } from './tls/open-tls.ts'

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

  const onNode = await openNode({ config, data, durations, version, log })
  const { store, shared, node, nodes, tracing } = onNode
  const hasOtherNodes = nodes !== undefined
  const token = await openAdminToken(data, shared)
  const { certificates, tls } = await openTls({ config, data, shared, appOrigins, log })

  const fleet = new Fleet({ store: store.fleet, authority: certificates.authority, limits })
  const credentialEnds = new CredentialEnds()
  const { delivered } = durations
  const ledger = createLedger({ config, node, store: store.ledger, hasOtherNodes, delivered, log })
  const mailboxParts = { limits, log, ...portal, hasOtherNodes, recorder: ledger }
  const mailbox = new Mailbox({ store: store.fleet.mailbox, ...mailboxParts })
  const presence = new ThingPresence({ store: store.push.things, node, log })
  const accessParts = {
    settings,
    data,
    shared,
    store,
    fleet,
    credentialEnds,
    mailbox,
    ledger,
    durations,
    log,
  }
  const { ofBroker, endpointKey, ...access } = await openAccess(accessParts)

  const refusalMemory = new RefusalMemory({ node, limits })
  const broker = new Broker({
    ...ofBroker,
    ...(nodes === undefined ? {} : { relay: nodes.relay }),
    recorder: ledger,
    ...(tracing === undefined ? {} : { tracer: tracing }),
    refusals: refusalMemory,
    presence,
    limits,
    log,
  })
  endAccountConnections(access.accounts, broker, log)
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

  const questions = new NodeQuestions({ node, broker, nodes, limits, log })
  const sharedPackages = shared === undefined ? undefined : { packages: store.packages, log }
  const installedApps = new InstalledApps(data, limits, sharedPackages)
  followInstallations(fleet, installedApps)

  const parts = {
    ...onNode,
    ...access,
    ...openLedgerViews({ ledger, store: store.ledger, questions, node, nodes, log }),
    ...createLive({ broker, durations, node, nodes, tls, fleet, log }),
    ...(await createAuthority({ settings, store, data, shared, node, limits, log })),
    config,
    settings,
    version,
    data,
    token,
    certificates,
    tls,
    caPem: tls.caPem,
    names,
    // One site with its apps: browsers that block third-party storage would take localStorage from them elsewhere.
    portalNames: [...names, appOrigins.domain],
    appOrigins,
    bound,
    durations,
    fleet,
    credentialEnds,
    ledger,
    mailbox,
    presence,
    broker,
    push,
    pushExample,
    pushStore: store.push,
    installations: store.push.installations,
    endConnections,
    connections: new AllConnections({ node, broker, questions }),
    questions,
    refusalMemory,
    refusals: new AllRefusals(refusalMemory, questions),
    installedApps,
    answers: new AnswersByKey({ store: store.answers, limits, log }),
    limits,
    log,
  }
  const surfaces = await createSurfaces(parts)
  const listeners = new Listeners({
    ...parts,
    ...surfaces,
    config: config.listeners,
    hosts: new Hosts(parts.portalNames, appOrigins),
    push: surfaces.pushSurface,
    tls: tls.material,
  })
  return { ...parts, ...surfaces, listeners }
}

export type Parts = Awaited<ReturnType<typeof compose>>
