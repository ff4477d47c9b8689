import { readCertificate } from '@pillion/broker'
import type { Fleet } from '@pillion/fleet'
import {
  type EligibilityError,
  type NamedService,
  parseVin,
  type Service,
  Services,
  type Uid,
  type VehicleEligibility,
} from '@pillion/schema'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Limits } from '../limits.ts'
import { SparingLog } from '../sparing-log.ts'
import { isStoreUnavailable } from './problems.ts'

export interface EligibilityParts {
  readonly fleet: Fleet
  readonly limits: Pick<Limits, 'logLinesPerMinuteMax'>
  readonly log: Logger
}

type Query = Readonly<Record<string, unknown>>
type ServicesRequest = { Body: Services; Querystring: Query }

/** What the caller did wrong; the status is the code (W 12). */
class RequestError extends Error {
  readonly statusCode: number

  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

/** The partners' REST (W 12); register it under `/applications/portail-ovip/v2`. The shapes are in `@pillion/schema`. */
export async function eligibilitySurface(surface: FastifyInstance, parts: EligibilityParts): Promise<void> {
  const { fleet, limits, log } = parts
  const sparingLog = new SparingLog(log, () => limits.logLinesPerMinuteMax)
  /** Who was let in by the hook; it ends with its request. */
  const callers = new WeakMap<FastifyRequest, Uid>()
  const callerOf = (request: FastifyRequest): Uid => {
    const uid = callers.get(request)
    if (uid === undefined) throw notAuthorised()
    return uid
  }

  surface.addHook('onRequest', async (request) => {
    const uid = await findCaller(fleet, sparingLog, request)
    if (uid === undefined) throw notAuthorised()
    callers.set(request, uid)
  })
  surface.setErrorHandler((error, request, reply) => sendError(log, error, request, reply))
  surface.setNotFoundHandler(() => {
    throw new RequestError(404, 'There is nothing at this address.')
  })

  surface.get<{ Querystring: Query }>('/eligibility', async ({ query }): Promise<VehicleEligibility> => {
    const vin = typeof query.vin === 'string' ? parseVin(query.vin) : undefined
    if (vin === undefined) throw new RequestError(400, 'vin must be 17 letters or digits.')
    return { vin, eligible: (await fleet.findVehicles([vin])).length > 0 }
  })

  surface.get<{ Querystring: Query }>('/subscriptions', async (request, reply) => {
    const code = request.query.service
    if (typeof code !== 'string') throw new RequestError(400, 'service must be given.')
    const service = await describeService(fleet, callerOf(request), code)
    return service ?? reply.code(204).send()
  })

  const schema = { body: Services }
  surface.post<ServicesRequest>('/subscriptions', { schema }, async (request, reply) => {
    const services = await findChange(fleet, callerOf(request), request.body)
    for (const [code, vins] of vinsByCode(services)) await fleet.subscribeVehicles(code, vins)
    log.info({ uid: callerOf(request), services: services.length }, 'a partner subscribed vehicles')
    return reply.code(services.length === 0 ? 202 : 200).send(services)
  })

  surface.delete<ServicesRequest>('/subscriptions', { schema }, async (request): Promise<Services> => {
    const services = await findChange(fleet, callerOf(request), request.body)
    for (const [code, vins] of vinsByCode(services)) await fleet.unsubscribeVehicles(code, vins)
    log.info({ uid: callerOf(request), services: services.length }, 'a partner unsubscribed vehicles')
    return services
  })
}

/** Whose certificate it is must be whose `client_id` it is; without TLS there is none. */
async function findCaller(
  fleet: Fleet,
  sparingLog: SparingLog,
  request: FastifyRequest,
): Promise<Uid | undefined> {
  const clientId = (request.query as Query).client_id
  const certificate = readCertificate(request.raw.socket)
  const isWhole = typeof clientId === 'string' && certificate !== undefined
  const partner = isWhole ? await fleet.verifyPartner(clientId, certificate) : undefined
  if (partner === undefined) {
    const reason = certificate === undefined ? 'certificate_missing' : 'client_id_refused'
    sparingLog.warn({ address: request.ip, reason }, 'partner request refused')
  }
  return partner?.uid
}

function notAuthorised(): RequestError {
  return new RequestError(401, 'Send your client_id, over TLS, with the client certificate issued for it.')
}

async function describeService(fleet: Fleet, uid: Uid, code: string): Promise<NamedService | undefined> {
  const app = await fleet.findApp(code)
  if (app?.uid !== uid) return undefined
  const subscribers = await fleet.listSubscribers(app.idApp)
  return subscribers.length === 0 ? undefined : { code: app.idApp, name: app.name, subscribers }
}

/** What of the request can be done: services of the partner, vehicles that exist. Each VIN once. */
async function findChange(fleet: Fleet, uid: Uid, asked: Services): Promise<Services> {
  const vins = asked.flatMap(({ subscribers }) => subscribers)
  const [only, another] = vins
  if (only !== undefined && another === undefined && parseVin(only) === undefined)
    throw new RequestError(400, 'A VIN is exactly 17 letters or digits.')
  const own = new Set<string>(
    (await fleet.listApps()).filter((app) => app.uid === uid).map((app) => app.idApp),
  )
  const known = new Set<string>(await fleet.findVehicles(vins))
  return asked
    .filter(({ code }) => own.has(code))
    .map(({ code, subscribers }) => ({
      code,
      subscribers: [...new Set(subscribers)].filter((vin) => known.has(vin)),
    }))
}

/** One change per service, however often the request names it. */
function vinsByCode(services: readonly Service[]): Map<string, string[]> {
  const byCode = Map.groupBy(services, ({ code }) => code)
  const merged = [...byCode].map(([code, each]): [string, string[]] => [
    code,
    [...new Set(each.flatMap(({ subscribers }) => subscribers))],
  ])
  return new Map(merged.filter(([, vins]) => vins.length > 0))
}

function sendError(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { statusCode = 500, message } = error as { statusCode?: number; message: string }
  // What is wrong with a body is one case here, its media type included.
  const status = statusCode === 415 ? 400 : statusCode
  if (isStoreUnavailable(error)) {
    const unavailable: EligibilityError = {
      code: 503,
      message: 'The database cannot be used right now. Try again.',
    }
    return reply.code(503).header('retry-after', 1).send(unavailable)
  }
  if (status >= 500) log.error({ err: error, method: request.method }, 'partner request failed')
  const body: EligibilityError = { code: status, message: status >= 500 ? 'The server failed.' : message }
  return reply.code(status).send(body)
}
