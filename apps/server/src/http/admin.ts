import fastifyCookie from '@fastify/cookie'
import type { Accounts } from '@pillion/accounts'
import type { Broker } from '@pillion/broker'
import type { AppRecord, Fleet } from '@pillion/fleet'
import type { Ledger } from '@pillion/ledger'
import type { Push } from '@pillion/push'
import type { NatsNodes } from '@pillion/relay-nats'
import {
  type AcceptedMessage,
  type App,
  type IssuedPartner,
  type IssuedVehicle,
  NewApp,
  NewMessage,
  NewPartner,
  NewSubscriptions,
  NewVehicles,
  PackageUpload,
  type Partner,
  type SetSignals,
  type Status,
  type Subscriptions,
} from '@pillion/schema'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'
import { type BoundListener, formatAddress, reachableAddress } from '../listeners/bound-listener.ts'
import type { Delivery } from '../packages/delivery.ts'
import { installPackage } from '../packages/install.ts'
import type { InstalledApps } from '../packages/installed-apps.ts'
import type { SettingsInForce } from '../settings/settings-in-force.ts'
import { addAccountRoutes } from './accounts.ts'
import type { AnswersByKey } from './answers-by-key.ts'
import { addAuditRoutes } from './audit.ts'
import { type AuditHookParts, keepAuditLog } from './audit-hooks.ts'
import { type AuthorityParts, requireAuthority } from './authority.ts'
import { addExplainRoutes, type ExplainParts } from './explain.ts'
import { addLedgerRoutes, type LedgerParts } from './ledger/index.ts'
import { limitChanges } from './limit-changes.ts'
import { addLineRoute } from './line-stream.ts'
import { addLiveRoute, type LiveRouteParts } from './live.ts'
import { addOperationRoutes, type OperationParts } from './operations/index.ts'
import { addOperatorRoutes } from './operators.ts'
import { streamPartnerMessages } from './partner-messages.ts'
import { ApiError } from './problems.ts'
import { addPushAppRoutes } from './push-apps.ts'
import { addSecondFactorRoutes } from './second-factor.ts'
import { sendMade } from './send-made.ts'
import { sendMessage } from './send-message.ts'
import { addSessionRoutes } from './sessions.ts'
import { setSignals } from './set-signals.ts'
import { addSettingsRoute } from './settings.ts'
import type { SignInParts } from './sign-in.ts'

export interface AdminParts
  extends LiveRouteParts,
    LedgerParts,
    OperationParts,
    ExplainParts,
    AuthorityParts,
    AuditHookParts,
    SignInParts {
  readonly settings: SettingsInForce
  readonly version: string
  /** Id of this one. */
  readonly node: string
  /** Undefined: it is alone. */
  readonly nodes: Pick<NatsNodes, 'listNodes'> | undefined
  readonly startedAt: Date
  /** Topic root of the portal as printed (W 2.3). */
  readonly root: string
  readonly environment: string
  /** Topics are as clients write them, and nothing is kept for anybody (`access.mode`). */
  readonly isOpen: boolean
  readonly names: readonly string[]
  readonly caPem: string
  readonly bound: readonly BoundListener[]
  readonly fleet: Fleet
  readonly accounts: Accounts
  readonly push: Push
  readonly broker: Broker
  readonly ledger: Pick<Ledger, 'recorderOfOne' | 'levelOf'>
  readonly installedApps: InstalledApps
  readonly limits: Limits
  readonly answers: AnswersByKey
  readonly log: Logger
}

/** The operator's REST; register it under `/admin/v1`. Shapes and the table of requests are in `@pillion/schema`. */
export async function adminSurface(surface: FastifyInstance, parts: AdminParts): Promise<void> {
  await surface.register(fastifyCookie)
  requireAuthority(surface, parts)
  await limitChanges(surface, parts)
  keepAuditLog(surface, parts)
  addSessionRoutes(surface, parts)
  addSecondFactorRoutes(surface, parts)
  addOperatorRoutes(surface, parts)
  addAuditRoutes(surface, parts)
  surface.get('/status', async (): Promise<Status> => readStatus(parts))
  addPartnerRoutes(surface, parts)
  addVehicleRoutes(surface, parts)
  addAppRoutes(surface, parts)
  addAccountRoutes(surface, parts)
  // Without the parts as options: they hold this surface's own prefix.
  await surface.register(async (scope) => addPackageRoute(scope, parts))
  await surface.register(async (scope) => addMessageRoutes(scope, parts))
  addLedgerRoutes(surface, parts)
  addPushAppRoutes(surface, parts)
  addOperationRoutes(surface, parts)
  addSettingsRoute(surface, parts)
  addLiveRoute(surface, parts)
  addExplainRoutes(surface, parts)
}

function readStatus({ version, node, nodes, startedAt, bound, broker }: AdminParts): Status {
  return {
    version,
    node,
    nodes: nodes?.listNodes().map((each) => each.node) ?? [node],
    startedAt: startedAt.toISOString(),
    listeners: bound.map((listener) => ({ name: listener.name, address: formatAddress(listener) })),
    connections: broker.connectionCount,
    counters: broker.counters(),
  }
}

function addPartnerRoutes(surface: FastifyInstance, parts: AdminParts): void {
  const { fleet, bound, names, caPem, log, answers, levels } = parts
  surface.get('/partners', async (): Promise<Partner[]> => (await fleet.listPartners()).map(withDate))

  surface.post<{ Body: NewPartner }>(
    '/partners',
    { schema: { body: NewPartner }, config: { role: 'admin', action: 'partner.add' } },
    (request, reply) =>
      sendMade(answers, request, reply, async (): Promise<IssuedPartner> => {
        const { partner, password, certificatePem } = await fleet.addPartner(request.body)
        await levels.forget('partners', partner.uid)
        log.info({ uid: partner.uid }, 'partner added')
        const listener = bound.find(({ name }) => name === 'partners')
        const partnersAddress = listener === undefined ? '' : reachableAddress(listener, names)
        return { uid: partner.uid, password, certificatePem, caPem, partnersAddress }
      }),
  )
}

function addVehicleRoutes(surface: FastifyInstance, parts: AdminParts): void {
  const { fleet, caPem, log, answers } = parts
  surface.post<{ Body: NewVehicles }>(
    '/vehicles',
    { schema: { body: NewVehicles }, config: { role: 'admin', action: 'vehicle.add' } },
    (request, reply) =>
      sendMade(answers, request, reply, async (): Promise<IssuedVehicle[]> => {
        const { vins, certificates = false } = request.body
        const issued = await fleet.addVehicles(vins, { certificates })
        log.info({ vehicles: issued.length }, 'vehicles added')
        return certificates ? issued.map((each) => ({ ...each, caPem })) : issued
      }),
  )

  surface.patch<{ Params: { vin: string }; Body: unknown }>(
    '/vehicles/:vin/signals',
    { config: { role: 'operator', action: 'vehicle.set' } },
    async ({ params, body }): Promise<SetSignals> => {
      const headUnits = await setSignals(parts, params.vin, body)
      log.info({ vin: params.vin, headUnits }, 'signals of a vehicle set by the operator')
      return { headUnits }
    },
  )
}

function addAppRoutes(surface: FastifyInstance, { fleet, log, answers }: AdminParts): void {
  surface.get('/apps', async (): Promise<App[]> => (await fleet.listApps()).map(toApp))

  surface.post<{ Body: NewApp }>(
    '/apps',
    { schema: { body: NewApp }, config: { role: 'admin', action: 'app.add' } },
    (request, reply) =>
      sendMade(answers, request, reply, async () => {
        const app = await fleet.addApp(request.body)
        log.info({ idApp: app.idApp, uid: app.uid }, 'app added')
        return toApp(app)
      }),
  )

  const path = '/apps/:idApp/subscriptions'
  surface.get<{ Params: { idApp: string } }>(path, async ({ params }) =>
    listSubscriptions(fleet, params.idApp),
  )

  surface.post<{ Params: { idApp: string }; Body: NewSubscriptions }>(
    path,
    { schema: { body: NewSubscriptions }, config: { role: 'operator', action: 'app.subscribe' } },
    async ({ params, body }) => {
      await fleet.subscribeVehicles(params.idApp, body.vins)
      log.info({ idApp: params.idApp, vehicles: body.vins.length }, 'vehicles subscribed')
      return listSubscriptions(fleet, params.idApp)
    },
  )

  surface.delete<{ Params: { idApp: string }; Body: NewSubscriptions }>(
    path,
    { schema: { body: NewSubscriptions }, config: { role: 'operator', action: 'app.unsubscribe' } },
    async ({ params, body }) => {
      await fleet.unsubscribeVehicles(params.idApp, body.vins)
      log.info({ idApp: params.idApp, vehicles: body.vins.length }, 'vehicles unsubscribed')
      return listSubscriptions(fleet, params.idApp)
    },
  )
}

async function listSubscriptions(fleet: Fleet, idApp: string): Promise<Subscriptions> {
  return { idApp, vins: await fleet.listSubscribers(idApp) }
}

/** Its own plugin, because here every body is an archive, whatever its Content-Type says. */
function addPackageRoute(surface: FastifyInstance, { fleet, installedApps, log }: AdminParts): void {
  const bodyLimit = installedApps.limits.packageArchiveBytesMax
  surface.removeAllContentTypeParsers()
  surface.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) =>
    done(null, body),
  )

  surface.put<{ Params: { idApp: string }; Querystring: PackageUpload; Body: Buffer | undefined }>(
    '/apps/:idApp/package',
    {
      bodyLimit,
      schema: { querystring: PackageUpload },
      config: { role: 'admin', action: 'app.install-package' },
    },
    async ({ params, query, body }): Promise<App> => {
      if (body === undefined) throw new ApiError('REQUEST_MALFORMED', 'Send the archive as the body.')
      const source = { archive: body, delivery: readDelivery(query) }
      const app = await installPackage({ fleet, installedApps }, params.idApp, source, query.uid)
      log.info({ idApp: app.idApp, version: app.version }, 'package installed')
      return toApp(app)
    },
  )
}

function readDelivery({ strict, fileName, md5 }: PackageUpload): Delivery | undefined {
  if (strict !== 'true' && md5 === undefined) return undefined
  if (fileName === undefined)
    throw new ApiError('REQUEST_MALFORMED', 'With strict or md5, say how the file is called: fileName.')
  return { fileName, md5 }
}

/** Its own plugin, because messages are passed on as they are: what is harmless to the server may be a key of theirs. */
function addMessageRoutes(surface: FastifyInstance, parts: AdminParts): void {
  const { log } = parts
  surface.removeContentTypeParser('application/json')
  surface.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    surface.getDefaultJsonParser('ignore', 'ignore'),
  )
  surface.post<{ Body: NewMessage }>(
    '/messages',
    { schema: { body: NewMessage }, config: { role: 'operator', action: 'message.send' } },
    async (request, reply) => {
      const accepted: AcceptedMessage = await sendMessage(parts, request.body)
      log.info(
        { idApp: request.body.idApp, vin: request.body.vin, ...accepted },
        'message sent by the operator',
      )
      return reply.code(202).send(accepted)
    },
  )

  // Whole payloads, whatever the ledger keeps of them: more than watching needs.
  addLineRoute<{ uid: string }>(
    surface,
    '/partners/:uid/messages',
    ({ uid }, reply) => streamPartnerMessages(parts, uid, reply),
    'operator',
  )
}

/** Times go over the wire as ISO 8601 in UTC. */
function withDate<T extends { createdAt: number }>(record: T): Omit<T, 'createdAt'> & { createdAt: string } {
  return { ...record, createdAt: new Date(record.createdAt).toISOString() }
}

function toApp(record: AppRecord): App {
  const { version, ...app } = withDate(record)
  return version === undefined ? app : { ...app, version }
}
